-- Photos and papers of returns: a row for each file, which is there before its bytes are and after.
CREATE TABLE "return_document" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "part_of" TEXT NOT NULL REFERENCES "goods_return" ("id") ON DELETE CASCADE,
  "line" TEXT NOT NULL,
  "sender" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "size" INTEGER NOT NULL,
  "sha256" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "at" DATETIME NOT NULL
);

CREATE INDEX "idx_return_document__part_of_at" ON "return_document" ("part_of", "at");

CREATE INDEX "idx_return_document__state_at" ON "return_document" ("state", "at");
