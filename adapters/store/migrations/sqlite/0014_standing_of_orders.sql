-- Who may say what of an order: proposals, amendments and their history. Orders that are there count
-- as confirmed; what a retailer may tell is for its supplier to set.
ALTER TABLE "partnership" ADD COLUMN "retailer_may_tell" JSON NOT NULL DEFAULT '[]';

ALTER TABLE "product" ADD COLUMN "prices" JSON NOT NULL DEFAULT '{}';

ALTER TABLE "purchase" ADD COLUMN "standing" TEXT NOT NULL DEFAULT 'confirmed';
ALTER TABLE "purchase" ADD COLUMN "waits_for" JSON NOT NULL DEFAULT '[]';
ALTER TABLE "purchase" ADD COLUMN "said_by" TEXT NOT NULL DEFAULT '';
ALTER TABLE "purchase" ADD COLUMN "said_at" DATETIME;
ALTER TABLE "purchase" ADD COLUMN "tracking" JSON NOT NULL DEFAULT '[]';

CREATE INDEX "idx_purchase__standing_said_at" ON "purchase" ("standing", "said_at");

ALTER TABLE "purchase_line" ADD COLUMN "cancelled" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "purchase_amendment" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "order" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "standing" TEXT NOT NULL,
  "change" JSON NOT NULL,
  "why" VARCHAR(2000) NOT NULL,
  "said_by" TEXT NOT NULL,
  "said_at" DATETIME NOT NULL,
  "answered_by" TEXT NOT NULL,
  "answered_at" DATETIME,
  "answer_why" VARCHAR(2000) NOT NULL,
  CONSTRAINT "unq_purchase_amendment__order_number" UNIQUE ("order", "number")
);

CREATE INDEX "idx_purchase_amendment__standing_said_at" ON "purchase_amendment" ("standing", "said_at");

CREATE TABLE "purchase_change" (
  "order" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "event" TEXT NOT NULL,
  "what" TEXT NOT NULL,
  "old" TEXT NOT NULL,
  "new" TEXT NOT NULL,
  "side" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" DATETIME NOT NULL,
  "why" VARCHAR(2000) NOT NULL,
  PRIMARY KEY ("order", "number")
);

CREATE TRIGGER "purchase_change_is_not_changed" BEFORE UPDATE ON "purchase_change" BEGIN
  SELECT RAISE(ABORT, 'purchase_change is written once');
END;

CREATE TRIGGER "purchase_change_is_not_removed" BEFORE DELETE ON "purchase_change" BEGIN
  SELECT RAISE(ABORT, 'purchase_change is written once');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER "purchase_change_is_not_replaced" BEFORE INSERT ON "purchase_change"
WHEN EXISTS (SELECT 1 FROM "purchase_change" WHERE "order" = NEW."order" AND "number" = NEW."number")
BEGIN
  SELECT RAISE(ABORT, 'purchase_change is written once');
END;

CREATE TABLE "cancelled_refund" (
  "settlement" TEXT NOT NULL,
  "order_line" TEXT NOT NULL,
  "units" INTEGER NOT NULL,
  PRIMARY KEY ("settlement", "order_line")
);

CREATE INDEX "idx_cancelled_refund__order_line" ON "cancelled_refund" ("order_line");
