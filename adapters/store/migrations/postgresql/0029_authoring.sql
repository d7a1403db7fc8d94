-- Drafts of policies, what retailers have accepted, invitations, and what keys are for.
CREATE TABLE "policy_draft" (
  "owner" TEXT NOT NULL,
  "policy" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "saved_by" TEXT NOT NULL,
  "saved_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("owner", "policy")
);

CREATE TABLE "acceptance" (
  "partnership" TEXT NOT NULL,
  "edition" TEXT NOT NULL,
  "terms" TEXT NOT NULL,
  "accepted_by" TEXT NOT NULL,
  "accepted_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("partnership", "edition", "terms")
);

CREATE TABLE "invitation" (
  "id" TEXT PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "programme" TEXT NOT NULL,
  "note" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "made_by" TEXT NOT NULL,
  "made_at" TIMESTAMP NOT NULL,
  "answered_by" TEXT NOT NULL,
  "answered_at" TIMESTAMP
);

CREATE INDEX "idx_invitation__retailer" ON "invitation" ("retailer");

CREATE INDEX "idx_invitation__supplier_state" ON "invitation" ("supplier", "state");

ALTER TABLE "api_key" ADD COLUMN "name" TEXT NOT NULL DEFAULT '';

ALTER TABLE "api_key" ADD COLUMN "scopes" TEXT NOT NULL DEFAULT '';

ALTER TABLE "api_key" ADD COLUMN "issued_by" TEXT NOT NULL DEFAULT '';
