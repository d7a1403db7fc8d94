-- The last day of an order is the latest one of its lines that have units left, at every moment: it
-- sorts and filters lists of orders, which showed that day and were sorted by that of all lines.
UPDATE "purchase" SET "last_day" = (
  SELECT coalesce(max("last_day"), '9999-99-99') FROM "purchase_line"
  WHERE "order" = "purchase"."id" AND "quantity" > "cancelled" + "returned"
    AND "last_day" < '9999-99-99')
WHERE "last_day" < '9999-99-99' AND EXISTS (
  SELECT 1 FROM "purchase_line"
  WHERE "order" = "purchase"."id" AND "quantity" <= "cancelled" + "returned");

CREATE TRIGGER "purchase_has_the_last_day_of_its_lines"
AFTER UPDATE OF "quantity", "cancelled", "returned", "last_day" ON "purchase_line"
WHEN OLD."last_day" <> NEW."last_day"
  OR (OLD."quantity" > OLD."cancelled" + OLD."returned")
    <> (NEW."quantity" > NEW."cancelled" + NEW."returned")
BEGIN
  UPDATE "purchase" SET "last_day" = (
    SELECT coalesce(max("last_day"), '9999-99-99') FROM "purchase_line"
    WHERE "order" = NEW."order" AND "quantity" > "cancelled" + "returned"
      AND "last_day" < '9999-99-99')
  WHERE "id" = NEW."order";
END;
