-- The last day of each order and its lines, by which version of the rules it was worked out and
-- until when it holds; those that are there are worked out by the worker.
ALTER TABLE "purchase" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "purchase" ADD COLUMN "last_day" TEXT NOT NULL DEFAULT '9999-99-99';

ALTER TABLE "purchase" ADD COLUMN "days_rules" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "purchase" ADD COLUMN "days_until" TEXT NOT NULL DEFAULT '0000-00-00';

ALTER TABLE "purchase_line" ADD COLUMN "last_day" TEXT NOT NULL DEFAULT '9999-99-99';

CREATE TABLE "order_rules" (
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "applied" INTEGER NOT NULL,
  PRIMARY KEY ("supplier", "retailer")
);

INSERT INTO "order_rules" SELECT "supplier", "retailer", 0, 0 FROM "partnership";

CREATE INDEX "idx_purchase__supplier_last_day_id" ON "purchase" ("supplier", "last_day", "id");

CREATE INDEX "idx_purchase__retailer_last_day_id" ON "purchase" ("retailer", "last_day", "id");

CREATE INDEX "idx_purchase__supplier_retailer_days_rules" ON "purchase" ("supplier", "retailer", "days_rules");

CREATE INDEX "idx_purchase__days_until_id" ON "purchase" ("days_until", "id");
