CREATE TABLE "consumer" (
  "id" TEXT PRIMARY KEY,
  "part_of" TEXT UNIQUE NOT NULL,
  "sealed" TEXT NOT NULL
);

ALTER TABLE "consumer" ADD CONSTRAINT "fk_consumer__part_of" FOREIGN KEY ("part_of") REFERENCES "consumer_return" ("id");
