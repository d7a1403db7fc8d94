-- The zone in which an edition counts days, for choosing it by a moment. That of editions of before
-- is read from their text, or from that of the policy that they come down to.
ALTER TABLE "edition" ADD COLUMN "time_zone" TEXT NOT NULL DEFAULT 'UTC';

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
  SELECT "id", substring("text" from '(?n)^time_zone:[ \t]*["'']?([A-Za-z0-9_+/-]+)') AS "zone"
  FROM "root"
)
UPDATE "edition" e SET "time_zone" = l."zone" FROM "line" l
WHERE l."id" = e."id" AND l."zone" IS NOT NULL;

ALTER TABLE "edition" ENABLE TRIGGER "edition_is_written_once";
