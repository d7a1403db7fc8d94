-- Stock of each SKU, what moved it, and what each partner is to be told of it.
CREATE TABLE "stock" (
  "product" INTEGER NOT NULL PRIMARY KEY REFERENCES "product" ("id") ON DELETE CASCADE,
  "available" BIGINT NOT NULL,
  "sequence" BIGINT NOT NULL,
  "counted" BOOLEAN NOT NULL,
  "changed_at" DATETIME NOT NULL
);

CREATE TABLE "stock_level" (
  "product" INTEGER NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
  "location" INTEGER NOT NULL REFERENCES "location" ("id") ON DELETE CASCADE,
  "bucket" TEXT NOT NULL,
  "quantity" BIGINT NOT NULL,
  PRIMARY KEY ("product", "location", "bucket")
);

CREATE INDEX "idx_stock_level__location" ON "stock_level" ("location");

CREATE TABLE "stock_move" (
  "supplier" TEXT NOT NULL,
  "cause" TEXT NOT NULL,
  "product" INTEGER NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
  "location" INTEGER NOT NULL REFERENCES "location" ("id") ON DELETE CASCADE,
  "bucket" TEXT NOT NULL,
  "delta" BIGINT NOT NULL,
  "after" BIGINT NOT NULL,
  "at" DATETIME NOT NULL,
  "actor" TEXT NOT NULL,
  PRIMARY KEY ("supplier", "cause")
);

CREATE INDEX "idx_stock_move__location" ON "stock_move" ("location");

CREATE INDEX "idx_stock_move__product" ON "stock_move" ("product");

CREATE TABLE "channel" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "partnership" TEXT UNIQUE NOT NULL REFERENCES "partnership" ("id") ON DELETE CASCADE,
  "kind" TEXT NOT NULL,
  "address" VARCHAR(2000) NOT NULL,
  "secret" TEXT NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "old_secret" TEXT NOT NULL,
  "old_until" DATETIME,
  "buffer" INTEGER NOT NULL,
  "paused_at" DATETIME,
  "stopped_at" DATETIME,
  "slow_until" DATETIME,
  "failures" INTEGER NOT NULL,
  "error" TEXT NOT NULL,
  "error_since" DATETIME,
  "succeeded_at" DATETIME,
  "snapshot_due" DATETIME NOT NULL,
  "owner" TEXT NOT NULL,
  "leased_until" DATETIME,
  "served_at" DATETIME NOT NULL
);

CREATE INDEX "idx_channel__snapshot_due" ON "channel" ("snapshot_due");

CREATE TABLE "feed" (
  "channel" TEXT NOT NULL REFERENCES "channel" ("id") ON DELETE CASCADE,
  "product" INTEGER NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
  "buffer" INTEGER,
  "want" BIGINT NOT NULL,
  "sent" BIGINT NOT NULL,
  "acked" BIGINT NOT NULL,
  "acked_available" BIGINT,
  "generation" INTEGER NOT NULL,
  "attempts" INTEGER NOT NULL,
  "due" DATETIME,
  "behind_since" DATETIME,
  "parked" TEXT NOT NULL,
  "error" TEXT NOT NULL,
  "error_since" DATETIME,
  "reported" BIGINT,
  "reported_at" DATETIME,
  PRIMARY KEY ("channel", "product")
);

CREATE INDEX "idx_feed__channel_due" ON "feed" ("channel", "due");

CREATE INDEX "idx_feed__product" ON "feed" ("product");

CREATE TRIGGER "stock_move_is_not_changed" BEFORE UPDATE ON "stock_move" BEGIN
  SELECT RAISE(ABORT, 'stock_move is written once');
END;

CREATE TRIGGER "stock_move_is_not_removed" BEFORE DELETE ON "stock_move" BEGIN
  SELECT RAISE(ABORT, 'stock_move is written once');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER "stock_move_is_not_replaced" BEFORE INSERT ON "stock_move"
WHEN EXISTS (SELECT 1 FROM "stock_move" WHERE "supplier" = NEW."supplier" AND "cause" = NEW."cause")
BEGIN
  SELECT RAISE(ABORT, 'stock_move is written once');
END;
