"""Which characters a person's text may hold: none that are invisible or reorder other text.

A joiner (U+200C, U+200D) is part of names in some scripts and of emoji, but not of a number. Text
stored before a character was refused stays readable; pages isolate it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.errors import RequestFault

UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff"
)
"""For a character class: control characters except tabs and line ends, line breaks that few editors
show, marks that reorder text, surrogates and the noncharacters U+FFFE and U+FFFF."""
_REFUSED: Final = re.compile(f"[{UNSEEN}\u200b\u2060-\u2064\u206a-\u206f\ufff9-\ufffb]")
_IGNORED: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that show nothing by themselves, whatever their category."""
_NUMBER: Final = re.compile(r"\S(?:.{0,58}\S)?", re.DOTALL)
_ODD: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that a number must not hold."""


def hidden(text: str) -> str:
    """Returns the first invisible character of a text, as `U+200B`; empty if there is none."""
    found = None if text.isascii() and text.isprintable() else _REFUSED.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def wrong_text(text: str) -> str:
    """Returns a sentence that says why a text is refused; empty if it is accepted."""
    found = hidden(text)
    return f"The character {found} cannot be seen here; take it out." if found else ""


def wrong_number(text: str) -> str:
    """Returns a sentence that says why a text is no order or line number; empty if it is one.

    A text that only looks like another number, such as one in full-width digits, is refused, since
    a search for that number would not find it.
    """
    if wrong := wrong_sku(text):
        return wrong
    plain = unicodedata.normalize("NFKC", text)
    same = plain == unicodedata.normalize("NFC", text)
    return "" if same else f"Write it as `{plain[:60]}`, by which it is found."


def wrong_sku(text: str) -> str:
    """Returns a sentence that says why a text is no SKU; empty if it is one."""
    if not _NUMBER.fullmatch(text):
        return "It has 1 to 60 characters, and no blank at its ends."
    if text.isascii() and text.isprintable():
        return ""
    odd = next((n for n in text if unicodedata.category(n) in _ODD or _IGNORED.match(n)), "")
    return f"The character U+{ord(odd):04X} cannot be seen in it; take it out." if odd else ""


def is_blank(text: str) -> bool:
    """Returns whether a text shows nothing: no letter, digit, punctuation or symbol."""
    seen = _IGNORED.sub("", text)
    return not any(unicodedata.category(each)[0] in "LNPS" for each in seen)


def check_texts(said: object, path: str = "") -> None:
    """Raises `RequestFault` `hidden_character` for the first refused text, with its path.

    `said` is a text, a mapping (whose keys are names or texts) or a sequence of these.
    """
    for place, text in _texts(said, path):
        if wrong := wrong_text(text):
            raise RequestFault("hidden_character", wrong, place)


def _texts(said: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(said, str):
        yield path, said
    elif isinstance(said, Mapping):
        for name, value in said.items():
            yield path, str(name)
            yield from _texts(value, f"{path}.{name}".strip("."))
    elif isinstance(said, Sequence) and not isinstance(said, bytes):
        for index, value in enumerate(said):
            yield from _texts(value, f"{path}[{index}]")
