-- From a moment on an edition governs no order of a day or later; nothing is taken away.
CREATE TABLE "withdrawal" (
  "id" TEXT PRIMARY KEY,
  "edition" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "first" INTEGER,
  "why" VARCHAR(2000) NOT NULL,
  "withdrawn_at" TIMESTAMP NOT NULL,
  "withdrawn_by" TEXT NOT NULL,
  CONSTRAINT "unq_withdrawal__edition_number" UNIQUE ("edition", "number")
);

ALTER TABLE "withdrawal" ADD CONSTRAINT "fk_withdrawal__edition" FOREIGN KEY ("edition") REFERENCES "edition" ("id") ON DELETE CASCADE;

CREATE TRIGGER "withdrawal_is_written_once" BEFORE UPDATE OR DELETE ON "withdrawal"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "withdrawal_is_not_emptied" BEFORE TRUNCATE ON "withdrawal"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
