-- Steps that were taken stand with their return, which each of them changes anyway.
ALTER TABLE "goods_return" ADD COLUMN "steps" JSONB NOT NULL DEFAULT '[]';

UPDATE "goods_return" SET "steps" = coalesce((
  SELECT jsonb_agg(jsonb_build_object(
    'number', s."number", 'step', s."step", 'before', s."before", 'after', s."after",
    'actor', s."actor", 'by', s."by", 'at', to_char(s."at", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'why', s."why") ORDER BY s."number")
  FROM "return_step" s WHERE s."part_of" = "goods_return"."id"
), '[]');

DROP TABLE "return_step";
