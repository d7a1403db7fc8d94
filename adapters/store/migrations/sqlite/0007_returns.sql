CREATE TABLE "consumer_return" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "retailer" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "requested_at" DATETIME NOT NULL
);

CREATE INDEX "idx_consumer_return__retailer_requested_at" ON "consumer_return" ("retailer", "requested_at");

CREATE TABLE "goods_return" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "number" TEXT UNIQUE NOT NULL,
  "part_of" TEXT NOT NULL REFERENCES "consumer_return" ("id") ON DELETE CASCADE,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "order" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "held_for" VARCHAR(2000) NOT NULL,
  "requested_at" DATETIME NOT NULL,
  "expires_on" TEXT NOT NULL,
  "wakes_at" DATETIME,
  "parcels" JSON NOT NULL,
  "events" JSON NOT NULL
);

CREATE INDEX "idx_goods_return__order" ON "goods_return" ("order");

CREATE INDEX "idx_goods_return__part_of" ON "goods_return" ("part_of");

CREATE INDEX "idx_goods_return__retailer_requested_at" ON "goods_return" ("retailer", "requested_at");

CREATE INDEX "idx_goods_return__state" ON "goods_return" ("state");

CREATE INDEX "idx_goods_return__supplier_requested_at" ON "goods_return" ("supplier", "requested_at");

CREATE INDEX "idx_goods_return__wakes_at" ON "goods_return" ("wakes_at");

CREATE TABLE "return_line" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT NOT NULL REFERENCES "goods_return" ("id") ON DELETE CASCADE,
  "place" INTEGER NOT NULL,
  "order_line" TEXT NOT NULL,
  "sku" TEXT NOT NULL,
  "quantity" INTEGER NOT NULL,
  "reserved" INTEGER NOT NULL,
  "expected" INTEGER NOT NULL,
  "received" INTEGER NOT NULL,
  "inspected" INTEGER NOT NULL,
  "facts" TEXT NOT NULL,
  "edition" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "terms" TEXT NOT NULL,
  "location" TEXT NOT NULL,
  "return_to" JSON NOT NULL,
  "outcome" JSON NOT NULL,
  CONSTRAINT "unq_return_line__part_of_place" UNIQUE ("part_of", "place")
);

CREATE INDEX "idx_return_line__order_line" ON "return_line" ("order_line");

CREATE TABLE "return_step" (
  "part_of" TEXT NOT NULL REFERENCES "goods_return" ("id") ON DELETE CASCADE,
  "number" INTEGER NOT NULL,
  "step" TEXT NOT NULL,
  "before" TEXT NOT NULL,
  "after" TEXT NOT NULL,
  "actor" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" DATETIME NOT NULL,
  "why" VARCHAR(2000) NOT NULL,
  PRIMARY KEY ("part_of", "number")
);

CREATE TABLE "return_receipt" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT NOT NULL REFERENCES "goods_return" ("id") ON DELETE CASCADE,
  "at" DATETIME NOT NULL,
  "by" TEXT NOT NULL
);

CREATE INDEX "idx_return_receipt__part_of" ON "return_receipt" ("part_of");

CREATE TABLE "return_receipt_line" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "receipt" TEXT NOT NULL REFERENCES "return_receipt" ("id") ON DELETE CASCADE,
  "line" TEXT REFERENCES "return_line" ("id") ON DELETE SET NULL,
  "sku" TEXT NOT NULL,
  "location" TEXT NOT NULL,
  "units" INTEGER NOT NULL,
  "inspected" INTEGER NOT NULL
);

CREATE INDEX "idx_return_receipt_line__line" ON "return_receipt_line" ("line");

CREATE INDEX "idx_return_receipt_line__receipt" ON "return_receipt_line" ("receipt");

CREATE TABLE "return_inspection" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT NOT NULL REFERENCES "goods_return" ("id") ON DELETE CASCADE,
  "place" INTEGER NOT NULL,
  "line" TEXT REFERENCES "return_line" ("id") ON DELETE SET NULL,
  "arrival" TEXT REFERENCES "return_receipt_line" ("id") ON DELETE SET NULL,
  "units" INTEGER NOT NULL,
  "disposition" TEXT NOT NULL,
  "found" JSON NOT NULL,
  "outcome" JSON NOT NULL,
  "at" DATETIME NOT NULL,
  "by" TEXT NOT NULL
);

CREATE INDEX "idx_return_inspection__arrival" ON "return_inspection" ("arrival");

CREATE INDEX "idx_return_inspection__line" ON "return_inspection" ("line");

CREATE INDEX "idx_return_inspection__part_of" ON "return_inspection" ("part_of");
