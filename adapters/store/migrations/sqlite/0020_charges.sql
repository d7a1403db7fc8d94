-- A charge at a gateway, once, in however many orders and by whatever name it is said: its amount is
-- the ceiling of all that goes back of it. Amount 0: nobody has read it at the gateway yet.
CREATE TABLE "charge" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "intent" TEXT NOT NULL,
  "invoice" TEXT NOT NULL,
  "customer" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "amount" BIGINT NOT NULL DEFAULT 0,
  "given_before" BIGINT NOT NULL DEFAULT 0,
  "read_at" DATETIME,
  CONSTRAINT "unq_charge__supplier_reference" UNIQUE ("supplier", "reference")
);

CREATE INDEX "idx_charge__intent" ON "charge" ("intent");
CREATE INDEX "idx_charge__invoice" ON "charge" ("invoice");

INSERT INTO "charge" ("id", "supplier", "reference", "intent", "invoice", "customer", "currency")
SELECT min("id"), "supplier", CASE "charge" WHEN '' THEN "invoice" ELSE "charge" END,
  CASE WHEN "charge" LIKE 'pi!_%' ESCAPE '!' THEN "charge" ELSE '' END,
  max("invoice"), max("customer"), min("currency")
FROM "payment" WHERE "charge" <> '' OR "invoice" <> ''
GROUP BY 2, 3, 4;

-- Where a payment stands among those of its order, by which they are used up.
ALTER TABLE "payment" ADD COLUMN "place" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "payment" ADD COLUMN "source" TEXT REFERENCES "charge" ("id") ON DELETE SET NULL;

CREATE INDEX "idx_payment__source" ON "payment" ("source");

UPDATE "payment" SET
  "place" = (SELECT count(*) FROM "payment" p WHERE p."order" = "payment"."order"
    AND p."supplier" = "payment"."supplier" AND p."id" <= "payment"."id"),
  "source" = (SELECT c."id" FROM "charge" c WHERE c."supplier" = "payment"."supplier"
    AND c."reference" = CASE "payment"."charge" WHEN '' THEN "payment"."invoice"
      ELSE "payment"."charge" END);

-- A dispute is of a charge, and known within its own tenant. Amount 0: all of the charge.
CREATE TABLE "dispute_of_charge" (
  "supplier" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "charge" TEXT NOT NULL REFERENCES "charge" ("id") ON DELETE CASCADE,
  "status" TEXT NOT NULL,
  "amount" BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY ("supplier", "reference")
);

CREATE INDEX "idx_dispute_of_charge__charge" ON "dispute_of_charge" ("charge");

INSERT INTO "dispute_of_charge" ("supplier", "reference", "charge", "status")
SELECT p."supplier", d."id", p."source", d."status"
FROM "dispute" d JOIN "payment" p ON p."id" = d."payment" WHERE p."source" IS NOT NULL;

DROP TABLE "dispute";
