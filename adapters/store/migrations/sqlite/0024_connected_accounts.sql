-- A connected account belongs to one partner, and its news are found by it.
CREATE TABLE "gateway_account_new" (
  "partner" TEXT NOT NULL PRIMARY KEY,
  "account" TEXT NOT NULL,
  "connected" TEXT UNIQUE,
  "secret" TEXT NOT NULL,
  "shown" TEXT NOT NULL,
  "webhooks" JSON NOT NULL,
  "set_at" DATETIME NOT NULL,
  "checked_at" DATETIME NOT NULL,
  "trouble" TEXT NOT NULL,
  "compare_due" DATETIME NOT NULL
);
INSERT INTO "gateway_account_new" ("partner", "account", "connected", "secret", "shown", "webhooks",
    "set_at", "checked_at", "trouble", "compare_due")
SELECT "partner", "account",
  CASE WHEN "secret" = '' AND "partner" = (
    SELECT min("first"."partner") FROM "gateway_account" "first"
    WHERE "first"."account" = "gateway_account"."account" AND "first"."secret" = ''
  ) THEN "account" END,
  "secret", "shown", "webhooks", "set_at", "checked_at", "trouble", "compare_due"
FROM "gateway_account";
DROP TABLE "gateway_account";
ALTER TABLE "gateway_account_new" RENAME TO "gateway_account";

CREATE INDEX "idx_gateway_account__compare_due" ON "gateway_account" ("compare_due");
