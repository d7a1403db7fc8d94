-- Own credit as a ledger in double entry, with a row for each entry, written once. What was credited
-- and claimed before gets its entries here, in the order in which it happened: a claim that had
-- ended, as the journal says, ended with what was left of it, and what was taken off is credited and
-- claimed back at once. Credits of a retailer to its own consumers are nobody's account.
CREATE TABLE "credit_account" (
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "entries" INTEGER NOT NULL,
  "balance" BIGINT NOT NULL,
  "most" BIGINT,
  "changed_at" TIMESTAMP,
  PRIMARY KEY ("supplier", "retailer", "currency")
);

CREATE INDEX "idx_credit_account__retailer" ON "credit_account" ("retailer");

CREATE TABLE "credit_entry" (
  "id" TEXT PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "taken_from" TEXT NOT NULL,
  "given_to" TEXT NOT NULL,
  "balance" BIGINT NOT NULL,
  "cause" TEXT UNIQUE NOT NULL,
  "settlement" TEXT NOT NULL,
  "claim" TEXT NOT NULL,
  "invoice" TEXT NOT NULL,
  "how" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" TIMESTAMP NOT NULL,
  CONSTRAINT "unq_credit_entry__supplier_retailer_currency_number" UNIQUE ("supplier", "retailer", "currency", "number")
);

CREATE INDEX "idx_credit_entry__claim" ON "credit_entry" ("claim");

INSERT INTO "credit_entry"
WITH "happened" AS (
  SELECT "supplier", "retailer", "currency", 'credit' AS "kind", "amount", "id" AS "settlement",
    '' AS "claim", 'credit:' || "id" AS "cause", "made_at" AS "at", 2 AS "place"
  FROM "settlement"
  WHERE "instrument" = 'own_credit' AND "state" = 'succeeded' AND "supplier" <> "retailer" AND "amount" > 0
  UNION ALL
  SELECT "supplier", "retailer", "currency", 'claim', "amount", '', "id", 'claim:' || "id" || ':0', "made_at", 1
  FROM "claim" WHERE "amount" > 0
  UNION ALL
  SELECT c."supplier", c."retailer", c."currency", 'credit', u."amount", u."settlement", c."id",
    'credit:' || u."id", u."at", 3
  FROM "claim_use" u JOIN "claim" c ON c."id" = u."claim"
  UNION ALL
  SELECT c."supplier", c."retailer", c."currency", 'offset', u."amount", u."settlement", c."id",
    'offset:' || u."id", u."at", 4
  FROM "claim_use" u JOIN "claim" c ON c."id" = u."claim"
  UNION ALL
  SELECT c."supplier", c."retailer", c."currency",
    CASE c."state" WHEN 'paid' THEN 'claim_paid' ELSE 'claim_dropped' END, c."amount" - c."paid", '', c."id",
    'ended:' || c."id", coalesce((
      SELECT max(j."at"::timestamptz) AT TIME ZONE 'UTC' FROM "journal" j
      WHERE j."subject" = c."id" AND j."fact" IN ('claim_paid', 'claim_dropped')
    ), c."made_at"), 5
  FROM "claim" c WHERE c."state" <> 'open' AND c."amount" > c."paid"
), "numbered" AS (
  SELECT *, row_number() OVER "in_order" AS "number",
    sum(CASE "kind" WHEN 'credit' THEN "amount" WHEN 'offset' THEN -"amount" ELSE 0 END) OVER "in_order" AS "balance"
  FROM "happened"
  WINDOW "in_order" AS (
    PARTITION BY "supplier", "retailer", "currency"
    ORDER BY "at", "place", "cause"
    ROWS UNBOUNDED PRECEDING
  )
)
SELECT 'ce_' || replace(gen_random_uuid()::text, '-', ''), "supplier", "retailer", "currency", "number", "kind", "amount",
  CASE "kind" WHEN 'credit' THEN 'owed' WHEN 'claim' THEN 'claimed_back' WHEN 'offset' THEN 'credited'
    WHEN 'claim_paid' THEN 'paid_out' ELSE 'owed' END,
  CASE "kind" WHEN 'credit' THEN 'credited' WHEN 'claim' THEN 'owed' ELSE 'claimed_back' END,
  "balance"::bigint, "cause", "settlement", "claim", '', '', '', 'command line', "at"
FROM "numbered";

INSERT INTO "credit_account"
SELECT e."supplier", e."retailer", e."currency", e."number", e."balance", NULL, e."at"
FROM "credit_entry" e
WHERE e."number" = (
  SELECT max(o."number") FROM "credit_entry" o
  WHERE o."supplier" = e."supplier" AND o."retailer" = e."retailer" AND o."currency" = e."currency"
);

-- What was paid apart is not left of a claim any more.
UPDATE "claim" SET "paid" = "amount" WHERE "state" = 'paid';

CREATE TRIGGER "credit_entry_is_written_once" BEFORE UPDATE OR DELETE ON "credit_entry"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "credit_entry_is_not_emptied" BEFORE TRUNCATE ON "credit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
