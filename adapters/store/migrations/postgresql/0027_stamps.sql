CREATE TABLE "stamp" (
  "about" TEXT PRIMARY KEY,
  "value" TEXT NOT NULL
);

CREATE FUNCTION "restamp"("subject" TEXT) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "stamp" ("about", "value")
  VALUES ("subject", md5(random()::text || clock_timestamp()::text || pg_current_xact_id()::text))
  ON CONFLICT ("about") DO UPDATE SET "value" = excluded."value";
$$;

CREATE FUNCTION "stamp_keys"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "restamp"('keys');
  RETURN NULL;
END
$$;

CREATE FUNCTION "stamp_supplier"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "restamp"(to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[0]);
  RETURN NULL;
END
$$;

CREATE FUNCTION "stamp_suppliers_of_partner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "restamp"('keys');
  PERFORM "restamp"(found."supplier") FROM (
    SELECT DISTINCT "supplier" FROM "partnership"
    WHERE "supplier" = NEW."id" OR "retailer" = NEW."id" ORDER BY "supplier"
  ) found;
  RETURN NULL;
END
$$;

CREATE FUNCTION "stamp_owner_of_edition"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "restamp"(e."owner") FROM "edition" e WHERE e."id" = NEW."edition";
  RETURN NULL;
END
$$;

CREATE TRIGGER "api_key_is_stamped" AFTER UPDATE OR DELETE ON "api_key"
  FOR EACH ROW EXECUTE FUNCTION "stamp_keys"();

CREATE TRIGGER "partnership_is_stamped" AFTER INSERT OR UPDATE OR DELETE ON "partnership"
  FOR EACH ROW EXECUTE FUNCTION "stamp_supplier"('supplier');

CREATE TRIGGER "partner_is_stamped" AFTER UPDATE ON "partner"
  FOR EACH ROW EXECUTE FUNCTION "stamp_suppliers_of_partner"();

CREATE TRIGGER "meant_for_is_stamped" AFTER INSERT OR UPDATE OR DELETE ON "meant_for"
  FOR EACH ROW EXECUTE FUNCTION "stamp_supplier"('owner');

CREATE TRIGGER "edition_is_stamped" AFTER INSERT ON "edition"
  FOR EACH ROW EXECUTE FUNCTION "stamp_supplier"('owner');

CREATE TRIGGER "withdrawal_is_stamped" AFTER INSERT ON "withdrawal"
  FOR EACH ROW EXECUTE FUNCTION "stamp_owner_of_edition"();
