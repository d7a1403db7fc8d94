CREATE TABLE "answered" (
  "tenant" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "operation" TEXT NOT NULL,
  "asked" TEXT NOT NULL,
  "answer" TEXT NOT NULL,
  "at" DATETIME NOT NULL,
  PRIMARY KEY ("tenant", "key")
);

CREATE TABLE "decision" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "order_line" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "supplier" TEXT NOT NULL,
  "edition" TEXT NOT NULL,
  "edition_digest" TEXT NOT NULL,
  "facts" TEXT NOT NULL,
  "record" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "decided_at" DATETIME NOT NULL,
  "asked_by" TEXT NOT NULL
);

CREATE INDEX "idx_decision__order_line_decided_at" ON "decision" ("order_line", "decided_at");

CREATE TABLE "partner" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "handle" TEXT UNIQUE NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL
);

CREATE TABLE "api_key" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "hash" TEXT NOT NULL,
  "partner" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "role" TEXT NOT NULL,
  "issued_at" DATETIME NOT NULL,
  "revoked_at" DATETIME
);

CREATE INDEX "idx_api_key__partner" ON "api_key" ("partner");

CREATE TABLE "edition" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "policy" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "title" VARCHAR(2000) NOT NULL,
  "owner" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "text" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "effective_from" INTEGER NOT NULL,
  "effective_until" INTEGER,
  "applies_by" TEXT NOT NULL,
  "scope" JSON NOT NULL,
  "bases" JSON NOT NULL,
  "published_at" DATETIME NOT NULL,
  "published_by" TEXT NOT NULL,
  CONSTRAINT "unq_edition__policy_version" UNIQUE ("policy", "version")
);

CREATE INDEX "idx_edition__owner" ON "edition" ("owner");

CREATE TABLE "location" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "supplier" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "handle" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "lines" JSON NOT NULL,
  "country" TEXT NOT NULL,
  CONSTRAINT "unq_location__supplier_handle" UNIQUE ("supplier", "handle")
);

CREATE TABLE "partnership" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "supplier" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "retailer" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "status" TEXT NOT NULL,
  "programme" TEXT NOT NULL,
  "terms" JSON NOT NULL,
  CONSTRAINT "unq_partnership__supplier_retailer" UNIQUE ("supplier", "retailer")
);

CREATE INDEX "idx_partnership__retailer" ON "partnership" ("retailer");

CREATE TABLE "product" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "supplier" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "sku" TEXT NOT NULL,
  "title" VARCHAR(2000) NOT NULL,
  "facts" JSON NOT NULL,
  CONSTRAINT "unq_product__supplier_sku" UNIQUE ("supplier", "sku")
);

CREATE TABLE "purchase" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "retailer" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "supplier" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "number" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "dates" JSON NOT NULL,
  "country" TEXT NOT NULL,
  "channel" TEXT NOT NULL,
  "facts" JSON NOT NULL,
  CONSTRAINT "unq_purchase__retailer_number_supplier" UNIQUE ("retailer", "number", "supplier")
);

CREATE INDEX "idx_purchase__supplier" ON "purchase" ("supplier");

CREATE TABLE "purchase_line" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "order" TEXT NOT NULL REFERENCES "purchase" ("id") ON DELETE CASCADE,
  "number" TEXT NOT NULL,
  "product" INTEGER NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
  "quantity" INTEGER NOT NULL,
  "returned" INTEGER NOT NULL,
  "unit_price" BIGINT NOT NULL,
  "location" INTEGER REFERENCES "location" ("id") ON DELETE SET NULL,
  "dates" JSON NOT NULL,
  "facts" JSON NOT NULL,
  CONSTRAINT "unq_purchase_line__order_number" UNIQUE ("order", "number")
);

CREATE INDEX "idx_purchase_line__location" ON "purchase_line" ("location");

CREATE INDEX "idx_purchase_line__product" ON "purchase_line" ("product");

CREATE TRIGGER "edition_is_not_changed" BEFORE UPDATE ON "edition" BEGIN
  SELECT RAISE(ABORT, 'edition is written once');
END;

CREATE TRIGGER "edition_is_not_removed" BEFORE DELETE ON "edition" BEGIN
  SELECT RAISE(ABORT, 'edition is written once');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER "edition_is_not_replaced" BEFORE INSERT ON "edition"
WHEN EXISTS (SELECT 1 FROM "edition" WHERE "id" = NEW."id" OR ("policy" = NEW."policy" AND "version" = NEW."version"))
BEGIN
  SELECT RAISE(ABORT, 'edition is written once');
END;

CREATE TRIGGER "decision_is_not_changed" BEFORE UPDATE ON "decision" BEGIN
  SELECT RAISE(ABORT, 'decision is written once');
END;

CREATE TRIGGER "decision_is_not_removed" BEFORE DELETE ON "decision" BEGIN
  SELECT RAISE(ABORT, 'decision is written once');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER "decision_is_not_replaced" BEFORE INSERT ON "decision"
WHEN EXISTS (SELECT 1 FROM "decision" WHERE "id" = NEW."id")
BEGIN
  SELECT RAISE(ABORT, 'decision is written once');
END;
