-- The currency of an edition, which governs orders in no other. That of editions of before is read
-- from their text, or from that of the policy that they come down to; where it is not found there
-- it stays empty, and hinders nothing.
ALTER TABLE "edition" ADD COLUMN "currency" TEXT NOT NULL DEFAULT '';

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
  SELECT "id", substr("text", instr("text", char(10) || 'currency:') + 10) AS "rest"
  FROM "said" WHERE instr("text", char(10) || 'currency:') > 0
), "line" AS (
  SELECT "id", substr("rest", 1, instr("rest", char(10)) - 1) || '#' AS "value" FROM "after"
), "word" AS (
  SELECT "id", trim(substr("value", 1, instr("value", '#') - 1), ' "''' || char(9) || char(13))
    AS "code"
  FROM "line"
)
UPDATE "edition" SET "currency" = (SELECT w."code" FROM "word" w WHERE w."id" = "edition"."id")
WHERE "id" IN (SELECT "id" FROM "word" WHERE "code" GLOB '[A-Z][A-Z][A-Z]');

CREATE TRIGGER "edition_is_not_changed" BEFORE UPDATE ON "edition" BEGIN
  SELECT RAISE(ABORT, 'edition is written once');
END;

-- The tax that was charged on all units of a line, and the part of a settlement that gives it back.
ALTER TABLE "purchase_line" ADD COLUMN "tax" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "settlement" ADD COLUMN "tax" BIGINT NOT NULL DEFAULT 0;
