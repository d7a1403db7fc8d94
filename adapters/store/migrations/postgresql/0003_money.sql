CREATE TABLE "chain" (
  "tenant" TEXT PRIMARY KEY,
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
  "supplier" TEXT PRIMARY KEY,
  "stopped_at" TIMESTAMP,
  "reason" TEXT NOT NULL
);

CREATE TABLE "payment" (
  "id" TEXT PRIMARY KEY,
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
  "id" TEXT PRIMARY KEY,
  "return_line" TEXT NOT NULL,
  "sequence" INTEGER NOT NULL,
  "order_line" TEXT NOT NULL,
  "payment" TEXT,
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
  "first_sent" TIMESTAMP,
  "due" TIMESTAMP,
  "owner" TEXT NOT NULL,
  "made_at" TIMESTAMP NOT NULL,
  CONSTRAINT "unq_settlement__return_line_sequence" UNIQUE ("return_line", "sequence")
);

CREATE INDEX "idx_settlement__due_state" ON "settlement" ("due", "state");

CREATE INDEX "idx_settlement__order_line" ON "settlement" ("order_line");

CREATE INDEX "idx_settlement__payment" ON "settlement" ("payment");

ALTER TABLE "settlement" ADD CONSTRAINT "fk_settlement__payment" FOREIGN KEY ("payment") REFERENCES "payment" ("id") ON DELETE SET NULL;

CREATE TRIGGER "journal_is_written_once" BEFORE UPDATE OR DELETE ON "journal"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "journal_is_not_emptied" BEFORE TRUNCATE ON "journal"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
