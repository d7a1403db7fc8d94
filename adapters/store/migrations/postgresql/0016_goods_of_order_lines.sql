-- The facts of the goods as their supplier had told them when the order was recorded: what is told
-- later of them says nothing of goods that were bought before. Lines of before keep what is told now.
ALTER TABLE "purchase_line" ADD COLUMN "goods" JSONB NOT NULL DEFAULT '{}';

UPDATE "purchase_line" SET "goods" = (
  SELECT p."facts" FROM "product" p WHERE p."id" = "purchase_line"."product"
);
