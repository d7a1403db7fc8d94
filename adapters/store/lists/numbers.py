"""Reads numbers of orders and returns as people give them: spaced, lower-case or without prefix."""

from __future__ import annotations

import unicodedata
from typing import Final

from engine.characters import without_hidden

_WORDS: Final = ("NUMBER", "NO", "RMA", "RETURN", "ORDER")
"""Words that people put before a number."""
_LETTERS: Final = 10
"""Letters and digits of a return's number, after its `R-`."""
_SIGNS: Final = " -./_#\N{HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
"""Separators between the parts of a number, which people leave out, or have replaced as they type
by the dashes of their word processor."""


def number_of(text: str) -> str:
    """Returns a number in capitals, without separators and without leading words.

    Full-width digits and letters become plain ones, as in all stored numbers.
    """
    words = unicodedata.normalize("NFKC", without_hidden(text)).upper().replace("#", " ").split()
    while len(words) > 1 and words[0].rstrip(".:") in _WORDS:
        words.pop(0)
    return "".join(each for word in words for each in word if not _is_sign(each))


def _is_sign(character: str) -> bool:
    return character in _SIGNS or unicodedata.category(character) == "Pd"


def return_number_of(text: str) -> str:
    """Returns a return's number, `R-` and its letters, if the text is one; else the text in
    capitals.
    """
    said = number_of(text)
    prefix, letters = said[:-_LETTERS], said[-_LETTERS:]
    whole = len(letters) == _LETTERS and prefix in ("", "R", *_WORDS, *(f"{w}R" for w in _WORDS))
    return f"R-{letters}" if whole else text.upper()


def without_signs(column: str) -> str:
    """SQL for a column in capitals, without the separators of a number."""
    found = f"upper({column})"
    for sign in _SIGNS:
        found = f"replace({found}, '{sign}', '')"
    return found
