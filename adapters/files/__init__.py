"""Where the bytes of documents are kept: a folder, or a bucket; it knows keys and no returns."""
