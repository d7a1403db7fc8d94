"""How sentences about keys are written: one a line, each behind its key."""

from __future__ import annotations


def said(text: str) -> dict[str, str]:
    """The sentences of a text by their key."""
    pairs = (line.split(": ", 1) for line in text.strip().splitlines())
    return {key.strip(): sentence.strip() for key, sentence in pairs}
