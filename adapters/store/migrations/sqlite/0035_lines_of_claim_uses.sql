-- What a claim took off a credit counts for the line of the credit, also where nothing was left of it.
ALTER TABLE "claim_use" ADD COLUMN "order_line" TEXT NOT NULL DEFAULT '';

UPDATE "claim_use" SET "order_line" = COALESCE(
  (SELECT s."order_line" FROM "settlement" s WHERE s."id" = "claim_use"."settlement"),
  (SELECT c."order_line" FROM "claim" c WHERE c."id" = "claim_use"."claim"),
  ''
);

CREATE INDEX "idx_claim_use__order_line" ON "claim_use" ("order_line");
