-- A held return waits for the decision or facts of a side. What waited before counts for the
-- supplier, as it did, until the return is decided again.
ALTER TABLE "goods_return" ADD COLUMN "waits_for" TEXT NOT NULL DEFAULT '';

UPDATE "goods_return" SET "waits_for" = 'supplier' WHERE "held_for" <> '';
