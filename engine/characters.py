"""Which characters a person's text may hold: none that are invisible or reorder other text.

Some scripts and emoji need characters without width. These are accepted between neighbours whose
script needs them, but not in numbers: U+200B separates words in scripts without spaces, U+200C and
U+200D control how letters join. Text stored before a character was refused stays readable; pages
isolate it.
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
"""Characters that no text holds: control characters except tabs and line ends, line breaks that few
editors show, marks that reorder text, surrogates and the noncharacters U+FFFE and U+FFFF."""
_SUSPECT: Final = re.compile(f"[{UNSEEN}\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufff9-\ufffb]")
"""These, and other characters without width, some of which a script may need."""
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
)
"""Scripts without spaces between words: Thai, Lao, Myanmar, Khmer and Tai."""
_JOINED: Final = (
    "\u0600-\u086f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f"
    "\u1780-\u18af\u1900-\u1aff\u1b00-\u1c4f\u1cd0-\u1cff\ua800-\uaaff\uabc0-\uabff"
    "\U00010a00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
"""Scripts whose letters join: Arabic, the Indic scripts and their relatives."""
_NEEDED: Final = {
    "\u200b": re.compile(f"[{_UNSPACED}]"),
    "\u200c": re.compile(f"[{_JOINED}]"),
    "\u200d": re.compile(f"[{_JOINED}]"),
}
_PICTURE: Final = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
"""What may end a part of an emoji, apart from its symbols."""
_IGNORED: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that show nothing by themselves, whatever their category."""
_NUMBER: Final = re.compile(r"\S(?:.{0,58}\S)?", re.DOTALL)
_ODD: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that a number must not hold."""


def hidden(text: str) -> int | None:
    """Returns the place of the first invisible character of a text; None if there is none."""
    if text.isascii() and text.isprintable():
        return None
    every = (found.start() for found in _SUSPECT.finditer(text))
    return next((at for at in every if not is_needed(text, at)), None)


def is_needed(text: str, at: int) -> bool:
    """Returns whether a character without width stands between neighbours that need it."""
    joins = _NEEDED.get(text[at])
    if joins is None or not 0 < at < len(text) - 1:
        return False
    beside = text[at - 1], text[at + 1]
    if all(joins.match(each) and unicodedata.category(each)[0] in "LMN" for each in beside):
        return True
    before, after = map(unicodedata.category, beside)
    ends_picture = before == "So" or _PICTURE.match(beside[0])
    return text[at] == "\u200d" and bool(ends_picture) and after == "So"


def without_hidden(text: str) -> str:
    """Returns a text without the characters that show nothing by themselves, for a search."""
    return text if text.isascii() else _IGNORED.sub("", text)


def wrong_text(text: str) -> str:
    """Returns a sentence that says why a text is refused; empty if it is accepted."""
    at = hidden(text)
    if at is None:
        return ""
    return f"The character U+{ord(text[at]):04X} cannot be seen here; take it out."


def wrong_number(text: str, what: str) -> str:
    """Returns a sentence that names `what` is no order or line number, and why; empty if it is one.

    A text that only looks like another number, such as one in full-width digits, is refused, since
    a search for that number would not find it.
    """
    if wrong := wrong_sku(text, what):
        return wrong
    plain = unicodedata.normalize("NFKC", text)
    same = plain == unicodedata.normalize("NFC", text)
    return "" if same else f"{what} is written `{plain[:60]}`, by which it is found."


def wrong_sku(text: str, what: str = "A SKU") -> str:
    """Returns a sentence that says why a text is no SKU; empty if it is one."""
    if not _NUMBER.fullmatch(text):
        return f"{what} has 1 to 60 characters, and no blank at its ends."
    if text.isascii() and text.isprintable():
        return ""
    odd = next((n for n in text if unicodedata.category(n) in _ODD or _IGNORED.match(n)), "")
    return f"{what} holds U+{ord(odd):04X}, which cannot be seen; take it out." if odd else ""


def is_blank(text: str) -> bool:
    """Returns whether a text shows nothing: no letter, digit, punctuation or symbol."""
    return not any(unicodedata.category(each)[0] in "LNPS" for each in without_hidden(text))


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
