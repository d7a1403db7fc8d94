-- Stock of each SKU, what moved it, and what each partner is to be told of it.
CREATE TABLE "stock" (
  "product" INTEGER PRIMARY KEY,
  "available" BIGINT NOT NULL,
  "sequence" BIGINT NOT NULL,
  "counted" BOOLEAN NOT NULL,
  "changed_at" TIMESTAMP NOT NULL
);

ALTER TABLE "stock" ADD CONSTRAINT "fk_stock__product" FOREIGN KEY ("product") REFERENCES "product" ("id") ON DELETE CASCADE;

CREATE TABLE "stock_level" (
  "product" INTEGER NOT NULL,
  "location" INTEGER NOT NULL,
  "bucket" TEXT NOT NULL,
  "quantity" BIGINT NOT NULL,
  PRIMARY KEY ("product", "location", "bucket")
);

CREATE INDEX "idx_stock_level__location" ON "stock_level" ("location");

ALTER TABLE "stock_level" ADD CONSTRAINT "fk_stock_level__location" FOREIGN KEY ("location") REFERENCES "location" ("id") ON DELETE CASCADE;

ALTER TABLE "stock_level" ADD CONSTRAINT "fk_stock_level__product" FOREIGN KEY ("product") REFERENCES "product" ("id") ON DELETE CASCADE;

CREATE TABLE "stock_move" (
  "supplier" TEXT NOT NULL,
  "cause" TEXT NOT NULL,
  "product" INTEGER NOT NULL,
  "location" INTEGER NOT NULL,
  "bucket" TEXT NOT NULL,
  "delta" BIGINT NOT NULL,
  "after" BIGINT NOT NULL,
  "at" TIMESTAMP NOT NULL,
  "actor" TEXT NOT NULL,
  PRIMARY KEY ("supplier", "cause")
);

CREATE INDEX "idx_stock_move__location" ON "stock_move" ("location");

CREATE INDEX "idx_stock_move__product" ON "stock_move" ("product");

ALTER TABLE "stock_move" ADD CONSTRAINT "fk_stock_move__location" FOREIGN KEY ("location") REFERENCES "location" ("id") ON DELETE CASCADE;

ALTER TABLE "stock_move" ADD CONSTRAINT "fk_stock_move__product" FOREIGN KEY ("product") REFERENCES "product" ("id") ON DELETE CASCADE;

CREATE TABLE "channel" (
  "id" TEXT PRIMARY KEY,
  "partnership" TEXT UNIQUE NOT NULL,
  "kind" TEXT NOT NULL,
  "address" VARCHAR(2000) NOT NULL,
  "secret" TEXT NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "old_secret" TEXT NOT NULL,
  "old_until" TIMESTAMP,
  "buffer" INTEGER NOT NULL,
  "paused_at" TIMESTAMP,
  "stopped_at" TIMESTAMP,
  "slow_until" TIMESTAMP,
  "failures" INTEGER NOT NULL,
  "error" TEXT NOT NULL,
  "error_since" TIMESTAMP,
  "succeeded_at" TIMESTAMP,
  "snapshot_due" TIMESTAMP NOT NULL,
  "owner" TEXT NOT NULL,
  "leased_until" TIMESTAMP,
  "served_at" TIMESTAMP NOT NULL
);

CREATE INDEX "idx_channel__snapshot_due" ON "channel" ("snapshot_due");

ALTER TABLE "channel" ADD CONSTRAINT "fk_channel__partnership" FOREIGN KEY ("partnership") REFERENCES "partnership" ("id") ON DELETE CASCADE;

CREATE TABLE "feed" (
  "channel" TEXT NOT NULL,
  "product" INTEGER NOT NULL,
  "buffer" INTEGER,
  "want" BIGINT NOT NULL,
  "sent" BIGINT NOT NULL,
  "acked" BIGINT NOT NULL,
  "acked_available" BIGINT,
  "generation" INTEGER NOT NULL,
  "attempts" INTEGER NOT NULL,
  "due" TIMESTAMP,
  "behind_since" TIMESTAMP,
  "parked" TEXT NOT NULL,
  "error" TEXT NOT NULL,
  "error_since" TIMESTAMP,
  "reported" BIGINT,
  "reported_at" TIMESTAMP,
  PRIMARY KEY ("channel", "product")
);

CREATE INDEX "idx_feed__channel_due" ON "feed" ("channel", "due");

CREATE INDEX "idx_feed__product" ON "feed" ("product");

ALTER TABLE "feed" ADD CONSTRAINT "fk_feed__channel" FOREIGN KEY ("channel") REFERENCES "channel" ("id") ON DELETE CASCADE;

ALTER TABLE "feed" ADD CONSTRAINT "fk_feed__product" FOREIGN KEY ("product") REFERENCES "product" ("id") ON DELETE CASCADE;

CREATE TRIGGER "stock_move_is_written_once" BEFORE UPDATE OR DELETE ON "stock_move"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "stock_move_is_not_emptied" BEFORE TRUNCATE ON "stock_move"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
