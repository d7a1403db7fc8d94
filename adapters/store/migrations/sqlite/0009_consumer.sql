CREATE TABLE "consumer" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT UNIQUE NOT NULL REFERENCES "consumer_return" ("id"),
  "sealed" TEXT NOT NULL
);
