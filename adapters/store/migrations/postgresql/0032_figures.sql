-- What figures count of a return line, in one index for each side, so that none reads its rows; and
-- the numbers of orders beside the days that they are sorted by, so that a search reads no order.
ALTER TABLE "return_line" ADD COLUMN "supplier" TEXT NOT NULL DEFAULT '';

ALTER TABLE "return_line" ADD COLUMN "retailer" TEXT NOT NULL DEFAULT '';

ALTER TABLE "return_line" ADD COLUMN "requested_on" TEXT NOT NULL DEFAULT '';

ALTER TABLE "return_line" ADD COLUMN "answer" TEXT NOT NULL DEFAULT '';

UPDATE "return_line" SET
  "supplier" = r."supplier", "retailer" = r."retailer",
  "requested_on" = to_char(r."requested_at", 'YYYY-MM-DD'),
  "answer" = coalesce("outcome" ->> 'answer', '')
FROM "goods_return" r WHERE r."id" = "return_line"."part_of";

CREATE INDEX "idx_return_line__supplier_requested_on_answer_reason_retailer_c" ON "return_line" (
  "supplier", "requested_on", "answer", "reason", "retailer",
  "currency", "sku", "quantity", "planned", "planned_tax", "stays_more", "value", "outbound"
);

CREATE INDEX "idx_return_line__retailer_requested_on_answer_reason_supplier_c" ON "return_line" (
  "retailer", "requested_on", "answer", "reason", "supplier",
  "currency", "sku", "quantity", "planned", "planned_tax", "stays_more", "value", "outbound"
);

DROP INDEX "idx_purchase__supplier_ordered_on_id";

DROP INDEX "idx_purchase__retailer_ordered_on_id";

CREATE INDEX "idx_purchase__supplier_ordered_on_id_number" ON "purchase" ("supplier", "ordered_on", "id", "number");

CREATE INDEX "idx_purchase__retailer_ordered_on_id_number" ON "purchase" ("retailer", "ordered_on", "id", "number");
