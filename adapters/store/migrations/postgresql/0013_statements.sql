-- Who said the facts of a decision and of a return's line, and the language of editions: those of
-- before know no owners of facts.
ALTER TABLE "decision" ADD COLUMN "told" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "return_line" ADD COLUMN "told" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "edition" ADD COLUMN "language" INTEGER NOT NULL DEFAULT 1;
