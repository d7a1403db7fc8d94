-- What a gateway still worked on 30 days after it was sent was never asked for again.
UPDATE "settlement" SET "due" = COALESCE("first_sent", "made_at")
WHERE "state" = 'submitted' AND "due" IS NULL AND "owner" = '';
