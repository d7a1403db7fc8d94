-- Sessions of people who signed in at the web pages, each by an API key.
CREATE TABLE "session" (
  "id" TEXT PRIMARY KEY,
  "hash" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "agent" TEXT NOT NULL,
  "started_at" TIMESTAMP NOT NULL,
  "seen_at" TIMESTAMP NOT NULL
);

CREATE INDEX "idx_session__key" ON "session" ("key");

CREATE INDEX "idx_session__seen_at" ON "session" ("seen_at");
