"""The life of a return from request to closed; knows no money movement, no stock and no store."""
