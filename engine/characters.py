"""Which characters a person's text may hold: none that are invisible or reorder other text.

Some scripts and emoji need characters that show nothing. These are accepted beside those that need
them, but not in numbers: U+200B separates words in scripts without spaces, U+200C and U+200D
control how letters join, and others choose a variant of the character before. Text stored before a
character was refused stays readable; pages isolate it.
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
_SHOWS_NOTHING: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that show nothing by themselves: those that Unicode has programs ignore where they do
not know them, and the blank of Braille. Scripts need some of them beside certain characters."""
_IGNORED: Final = re.compile(f"[{_SHOWS_NOTHING}]")
_SUSPECT: Final = re.compile(f"[{UNSEEN}{_SHOWS_NOTHING}]")
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
_LONGEST: Final = 8
"""Characters of the longest flag before its end."""
_SIGNS: Final = "\u203c\u2049\u2139\u3030\u303d"
_PICTURE: Final = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
"""What may end a part of an emoji, apart from its symbols."""
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_NEAR: Final = 64
"""How far from a mark of direction a letter may stand that is written from right to left."""
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_VARIED: Final = f"0\u1000-\u109f\u2205-\u2aff\u3000-\u303f\ua840-\ua877\uff00-\uff1f{_HAN}"
"""What has variants: some signs, Myanmar, Phags-pa and Han."""
_BESIDE: Final = re.compile(
    "|".join(
        [
            f"(?<=[{_HAN}])[\U000e0100-\U000e01ef]",
            f"(?<=[{_VARIED}])[\ufe00-\ufe0d]",
            "(?<=[#*0-9])[\ufe0e\ufe0f](?=\u20e3)",
            "(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]",
            "(?<=[\u1820-\u18aa])\u180e(?=[\u1820-\u18aa])",
            "(?<=[\u2801-\u28ff])\u2800(?=[\u2801-\u28ff])",
            "(?<=[\u1780-\u17b3])[\u17b4\u17b5]",
            "\u115f(?=[\u1161-\u11a7\ud7b0-\ud7c6])",
            "(?<=[\u1100-\u115e\ua960-\ua97c])\u1160",
            "(?<=[\U0001bc00-\U0001bc9f])[\U0001bca0-\U0001bca3](?=[\U0001bc00-\U0001bc9f])",
            "(?<=[\U0001d15e-\U0001d164])[\U0001d173-\U0001d17a]",
        ]
    )
)
"""Characters beside those that need them: variants, keycaps, Mongolian, Braille, Khmer, Hangul,
shorthand and music."""
_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f")
"""A flag of a part of a country, whose code is written in tags."""
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
    """Returns whether a character that shows nothing stands beside those that need it."""
    each, beside = text[at], (text[at - 1 : at], text[at + 1 : at + 2])
    if each in _NEEDED:
        return _joins(each, *beside)
    if each in "\u200e\u200f\u061c":
        return bool(_RIGHT_TO_LEFT.search(text[max(0, at - _NEAR) : at + _NEAR]))
    if each in "\ufe0e\ufe0f" and _is_picture(beside[0]):
        return True
    if each == "\u034f":
        return all(beside) and unicodedata.category(beside[1])[0] == "M"
    if "\U000e0020" <= each <= "\U000e007f":
        start = text.rfind("\U0001f3f4", max(0, at - _LONGEST), at)
        flag = _FLAG.match(text, start) if start >= 0 else None
        return flag is not None and at < flag.end()
    return _BESIDE.match(text, at) is not None


def _joins(joiner: str, before: str, after: str) -> bool:
    """Whether a character without width stands between letters of its scripts, or in an emoji."""
    if not before or not after:
        return False
    joins, both = _NEEDED[joiner], (before, after)
    if all(joins.match(each) and unicodedata.category(each)[0] in "LMN" for each in both):
        return True
    ends_picture = _is_picture(before) or _PICTURE.match(before)
    return joiner == "\u200d" and bool(ends_picture) and unicodedata.category(after) == "So"


def _is_picture(each: str) -> bool:
    """Whether a character is a symbol, or one of the signs that are shown as emoji too."""
    return each != "" and (unicodedata.category(each) in ("So", "Sm") or each in _SIGNS)


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
    odd = next((n for n in text if unicodedata.category(n) in _ODD or _SUSPECT.match(n)), "")
    if odd:
        return f"{what} holds U+{ord(odd):04X}, which cannot be seen; take it out."
    return f"{what} has at least one letter, digit or sign." if is_blank(text) else ""


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
