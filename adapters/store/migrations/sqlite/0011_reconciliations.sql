-- Comparisons of our settlements with what gateways list.
CREATE TABLE "reconciliation" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "partner" TEXT NOT NULL,
  "since" DATETIME NOT NULL,
  "began_at" DATETIME NOT NULL,
  "ended_at" DATETIME NOT NULL,
  "seen" INTEGER NOT NULL,
  "elsewhere" INTEGER NOT NULL,
  "missing" JSON NOT NULL,
  "adopted" JSON NOT NULL,
  "differing" JSON NOT NULL,
  "trouble" VARCHAR(2000) NOT NULL,
  "asked_by" TEXT NOT NULL
);

CREATE INDEX "idx_reconciliation__partner_began_at" ON "reconciliation" ("partner", "began_at");
