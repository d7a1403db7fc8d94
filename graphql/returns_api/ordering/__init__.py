"""The API for adding, confirming and amending orders; part of the schema."""
