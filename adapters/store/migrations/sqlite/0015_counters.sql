-- What the counters of policies add up: what a line's units cost when they were asked for, and the
-- units that arrived and were refused. Of lines of before, the price on the order is taken.
ALTER TABLE "return_line" ADD COLUMN "refused" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "return_line" ADD COLUMN "worth" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "return_line" ADD COLUMN "currency" TEXT NOT NULL DEFAULT '';

UPDATE "return_line" SET
  "worth" = (SELECT p."unit_price" FROM "purchase_line" p
             WHERE p."id" = "return_line"."order_line") * "quantity",
  "currency" = (SELECT o."currency" FROM "purchase_line" p JOIN "purchase" o ON o."id" = p."order"
                WHERE p."id" = "return_line"."order_line")
WHERE EXISTS (SELECT 1 FROM "purchase_line" p WHERE p."id" = "return_line"."order_line");

UPDATE "return_line" SET "refused" = (
  SELECT coalesce(sum(i."units"), 0) FROM "return_inspection" i
  WHERE i."line" = "return_line"."id" AND json_extract(i."outcome", '$.answer') = 'refuse'
);

UPDATE "return_line" SET "refused" = "refused" + "received" - "inspected"
WHERE json_extract("outcome", '$.answer') = 'refuse' AND "received" > "inspected";

CREATE INDEX "idx_goods_return__supplier_retailer_requested_at" ON "goods_return" ("supplier", "retailer", "requested_at");
