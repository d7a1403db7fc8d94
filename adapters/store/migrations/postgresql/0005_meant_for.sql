-- Which policies of an owner were ever for a retailer, by handle, or for every one (`*`): an order
-- is governed by one of those, so that the others need not be looked at.
CREATE TABLE "meant_for" (
  "owner" TEXT NOT NULL,
  "retailer" TEXT NOT NULL,
  "policy" TEXT NOT NULL,
  PRIMARY KEY ("owner", "retailer", "policy")
);

ALTER TABLE "meant_for" ADD CONSTRAINT "fk_meant_for__owner" FOREIGN KEY ("owner") REFERENCES "partner" ("id") ON DELETE CASCADE;

INSERT INTO "meant_for" ("owner", "retailer", "policy")
SELECT DISTINCT e."owner", r, e."policy"
FROM "edition" e, jsonb_array_elements(e."scope") s, jsonb_array_elements_text(s -> 1) r
WHERE s ->> 0 = 'retailer';

INSERT INTO "meant_for" ("owner", "retailer", "policy")
SELECT DISTINCT e."owner", '*', e."policy"
FROM "edition" e
WHERE NOT EXISTS (
  SELECT 1 FROM jsonb_array_elements(e."scope") s WHERE s ->> 0 = 'retailer'
);
