CREATE TABLE "answered" (
  "tenant" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "operation" TEXT NOT NULL,
  "asked" TEXT NOT NULL,
  "answer" TEXT NOT NULL,
  "at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("tenant", "key")
);

CREATE TABLE "decision" (
  "id" TEXT PRIMARY KEY,
  "order_line" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "supplier" TEXT NOT NULL,
  "edition" TEXT NOT NULL,
  "edition_digest" TEXT NOT NULL,
  "facts" TEXT NOT NULL,
  "record" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "decided_at" TIMESTAMP NOT NULL,
  "asked_by" TEXT NOT NULL
);

CREATE INDEX "idx_decision__order_line_decided_at" ON "decision" ("order_line", "decided_at");

CREATE TABLE "partner" (
  "id" TEXT PRIMARY KEY,
  "handle" TEXT UNIQUE NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL
);

CREATE TABLE "api_key" (
  "id" TEXT PRIMARY KEY,
  "hash" TEXT NOT NULL,
  "partner" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "issued_at" TIMESTAMP NOT NULL,
  "revoked_at" TIMESTAMP
);

CREATE INDEX "idx_api_key__partner" ON "api_key" ("partner");

ALTER TABLE "api_key" ADD CONSTRAINT "fk_api_key__partner" FOREIGN KEY ("partner") REFERENCES "partner" ("id") ON DELETE CASCADE;

CREATE TABLE "edition" (
  "id" TEXT PRIMARY KEY,
  "policy" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "title" VARCHAR(2000) NOT NULL,
  "owner" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "effective_from" INTEGER NOT NULL,
  "effective_until" INTEGER,
  "applies_by" TEXT NOT NULL,
  "scope" JSONB NOT NULL,
  "bases" JSONB NOT NULL,
  "published_at" TIMESTAMP NOT NULL,
  "published_by" TEXT NOT NULL,
  CONSTRAINT "unq_edition__policy_version" UNIQUE ("policy", "version")
);

CREATE INDEX "idx_edition__owner" ON "edition" ("owner");

ALTER TABLE "edition" ADD CONSTRAINT "fk_edition__owner" FOREIGN KEY ("owner") REFERENCES "partner" ("id") ON DELETE CASCADE;

CREATE TABLE "location" (
  "id" SERIAL PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "handle" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "lines" JSONB NOT NULL,
  "country" TEXT NOT NULL,
  CONSTRAINT "unq_location__supplier_handle" UNIQUE ("supplier", "handle")
);

ALTER TABLE "location" ADD CONSTRAINT "fk_location__supplier" FOREIGN KEY ("supplier") REFERENCES "partner" ("id") ON DELETE CASCADE;

CREATE TABLE "partnership" (
  "id" TEXT PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "programme" TEXT NOT NULL,
  "terms" JSONB NOT NULL,
  CONSTRAINT "unq_partnership__supplier_retailer" UNIQUE ("supplier", "retailer")
);

CREATE INDEX "idx_partnership__retailer" ON "partnership" ("retailer");

ALTER TABLE "partnership" ADD CONSTRAINT "fk_partnership__retailer" FOREIGN KEY ("retailer") REFERENCES "partner" ("id") ON DELETE CASCADE;

ALTER TABLE "partnership" ADD CONSTRAINT "fk_partnership__supplier" FOREIGN KEY ("supplier") REFERENCES "partner" ("id") ON DELETE CASCADE;

CREATE TABLE "product" (
  "id" SERIAL PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "sku" TEXT NOT NULL,
  "title" VARCHAR(2000) NOT NULL,
  "facts" JSONB NOT NULL,
  CONSTRAINT "unq_product__supplier_sku" UNIQUE ("supplier", "sku")
);

ALTER TABLE "product" ADD CONSTRAINT "fk_product__supplier" FOREIGN KEY ("supplier") REFERENCES "partner" ("id") ON DELETE CASCADE;

CREATE TABLE "purchase" (
  "id" TEXT PRIMARY KEY,
  "retailer" TEXT NOT NULL,
  "supplier" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "dates" JSONB NOT NULL,
  "country" TEXT NOT NULL,
  "channel" TEXT NOT NULL,
  "facts" JSONB NOT NULL,
  CONSTRAINT "unq_purchase__retailer_number_supplier" UNIQUE ("retailer", "number", "supplier")
);

CREATE INDEX "idx_purchase__supplier" ON "purchase" ("supplier");

ALTER TABLE "purchase" ADD CONSTRAINT "fk_purchase__retailer" FOREIGN KEY ("retailer") REFERENCES "partner" ("id") ON DELETE CASCADE;

ALTER TABLE "purchase" ADD CONSTRAINT "fk_purchase__supplier" FOREIGN KEY ("supplier") REFERENCES "partner" ("id") ON DELETE CASCADE;

CREATE TABLE "purchase_line" (
  "id" TEXT PRIMARY KEY,
  "order" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "product" INTEGER NOT NULL,
  "quantity" INTEGER NOT NULL,
  "returned" INTEGER NOT NULL,
  "unit_price" BIGINT NOT NULL,
  "location" INTEGER,
  "dates" JSONB NOT NULL,
  "facts" JSONB NOT NULL,
  CONSTRAINT "unq_purchase_line__order_number" UNIQUE ("order", "number")
);

CREATE INDEX "idx_purchase_line__location" ON "purchase_line" ("location");

CREATE INDEX "idx_purchase_line__product" ON "purchase_line" ("product");

ALTER TABLE "purchase_line" ADD CONSTRAINT "fk_purchase_line__location" FOREIGN KEY ("location") REFERENCES "location" ("id") ON DELETE SET NULL;

ALTER TABLE "purchase_line" ADD CONSTRAINT "fk_purchase_line__order" FOREIGN KEY ("order") REFERENCES "purchase" ("id") ON DELETE CASCADE;

ALTER TABLE "purchase_line" ADD CONSTRAINT "fk_purchase_line__product" FOREIGN KEY ("product") REFERENCES "product" ("id") ON DELETE CASCADE;

CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "edition_is_written_once" BEFORE UPDATE OR DELETE ON "edition"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "edition_is_not_emptied" BEFORE TRUNCATE ON "edition"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "decision_is_written_once" BEFORE UPDATE OR DELETE ON "decision"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "decision_is_not_emptied" BEFORE TRUNCATE ON "decision"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
