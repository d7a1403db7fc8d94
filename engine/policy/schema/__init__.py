"""The JSON Schema of the language, for editors: drawn from what the reader declares, and no more.

    patterns ── values ── amounts, conditions ── topics ── header, changed, outcomes ── document

A key, a word or a rule between keys that the reader declares appears here by itself. A key without
a sentence in `help` or a reader without a form in `values` stops the schema from being drawn.
"""
