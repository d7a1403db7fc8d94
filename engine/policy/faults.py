"""What is wrong with a policy file, where, and the nearest word that would be right."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

_LONGEST: Final = 60
_MOST_KNOWN: Final = 400


class Source(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Level(StrEnum):
    """How serious a finding is: an `error` keeps a policy from being published.

    A `warning` is probably not meant; a `note` tells what a policy does that its base does not.
    """

    ERROR = "error"
    """It keeps the policy from being published."""
    WARNING = "warning"
    """It is probably not meant."""
    NOTE = "note"
    """What the policy does that its base does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One finding about a policy file; `code` is stable, `sentence` is for people.

    `example` holds the facts of a return that shows it, as a request would send them.
    """

    code: str
    source: Source
    sentence: str
    level: Level = Level.ERROR
    example: Mapping[str, object] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.source}: {self.code}: {self.sentence}"


TRADE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "dispatch": ("shipped",),
    "dispatched": ("shipped",),
    "purchase": ("ordered",),
    "purchased": ("ordered",),
    "receipt": ("delivered",),
    "received": ("delivered", "received_back"),
    "customer": ("consumer",),
    "buyer": ("consumer", "retailer"),
    "reseller": ("retailer",),
    "merchant": ("retailer", "supplier"),
    "vendor": ("supplier",),
    "seller": ("supplier",),
    "voucher": ("store_credit",),
    "credit": ("account_credit",),
    "wallet_credit": ("store_credit",),
    "credit_note": ("credit_memo",),
    "doa": ("arrived_dead",),
    "faulty": ("defective",),
    "damaged": ("damaged_in_transit", "damaged_on_arrival"),
    "shortage": ("missing_item",),
    "remorse": ("change_of_mind",),
    "recycle": ("dispose",),
    "not": ("is_not",),
    "or": ("any_of",),
}
"""Words of the trade, and the words of the language that they may mean, best first."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Returns ` Did you mean …?` if a known word is close, else an empty text."""
    short = word[:_LONGEST]
    if not short:
        return ""
    known = list(known)
    if meant := next((each for each in TRADE_WORDS.get(short, ()) if each in known), None):
        return f" Did you mean `{meant}`?"
    near = [each for each in known if abs(len(each) - len(short)) <= max(3, len(short) // 2)]
    close = difflib.get_close_matches(short, near[:_MOST_KNOWN], n=1, cutoff=0.6)
    meant = close[0] if close else _nearest_of_trade(short, known)
    return f" Did you mean `{meant}`?" if meant else ""


def _nearest_of_trade(word: str, known: Collection[str]) -> str:
    """Returns what a misspelt word of the trade means, such as `credti`."""
    for said in difflib.get_close_matches(word, TRADE_WORDS, n=1, cutoff=0.8):
        return next((each for each in TRADE_WORDS[said] if each in known), "")
    return ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Lists words in backticks for a sentence, cut after `most`."""
    every = list(words)
    shown = ", ".join(f"`{word}`" for word in every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most:,} more"
