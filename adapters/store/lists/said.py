"""Numbers of orders and returns as callers say them: in blanks, small, or without their prefix."""

from __future__ import annotations

import unicodedata
from typing import Final

_WORDS: Final = ("NUMBER", "NO", "RMA", "RETURN", "ORDER")
"""What people say before a number, and of it no part."""
_LETTERS: Final = 10
"""Of the number of a return, after its `R-`."""
_SIGNS: Final = " -./_#"
"""What stands between the parts of a number, and what nobody says."""
_WITHOUT: Final = dict.fromkeys(map(ord, _SIGNS))


def number_of(text: str) -> str:
    """A number in large letters, without its signs and without words that are said before it.

    Digits and letters of full width are plain ones, as they are in every number that is kept.
    """
    words = unicodedata.normalize("NFKC", text).upper().replace("#", " ").split()
    while len(words) > 1 and words[0].rstrip(".:") in _WORDS:
        words.pop(0)
    return "".join(words).translate(_WITHOUT)


def return_number_of(text: str) -> str:
    """The number of a return that is meant, `R-` and its letters; the text itself for another."""
    said = number_of(text)
    prefix, letters = said[:-_LETTERS], said[-_LETTERS:]
    whole = len(letters) == _LETTERS and prefix in ("", "R", *_WORDS, *(f"{w}R" for w in _WORDS))
    return f"R-{letters}" if whole else text.upper()


def without_signs(column: str) -> str:
    """A column in large letters, without what stands between the parts of a number."""
    found = f"upper({column})"
    for sign in _SIGNS:
        found = f"replace({found}, '{sign}', '')"
    return found
