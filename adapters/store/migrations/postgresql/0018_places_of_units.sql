-- Each inspection is of one arrival. What was counted or found can be undone, and parcels come that
-- belong to no known return. Inspections of before are tied to the arrival whose units they were,
-- where all units of the line came to one place.
CREATE TABLE "return_undone" (
  "id" TEXT PRIMARY KEY,
  "at" TIMESTAMP NOT NULL,
  "by" TEXT NOT NULL,
  "why" VARCHAR(2000) NOT NULL
);

CREATE TRIGGER "return_undone_is_written_once" BEFORE UPDATE OR DELETE ON "return_undone"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "return_undone_is_not_emptied" BEFORE TRUNCATE ON "return_undone"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

CREATE TABLE "received_parcel" (
  "id" TEXT PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "receipt" TEXT UNIQUE NOT NULL,
  "note" VARCHAR(2000) NOT NULL,
  "tracking" TEXT NOT NULL,
  "at" TIMESTAMP NOT NULL,
  "tied_to" TEXT NOT NULL,
  "tied_at" TIMESTAMP,
  "tied_by" TEXT NOT NULL
);

CREATE INDEX "idx_received_parcel__supplier_at" ON "received_parcel" ("supplier", "at");

ALTER TABLE "received_parcel" ADD CONSTRAINT "fk_received_parcel__receipt" FOREIGN KEY ("receipt") REFERENCES "return_receipt" ("id");

ALTER TABLE "return_receipt" ALTER COLUMN "part_of" DROP NOT NULL;
ALTER TABLE "return_receipt" DROP CONSTRAINT "fk_return_receipt__part_of";
ALTER TABLE "return_receipt" ADD CONSTRAINT "fk_return_receipt__part_of" FOREIGN KEY ("part_of") REFERENCES "goods_return" ("id") ON DELETE SET NULL;

ALTER TABLE "return_inspection" ALTER COLUMN "part_of" DROP NOT NULL;
ALTER TABLE "return_inspection" DROP CONSTRAINT "fk_return_inspection__part_of";
ALTER TABLE "return_inspection" ADD CONSTRAINT "fk_return_inspection__part_of" FOREIGN KEY ("part_of") REFERENCES "goods_return" ("id") ON DELETE SET NULL;

ALTER TABLE "return_receipt_line" ADD COLUMN "place" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "return_receipt_line" ADD COLUMN "undone" TEXT;
CREATE INDEX "idx_return_receipt_line__undone" ON "return_receipt_line" ("undone");
ALTER TABLE "return_receipt_line" ADD CONSTRAINT "fk_return_receipt_line__undone" FOREIGN KEY ("undone") REFERENCES "return_undone" ("id") ON DELETE SET NULL;

ALTER TABLE "return_inspection" ADD COLUMN "undone" TEXT;
CREATE INDEX "idx_return_inspection__undone" ON "return_inspection" ("undone");
ALTER TABLE "return_inspection" ADD CONSTRAINT "fk_return_inspection__undone" FOREIGN KEY ("undone") REFERENCES "return_undone" ("id") ON DELETE SET NULL;

CREATE TABLE "units_of_before" AS
SELECT a."id", a."line", a."units", a."location",
  coalesce(sum(a."units") OVER (
    PARTITION BY a."line" ORDER BY r."at", a."id" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0) AS "before",
  l."inspected" AS "done"
FROM "return_receipt_line" a
JOIN "return_receipt" r ON r."id" = a."receipt"
JOIN "return_line" l ON l."id" = a."line";

UPDATE "return_receipt_line" SET "inspected" = (
  SELECT CASE
    WHEN b."done" <= b."before" THEN 0
    WHEN b."done" >= b."before" + b."units" THEN b."units"
    ELSE b."done" - b."before"
  END
  FROM "units_of_before" b WHERE b."id" = "return_receipt_line"."id"
)
WHERE "line" IS NOT NULL;

CREATE TABLE "looks_of_before" AS
SELECT i."id", i."line", i."units",
  coalesce(sum(i."units") OVER (
    PARTITION BY i."line" ORDER BY i."place" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0) AS "before"
FROM "return_inspection" i WHERE i."line" IS NOT NULL;

UPDATE "return_inspection" SET "arrival" = (
  SELECT min(b."id") FROM "looks_of_before" n
  JOIN "units_of_before" b ON b."line" = n."line"
    AND n."before" >= b."before" AND n."before" + n."units" <= b."before" + b."units"
  WHERE n."id" = "return_inspection"."id"
    AND NOT EXISTS (SELECT 1 FROM "units_of_before" o
                    WHERE o."line" = n."line" AND o."location" <> b."location")
)
WHERE "line" IS NOT NULL;

DROP TABLE "looks_of_before";

DROP TABLE "units_of_before";
