-- A connected account belongs to one partner, and its news are found by it.
ALTER TABLE "gateway_account" ADD COLUMN "connected" TEXT UNIQUE;
UPDATE "gateway_account" SET "connected" = "account"
WHERE "secret" = '' AND "partner" = (
  SELECT min("first"."partner") FROM "gateway_account" "first"
  WHERE "first"."account" = "gateway_account"."account" AND "first"."secret" = ''
);
