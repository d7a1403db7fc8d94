-- What a decision rests on besides its facts, so that it can be derived again.
ALTER TABLE "decision" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'line';
ALTER TABLE "decision" ADD COLUMN "terms" TEXT NOT NULL DEFAULT '{}';
ALTER TABLE "decision" ADD COLUMN "considered" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "decision" ADD COLUMN "whole" TEXT NOT NULL DEFAULT '';
ALTER TABLE "decision" ADD COLUMN "place" INTEGER;
ALTER TABLE "decision" ADD COLUMN "versions" VARCHAR(2000) NOT NULL DEFAULT '';

CREATE INDEX "idx_decision__decided_at_id" ON "decision" ("decided_at", "id");

-- The texts of bases that are no editions of the owner: those that come with Takeback.
ALTER TABLE "edition" ADD COLUMN "base_texts" JSONB NOT NULL DEFAULT '{}';
