CREATE INDEX "idx_goods_return__settled_at" ON "goods_return" ("settled_at");
