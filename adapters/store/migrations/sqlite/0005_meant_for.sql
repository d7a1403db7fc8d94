-- Which policies of an owner were ever for a retailer, by handle, or for every one (`*`): an order
-- is governed by one of those, so that the others need not be looked at.
CREATE TABLE "meant_for" (
  "owner" TEXT NOT NULL REFERENCES "partner" ("id") ON DELETE CASCADE,
  "retailer" TEXT NOT NULL,
  "policy" TEXT NOT NULL,
  PRIMARY KEY ("owner", "retailer", "policy")
);

INSERT INTO "meant_for" ("owner", "retailer", "policy")
SELECT DISTINCT e."owner", r.value, e."policy"
FROM "edition" e, json_each(e."scope") s, json_each(s.value, '$[1]') r
WHERE json_extract(s.value, '$[0]') = 'retailer';

INSERT INTO "meant_for" ("owner", "retailer", "policy")
SELECT DISTINCT e."owner", '*', e."policy"
FROM "edition" e
WHERE NOT EXISTS (
  SELECT 1 FROM json_each(e."scope") s WHERE json_extract(s.value, '$[0]') = 'retailer'
);
