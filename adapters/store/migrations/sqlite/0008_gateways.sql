-- Accounts of partners at payment gateways; their secrets are sealed.
CREATE TABLE "gateway_account" (
  "partner" TEXT NOT NULL PRIMARY KEY,
  "account" TEXT NOT NULL,
  "secret" TEXT NOT NULL,
  "shown" TEXT NOT NULL,
  "webhooks" JSON NOT NULL,
  "set_at" DATETIME NOT NULL,
  "checked_at" DATETIME NOT NULL,
  "trouble" TEXT NOT NULL,
  "compare_due" DATETIME NOT NULL
);

CREATE INDEX "idx_gateway_account__compare_due" ON "gateway_account" ("compare_due");
