-- Each inspection is of one arrival. What was counted or found can be undone, and parcels come that
-- belong to no known return. Inspections of before are tied to the arrival whose units they were,
-- where all units of the line came to one place.
CREATE TABLE "return_undone" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "at" DATETIME NOT NULL,
  "by" TEXT NOT NULL,
  "why" VARCHAR(2000) NOT NULL
);

CREATE TRIGGER "return_undone_is_not_changed" BEFORE UPDATE ON "return_undone" BEGIN
  SELECT RAISE(ABORT, 'return_undone is written once');
END;

CREATE TRIGGER "return_undone_is_not_removed" BEFORE DELETE ON "return_undone" BEGIN
  SELECT RAISE(ABORT, 'return_undone is written once');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER "return_undone_is_not_replaced" BEFORE INSERT ON "return_undone"
WHEN EXISTS (SELECT 1 FROM "return_undone" WHERE "id" = NEW."id")
BEGIN
  SELECT RAISE(ABORT, 'return_undone is written once');
END;

CREATE TABLE "received_parcel" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "receipt" TEXT UNIQUE NOT NULL REFERENCES "return_receipt" ("id"),
  "note" VARCHAR(2000) NOT NULL,
  "tracking" TEXT NOT NULL,
  "at" DATETIME NOT NULL,
  "tied_to" TEXT NOT NULL,
  "tied_at" DATETIME,
  "tied_by" TEXT NOT NULL
);

CREATE INDEX "idx_received_parcel__supplier_at" ON "received_parcel" ("supplier", "at");

CREATE TABLE "new_return_receipt" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT REFERENCES "goods_return" ("id") ON DELETE SET NULL,
  "at" DATETIME NOT NULL,
  "by" TEXT NOT NULL
);

INSERT INTO "new_return_receipt" SELECT "id", "part_of", "at", "by" FROM "return_receipt";

DROP TABLE "return_receipt";

ALTER TABLE "new_return_receipt" RENAME TO "return_receipt";

CREATE INDEX "idx_return_receipt__part_of" ON "return_receipt" ("part_of");

CREATE TABLE "new_return_inspection" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT REFERENCES "goods_return" ("id") ON DELETE SET NULL,
  "place" INTEGER NOT NULL,
  "line" TEXT REFERENCES "return_line" ("id") ON DELETE SET NULL,
  "arrival" TEXT REFERENCES "return_receipt_line" ("id") ON DELETE SET NULL,
  "units" INTEGER NOT NULL,
  "disposition" TEXT NOT NULL,
  "found" JSON NOT NULL,
  "outcome" JSON NOT NULL,
  "at" DATETIME NOT NULL,
  "by" TEXT NOT NULL,
  "undone" TEXT REFERENCES "return_undone" ("id") ON DELETE SET NULL
);

INSERT INTO "new_return_inspection" SELECT
  "id", "part_of", "place", "line", "arrival", "units", "disposition", "found", "outcome", "at",
  "by", NULL
FROM "return_inspection";

DROP TABLE "return_inspection";

ALTER TABLE "new_return_inspection" RENAME TO "return_inspection";

CREATE INDEX "idx_return_inspection__arrival" ON "return_inspection" ("arrival");

CREATE INDEX "idx_return_inspection__line" ON "return_inspection" ("line");

CREATE INDEX "idx_return_inspection__part_of" ON "return_inspection" ("part_of");

CREATE INDEX "idx_return_inspection__undone" ON "return_inspection" ("undone");

ALTER TABLE "return_receipt_line" ADD COLUMN "place" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "return_receipt_line" ADD COLUMN "undone" TEXT REFERENCES "return_undone" ("id") ON DELETE SET NULL;

CREATE INDEX "idx_return_receipt_line__undone" ON "return_receipt_line" ("undone");

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
