-- The currency of an edition, which governs orders in no other. That of editions of before is read
-- from their text, or from that of the policy that they come down to; where it is not found there
-- it stays empty, and hinders nothing.
ALTER TABLE "edition" ADD COLUMN "currency" TEXT NOT NULL DEFAULT '';

ALTER TABLE "edition" DISABLE TRIGGER "edition_is_written_once";

WITH "root" AS (
  SELECT e."id", coalesce(
    e."base_texts" ->> split_part(e."bases" ->> -1, '#', 1),
    (SELECT b."text" FROM "edition" b
     WHERE b."owner" = e."owner"
       AND b."policy" || '@' || b."version" = split_part(e."bases" ->> -1, '#', 1)),
    e."text"
  ) AS "text"
  FROM "edition" e
), "line" AS (
  SELECT "id", substring("text" from '(?n)^currency:[ \t]*["'']?([A-Z]{3})(?![A-Za-z0-9.])') AS "currency"
  FROM "root"
)
UPDATE "edition" e SET "currency" = l."currency" FROM "line" l
WHERE l."id" = e."id" AND l."currency" IS NOT NULL;

ALTER TABLE "edition" ENABLE TRIGGER "edition_is_written_once";

-- The tax that was charged on all units of a line, and the part of a settlement that gives it back.
ALTER TABLE "purchase_line" ADD COLUMN "tax" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "settlement" ADD COLUMN "tax" BIGINT NOT NULL DEFAULT 0;
