CREATE TABLE "stamp" (
  "about" TEXT NOT NULL PRIMARY KEY,
  "value" TEXT NOT NULL
);

CREATE TRIGGER "api_key_is_stamped_on_update" AFTER UPDATE ON "api_key"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES ('keys', lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "api_key_is_stamped_on_delete" AFTER DELETE ON "api_key"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES ('keys', lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "partnership_is_stamped_on_insert" AFTER INSERT ON "partnership"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (NEW."supplier", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "partnership_is_stamped_on_update" AFTER UPDATE ON "partnership"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (NEW."supplier", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "partnership_is_stamped_on_delete" AFTER DELETE ON "partnership"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (OLD."supplier", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "partner_is_stamped_on_update" AFTER UPDATE ON "partner"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES ('keys', lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
  INSERT INTO "stamp" ("about", "value") SELECT "supplier", lower(hex(randomblob(16))) FROM "partnership"
    WHERE "supplier" = NEW."id" OR "retailer" = NEW."id" GROUP BY "supplier"
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "meant_for_is_stamped_on_insert" AFTER INSERT ON "meant_for"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (NEW."owner", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "meant_for_is_stamped_on_update" AFTER UPDATE ON "meant_for"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (NEW."owner", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "meant_for_is_stamped_on_delete" AFTER DELETE ON "meant_for"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (OLD."owner", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "edition_is_stamped" AFTER INSERT ON "edition"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (NEW."owner", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "withdrawal_is_stamped" AFTER INSERT ON "withdrawal"
BEGIN
  INSERT INTO "stamp" ("about", "value") SELECT "owner", lower(hex(randomblob(16))) FROM "edition" WHERE "id" = NEW."edition"
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;
