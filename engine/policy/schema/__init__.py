"""The JSON Schema of the language, for editors, derived only from what the reader declares.

    patterns ── values ── conditions ── topics ── header ── document

A key, a word or a rule between keys that the reader declares appears here by itself. A key without
a sentence in `help`, or a reader without a form in `values`, makes deriving the schema fail.
"""
