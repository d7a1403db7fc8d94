-- Steps that were taken stand with their return, which each of them changes anyway.
ALTER TABLE "goods_return" ADD COLUMN "steps" JSON NOT NULL DEFAULT '[]';

UPDATE "goods_return" SET "steps" = (
  SELECT json_group_array(json_object(
    'number', s."number", 'step', s."step", 'before', s."before", 'after', s."after",
    'actor', s."actor", 'by', s."by", 'at', replace(s."at", ' ', 'T') || 'Z', 'why', s."why"))
  FROM (SELECT * FROM "return_step" WHERE "part_of" = "goods_return"."id" ORDER BY "number") s
);

DROP TABLE "return_step";
