-- From a moment on an edition governs no order of a day or later; nothing is taken away.
CREATE TABLE "withdrawal" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "edition" TEXT NOT NULL REFERENCES "edition" ("id") ON DELETE CASCADE,
  "number" INTEGER NOT NULL,
  "first" INTEGER,
  "why" VARCHAR(2000) NOT NULL,
  "withdrawn_at" DATETIME NOT NULL,
  "withdrawn_by" TEXT NOT NULL,
  CONSTRAINT "unq_withdrawal__edition_number" UNIQUE ("edition", "number")
);

CREATE TRIGGER "withdrawal_is_not_changed" BEFORE UPDATE ON "withdrawal" BEGIN
  SELECT RAISE(ABORT, 'withdrawal is written once');
END;

CREATE TRIGGER "withdrawal_is_not_removed" BEFORE DELETE ON "withdrawal" BEGIN
  SELECT RAISE(ABORT, 'withdrawal is written once');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER "withdrawal_is_not_replaced" BEFORE INSERT ON "withdrawal"
WHEN EXISTS (SELECT 1 FROM "withdrawal" WHERE "id" = NEW."id" OR ("edition" = NEW."edition" AND "number" = NEW."number"))
BEGIN
  SELECT RAISE(ABORT, 'withdrawal is written once');
END;
