-- Who may say what of an order: proposals, amendments and their history. Orders that are there count
-- as confirmed; what a retailer may tell is for its supplier to set.
ALTER TABLE "partnership" ADD COLUMN "retailer_may_tell" JSONB NOT NULL DEFAULT '[]';

ALTER TABLE "product" ADD COLUMN "prices" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "purchase" ADD COLUMN "standing" TEXT NOT NULL DEFAULT 'confirmed';
ALTER TABLE "purchase" ADD COLUMN "waits_for" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "purchase" ADD COLUMN "said_by" TEXT NOT NULL DEFAULT '';
ALTER TABLE "purchase" ADD COLUMN "said_at" TIMESTAMP;
ALTER TABLE "purchase" ADD COLUMN "tracking" JSONB NOT NULL DEFAULT '[]';

CREATE INDEX "idx_purchase__standing_said_at" ON "purchase" ("standing", "said_at");

ALTER TABLE "purchase_line" ADD COLUMN "cancelled" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "purchase_amendment" (
  "id" TEXT PRIMARY KEY,
  "order" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "standing" TEXT NOT NULL,
  "change" JSONB NOT NULL,
  "why" VARCHAR(2000) NOT NULL,
  "said_by" TEXT NOT NULL,
  "said_at" TIMESTAMP NOT NULL,
  "answered_by" TEXT NOT NULL,
  "answered_at" TIMESTAMP,
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
  "at" TIMESTAMP NOT NULL,
  "why" VARCHAR(2000) NOT NULL,
  PRIMARY KEY ("order", "number")
);

CREATE TRIGGER "purchase_change_is_written_once" BEFORE UPDATE OR DELETE ON "purchase_change"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "purchase_change_is_not_emptied" BEFORE TRUNCATE ON "purchase_change"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

CREATE TABLE "cancelled_refund" (
  "settlement" TEXT NOT NULL,
  "order_line" TEXT NOT NULL,
  "units" INTEGER NOT NULL,
  PRIMARY KEY ("settlement", "order_line")
);

CREATE INDEX "idx_cancelled_refund__order_line" ON "cancelled_refund" ("order_line");
