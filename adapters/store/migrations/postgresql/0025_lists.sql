-- What lists are narrowed to and sorted by: the day of an order, the reason of a return line, and
-- tracking numbers with their letters and digits alone; and who a consumer was by a keyed hash.
ALTER TABLE "purchase" ADD COLUMN "ordered_on" TEXT NOT NULL DEFAULT '0000-00-00';

ALTER TABLE "return_line" ADD COLUMN "reason" TEXT NOT NULL DEFAULT '';

CREATE TABLE "tracked" (
  "number" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  PRIMARY KEY ("number", "subject")
);

CREATE INDEX "idx_tracked__subject" ON "tracked" ("subject");

CREATE TABLE "consumer_word" (
  "word" TEXT NOT NULL,
  "consumer" TEXT NOT NULL,
  PRIMARY KEY ("word", "consumer")
);

ALTER TABLE "consumer_word" ADD CONSTRAINT "fk_consumer_word__consumer"
  FOREIGN KEY ("consumer") REFERENCES "consumer" ("id") ON DELETE CASCADE;

CREATE INDEX "idx_consumer_word__consumer" ON "consumer_word" ("consumer");

CREATE TABLE "search_key" (
  "retailer" TEXT PRIMARY KEY,
  "sealed" TEXT NOT NULL
);

UPDATE "purchase" SET "ordered_on" = substr("dates" ->> 'ordered', 1, 10)
WHERE "dates" ->> 'ordered' <> '';

UPDATE "return_line" SET "reason" = coalesce("facts"::json ->> 'reason', '')
WHERE "facts" LIKE '{%';

INSERT INTO "tracked"
SELECT DISTINCT n, subject FROM (
  SELECT regexp_replace(upper(j.value ->> 'number'), '[^[:alnum:]]', '', 'g') AS n, known.subject
  FROM (
    SELECT "id" AS subject, "tracking" AS parcels FROM "purchase"
    UNION ALL SELECT "id", "parcels" FROM "goods_return"
  ) AS known, jsonb_array_elements(parcels) AS j
) AS found WHERE n <> '';

DROP INDEX "idx_purchase__supplier";

CREATE INDEX "idx_purchase__supplier_number" ON "purchase" ("supplier", "number");

CREATE INDEX "idx_purchase__supplier_ordered_on_id" ON "purchase" ("supplier", "ordered_on", "id");

CREATE INDEX "idx_purchase__retailer_ordered_on_id" ON "purchase" ("retailer", "ordered_on", "id");

CREATE INDEX "idx_purchase__supplier_standing_ordered_on_id" ON "purchase" ("supplier", "standing", "ordered_on", "id");

CREATE INDEX "idx_purchase__retailer_standing_ordered_on_id" ON "purchase" ("retailer", "standing", "ordered_on", "id");

CREATE INDEX "idx_product__supplier_id" ON "product" ("supplier", "id");

CREATE INDEX "idx_decision__supplier_decided_at_id" ON "decision" ("supplier", "decided_at", "id");

CREATE INDEX "idx_decision__retailer_decided_at_id" ON "decision" ("retailer", "decided_at", "id");

DROP INDEX "idx_consumer_return__retailer_requested_at";

CREATE INDEX "idx_consumer_return__retailer_requested_at_id" ON "consumer_return" ("retailer", "requested_at", "id");

DROP INDEX "idx_goods_return__supplier_requested_at";

DROP INDEX "idx_goods_return__retailer_requested_at";

DROP INDEX "idx_goods_return__supplier_retailer_requested_at";

CREATE INDEX "idx_goods_return__supplier_requested_at_id" ON "goods_return" ("supplier", "requested_at", "id");

CREATE INDEX "idx_goods_return__retailer_requested_at_id" ON "goods_return" ("retailer", "requested_at", "id");

CREATE INDEX "idx_goods_return__supplier_state_requested_at_id" ON "goods_return" ("supplier", "state", "requested_at", "id");

CREATE INDEX "idx_goods_return__retailer_state_requested_at_id" ON "goods_return" ("retailer", "state", "requested_at", "id");

CREATE INDEX "idx_goods_return__supplier_retailer_requested_at_id" ON "goods_return" ("supplier", "retailer", "requested_at", "id");

CREATE INDEX "idx_return_line__sku" ON "return_line" ("sku");

DROP INDEX "idx_received_parcel__supplier_at";

CREATE INDEX "idx_received_parcel__supplier_at_id" ON "received_parcel" ("supplier", "at", "id");

CREATE INDEX "idx_settlement__supplier_made_at_id" ON "settlement" ("supplier", "made_at", "id");

CREATE INDEX "idx_settlement__retailer_made_at_id" ON "settlement" ("retailer", "made_at", "id");

CREATE INDEX "idx_settlement__supplier_state_made_at_id" ON "settlement" ("supplier", "state", "made_at", "id");

CREATE INDEX "idx_settlement__retailer_state_made_at_id" ON "settlement" ("retailer", "state", "made_at", "id");

CREATE INDEX "idx_claim__supplier_made_at_id" ON "claim" ("supplier", "made_at", "id");

CREATE INDEX "idx_claim__retailer_made_at_id" ON "claim" ("retailer", "made_at", "id");
