-- What a claim took off a credit counts for the line of the credit, also where nothing was left of it.
ALTER TABLE "claim_use" ADD COLUMN "order_line" TEXT NOT NULL DEFAULT '';

UPDATE "claim_use" SET "order_line" = COALESCE(
  (SELECT s."order_line" FROM "settlement" s WHERE s."id" = "claim_use"."settlement"),
  ''
);

-- Of a credit that claims took whole its line was not kept. It is that of the claim where the money
-- that was claimed counts as planned again; else nobody knows, and it counts for none, as before.
UPDATE "claim_use" SET "order_line" = COALESCE((
  SELECT c."order_line" FROM "claim" c JOIN "return_line" r ON r."id" = c."return_line"
  WHERE c."id" = "claim_use"."claim" AND r."planned" >= "claim_use"."amount"
    + (SELECT COALESCE(SUM(s."amount"), 0) FROM "settlement" s
      WHERE s."return_line" = r."id" AND s."state" <> 'cancelled')
    - (SELECT COALESCE(SUM(o."amount" - o."let_go"), 0) FROM "claim" o
      WHERE o."return_line" = r."id")
), '') WHERE "settlement" = '';

CREATE INDEX "idx_claim_use__order_line" ON "claim_use" ("order_line");
