-- What was planned for a line so far, of which a later piece pays the difference; what a return gave
-- back of outbound shipping and took of fees per order; and claims for money that is not owed.
ALTER TABLE "return_line" ADD COLUMN "planned" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "return_line" ADD COLUMN "planned_tax" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "return_line" ADD COLUMN "outbound" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "return_line" ADD COLUMN "value" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "goods_return" ADD COLUMN "taken" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "goods_return" ADD COLUMN "waits" VARCHAR(2000) NOT NULL DEFAULT '';
ALTER TABLE "goods_return" ADD COLUMN "changed_at" TIMESTAMP;
ALTER TABLE "goods_return" ADD COLUMN "settled_at" TIMESTAMP;
ALTER TABLE "settlement" ADD COLUMN "claimed" BIGINT NOT NULL DEFAULT 0;

UPDATE "return_line" SET "planned" = (
  SELECT COALESCE(SUM(s."amount"), 0) FROM "settlement" s
  WHERE s."return_line" = "return_line"."id" AND s."instead_of" = '' AND s."state" <> 'cancelled'
);

CREATE TABLE "claim" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "return_line" TEXT NOT NULL,
  "order_line" TEXT NOT NULL,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "paid" BIGINT NOT NULL,
  "by" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "due_on" TEXT NOT NULL,
  "why" VARCHAR(2000) NOT NULL,
  "ended_why" VARCHAR(2000) NOT NULL,
  "made_at" TIMESTAMP NOT NULL
);

CREATE INDEX "idx_claim__order_line" ON "claim" ("order_line");

CREATE INDEX "idx_claim__return_line" ON "claim" ("return_line");

CREATE INDEX "idx_claim__supplier_retailer_state" ON "claim" ("supplier", "retailer", "state");

CREATE TABLE "claim_use" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "claim" TEXT NOT NULL,
  "settlement" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "at" TIMESTAMP NOT NULL
);

CREATE INDEX "idx_claim_use__claim" ON "claim_use" ("claim");

CREATE INDEX "idx_claim_use__settlement" ON "claim_use" ("settlement");
