"""Stores the bytes of documents in a folder or a bucket; knows keys, but no returns."""
