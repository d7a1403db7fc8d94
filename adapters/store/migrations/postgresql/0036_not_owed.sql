-- What was withdrawn as not owed has nothing left to be paid, and by that is told from what a person
-- gave up, whatever its sentence says. What was never sent had none; what was given up was sent, or
-- waited for a person, who was told why.
UPDATE "settlement" SET "excess" = "amount" WHERE "state" = 'cancelled' AND (
  "sentence" = 'Not owed after all.'
  OR "sentence" = '' AND "trouble" = '' AND "first_sent" IS NULL
);
