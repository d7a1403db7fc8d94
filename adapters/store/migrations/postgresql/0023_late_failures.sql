-- A refund of cancelled units may be spread over several payments: each part names the whole, by the
-- settlement that came first, and the amount of all parts.
ALTER TABLE "cancelled_refund" ADD COLUMN "part_of" TEXT NOT NULL DEFAULT '';
ALTER TABLE "cancelled_refund" ADD COLUMN "whole" BIGINT NOT NULL DEFAULT 0;

UPDATE "cancelled_refund" SET "part_of" = "settlement",
  "whole" = (SELECT s."amount" FROM "settlement" s WHERE s."id" = "cancelled_refund"."settlement");

-- What was claimed back and is not any more: a claim that was dropped, or whose money came back by
-- itself. Of a settlement whose money came back, `excess` was not owed.
ALTER TABLE "claim" ADD COLUMN "let_go" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "settlement" ADD COLUMN "excess" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "settlement" ADD COLUMN "came_back_at" TIMESTAMP;

-- What stays of a line by a claim that was dropped counts as given for the units that it was paid for.
ALTER TABLE "return_line" ADD COLUMN "ever_settled" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "return_line" ADD COLUMN "stays" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "return_line" ADD COLUMN "stays_units" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "return_line" ADD COLUMN "stays_more" BIGINT NOT NULL DEFAULT 0;

UPDATE "claim" SET "let_go" = "amount" - "paid" WHERE "state" = 'dropped';
UPDATE "return_line" SET "ever_settled" = "quantity"
WHERE "planned" > 0 OR "id" IN (SELECT "return_line" FROM "claim");
UPDATE "return_line" SET "stays_units" = "quantity",
  "stays_more" = (SELECT sum(c."let_go") FROM "claim" c WHERE c."return_line" = "return_line"."id")
WHERE "id" IN (SELECT "return_line" FROM "claim" WHERE "let_go" > 0);
UPDATE "return_line" SET "planned" = "planned" + "stays_more", "stays" = "planned" + "stays_more"
WHERE "stays_more" > 0;

-- Settlements that failed are looked for among returns that were squared.
CREATE INDEX "idx_settlement__state_return_line" ON "settlement" ("state", "return_line");

-- Signed checkpoints of journals: the last entry at a moment.
CREATE TABLE "journal_checkpoint" (
  "tenant" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "hash" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "signature" TEXT NOT NULL,
  PRIMARY KEY ("tenant", "seq", "key")
);

CREATE TRIGGER "journal_checkpoint_is_written_once" BEFORE UPDATE OR DELETE ON "journal_checkpoint"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "journal_checkpoint_is_not_emptied" BEFORE TRUNCATE ON "journal_checkpoint"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Events of a gateway that were not understood, by their type; with a reference they are tried again.
CREATE TABLE "unread_event" (
  "tenant" TEXT NOT NULL,
  "of_type" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "why" TEXT NOT NULL,
  "version" TEXT NOT NULL,
  "first_at" TIMESTAMP NOT NULL,
  "last_at" TIMESTAMP NOT NULL,
  "times" INTEGER NOT NULL,
  PRIMARY KEY ("tenant", "of_type", "reference")
);
