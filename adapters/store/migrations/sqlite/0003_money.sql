CREATE TABLE "chain" (
  "tenant" TEXT NOT NULL PRIMARY KEY,
  "seq" INTEGER NOT NULL,
  "hash" TEXT NOT NULL
);

CREATE TABLE "journal" (
  "tenant" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "at" TEXT NOT NULL,
  "actor" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "fact" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "before" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  PRIMARY KEY ("tenant", "seq")
);

CREATE INDEX "idx_journal__subject" ON "journal" ("subject");

CREATE TABLE "lane" (
  "supplier" TEXT NOT NULL PRIMARY KEY,
  "stopped_at" DATETIME,
  "reason" TEXT NOT NULL
);

CREATE TABLE "payment" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "order" TEXT NOT NULL,
  "known_by" TEXT NOT NULL,
  "charge" TEXT NOT NULL,
  "invoice" TEXT NOT NULL,
  "customer" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  CONSTRAINT "unq_payment__order_known_by" UNIQUE ("order", "known_by")
);

CREATE TABLE "settlement" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "return_line" TEXT NOT NULL,
  "sequence" INTEGER NOT NULL,
  "order_line" TEXT NOT NULL,
  "payment" TEXT REFERENCES "payment" ("id") ON DELETE SET NULL,
  "supplier" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "instrument" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "state" TEXT NOT NULL,
  "trouble" TEXT NOT NULL,
  "sentence" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "generation" INTEGER NOT NULL,
  "attempts" INTEGER NOT NULL,
  "polls" INTEGER NOT NULL,
  "first_sent" DATETIME,
  "due" DATETIME,
  "owner" TEXT NOT NULL,
  "made_at" DATETIME NOT NULL,
  CONSTRAINT "unq_settlement__return_line_sequence" UNIQUE ("return_line", "sequence")
);

CREATE INDEX "idx_settlement__due_state" ON "settlement" ("due", "state");

CREATE INDEX "idx_settlement__order_line" ON "settlement" ("order_line");

CREATE INDEX "idx_settlement__payment" ON "settlement" ("payment");

CREATE TRIGGER "journal_is_not_changed" BEFORE UPDATE ON "journal" BEGIN
  SELECT RAISE(ABORT, 'journal is written once');
END;

CREATE TRIGGER "journal_is_not_removed" BEFORE DELETE ON "journal" BEGIN
  SELECT RAISE(ABORT, 'journal is written once');
END;

CREATE TRIGGER "journal_is_not_replaced" BEFORE INSERT ON "journal"
WHEN EXISTS (SELECT 1 FROM "journal" WHERE "tenant" = NEW."tenant" AND "seq" = NEW."seq")
BEGIN
  SELECT RAISE(ABORT, 'journal is written once');
END;
