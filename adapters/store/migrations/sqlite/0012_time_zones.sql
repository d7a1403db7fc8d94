-- The zone in which an edition counts days, for choosing it by a moment. That of editions of before
-- is read from their text, or from that of the policy that they come down to.
ALTER TABLE "edition" ADD COLUMN "time_zone" TEXT NOT NULL DEFAULT 'UTC';

DROP TRIGGER "edition_is_not_changed";

WITH "root" AS (
  SELECT *, substr("last", 1, instr("last", '#') - 1) AS "name"
  FROM (SELECT *, coalesce(json_extract("bases", '$[#-1]'), '') AS "last" FROM "edition")
), "said" AS (
  SELECT r."id", char(10) || coalesce(
    json_extract(r."base_texts", '$."' || r."name" || '"'),
    (SELECT b."text" FROM "edition" b
     WHERE b."owner" = r."owner" AND b."policy" || '@' || b."version" = r."name"),
    r."text"
  ) || char(10) AS "text"
  FROM "root" r
), "after" AS (
  SELECT "id", substr("text", instr("text", char(10) || 'time_zone:') + 11) AS "rest"
  FROM "said" WHERE instr("text", char(10) || 'time_zone:') > 0
), "line" AS (
  SELECT "id", substr("rest", 1, instr("rest", char(10)) - 1) || '#' AS "value" FROM "after"
)
UPDATE "edition" SET "time_zone" = (
  SELECT trim(substr(l."value", 1, instr(l."value", '#') - 1), ' "''' || char(9) || char(13))
  FROM "line" l WHERE l."id" = "edition"."id"
)
WHERE "id" IN (SELECT "id" FROM "line");

CREATE TRIGGER "edition_is_not_changed" BEFORE UPDATE ON "edition" BEGIN
  SELECT RAISE(ABORT, 'edition is written once');
END;
