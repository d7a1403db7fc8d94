-- Comparisons of our settlements with what gateways list.
CREATE TABLE "reconciliation" (
  "id" TEXT PRIMARY KEY,
  "partner" TEXT NOT NULL,
  "since" TIMESTAMP NOT NULL,
  "began_at" TIMESTAMP NOT NULL,
  "ended_at" TIMESTAMP NOT NULL,
  "seen" INTEGER NOT NULL,
  "elsewhere" INTEGER NOT NULL,
  "missing" JSONB NOT NULL,
  "adopted" JSONB NOT NULL,
  "differing" JSONB NOT NULL,
  "trouble" VARCHAR(2000) NOT NULL,
  "asked_by" TEXT NOT NULL
);

CREATE INDEX "idx_reconciliation__partner_began_at" ON "reconciliation" ("partner", "began_at");
