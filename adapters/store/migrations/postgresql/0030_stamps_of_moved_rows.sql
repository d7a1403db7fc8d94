CREATE FUNCTION "stamp_supplier_before"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "restamp"(OLD."supplier");
  RETURN NULL;
END
$$;

CREATE TRIGGER "api_key_is_stamped_on_insert" AFTER INSERT ON "api_key"
  FOR EACH ROW EXECUTE FUNCTION "stamp_keys"();

CREATE TRIGGER "partnership_is_stamped_on_move" AFTER UPDATE OF "supplier" ON "partnership"
  FOR EACH ROW EXECUTE FUNCTION "stamp_supplier_before"();
