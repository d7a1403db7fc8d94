"""What each topic of a policy may say, and how its tables and rows are read.

One module per family of topics; `catalogue` lists them all. A new key of a row goes into the
`KEYS` of its topic, with its reader, and into the body that its builder makes.
"""
