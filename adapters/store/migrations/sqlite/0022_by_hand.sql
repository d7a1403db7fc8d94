-- When a charge was made, by the gateway's clock: what moved before is of other money.
ALTER TABLE "charge" ADD COLUMN "made_at" DATETIME;

-- News of a movement that came while a worker had it in hand: it is looked at once more.
ALTER TABLE "settlement" ADD COLUMN "heard" BOOLEAN NOT NULL DEFAULT 0;

-- Seconds by which our clock was ahead of the gateway's, 0 where it was right; and when that was.
ALTER TABLE "lane" ADD COLUMN "clock_off" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "lane" ADD COLUMN "clock_since" DATETIME;
ALTER TABLE "lane" ADD COLUMN "clock_seen" DATETIME;
ALTER TABLE "reconciliation" ADD COLUMN "clock_off" INTEGER NOT NULL DEFAULT 0;
