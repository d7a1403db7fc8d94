-- Whoever would replace a decision loses the whole transaction. To undo the statement alone, SQLite
-- would first copy every page that any insert into this table changes.
DROP TRIGGER "decision_is_not_replaced";

CREATE TRIGGER "decision_is_not_replaced" BEFORE INSERT ON "decision"
WHEN EXISTS (SELECT 1 FROM "decision" WHERE "id" = NEW."id")
BEGIN
  SELECT RAISE(ROLLBACK, 'decision is written once');
END;
