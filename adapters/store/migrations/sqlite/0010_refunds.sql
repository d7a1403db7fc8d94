-- Refunds of whole orders, what people did about settlements, disputes, and news of gateways.
ALTER TABLE "settlement" ADD COLUMN "why" VARCHAR(2000) NOT NULL DEFAULT '';
ALTER TABLE "settlement" ADD COLUMN "instead_of" TEXT NOT NULL DEFAULT '';
ALTER TABLE "settlement" ADD COLUMN "line_most" BIGINT NOT NULL DEFAULT 0;

CREATE INDEX "idx_settlement__instead_of" ON "settlement" ("instead_of");

ALTER TABLE "partnership" ADD COLUMN "retailer_refunds" BOOLEAN NOT NULL DEFAULT 0;

CREATE TABLE "dispute" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "payment" TEXT NOT NULL REFERENCES "payment" ("id") ON DELETE CASCADE,
  "status" TEXT NOT NULL
);

CREATE INDEX "idx_dispute__payment" ON "dispute" ("payment");

CREATE TABLE "inbox" (
  "tenant" TEXT NOT NULL,
  "event" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "received_at" DATETIME NOT NULL,
  PRIMARY KEY ("tenant", "event")
);
