"""The format of sentences about keys: one per line, each after its key."""

from __future__ import annotations


def said(text: str) -> dict[str, str]:
    """Returns the sentences of a text by their keys."""
    pairs = (line.split(": ", 1) for line in text.strip().splitlines())
    return {key.strip(): sentence.strip() for key, sentence in pairs}
