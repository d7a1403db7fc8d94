CREATE TRIGGER "api_key_is_stamped_on_insert" AFTER INSERT ON "api_key"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES ('keys', lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;

CREATE TRIGGER "partnership_is_stamped_on_move" AFTER UPDATE OF "supplier" ON "partnership"
BEGIN
  INSERT INTO "stamp" ("about", "value") VALUES (OLD."supplier", lower(hex(randomblob(16))))
    ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
END;
