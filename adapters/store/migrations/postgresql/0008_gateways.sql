-- Accounts of partners at payment gateways; their secrets are sealed.
CREATE TABLE "gateway_account" (
  "partner" TEXT PRIMARY KEY,
  "account" TEXT NOT NULL,
  "secret" TEXT NOT NULL,
  "shown" TEXT NOT NULL,
  "webhooks" JSONB NOT NULL,
  "set_at" TIMESTAMP NOT NULL,
  "checked_at" TIMESTAMP NOT NULL,
  "trouble" TEXT NOT NULL,
  "compare_due" TIMESTAMP NOT NULL
);

CREATE INDEX "idx_gateway_account__compare_due" ON "gateway_account" ("compare_due");
