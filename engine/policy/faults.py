"""What is wrong with a policy file, where, and the nearest word that would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Source(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One finding about a policy file; `code` is stable, `sentence` is for people."""

    code: str
    source: Source
    sentence: str

    def __str__(self) -> str:
        return f"{self.source}: {self.code}: {self.sentence}"


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean …?` when a known word is close, else an empty text."""
    short = word[:60]
    close = difflib.get_close_matches(short, list(known)[:2000], n=1, cutoff=0.6)
    return f" Did you mean `{close[0]}`?" if close else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words in backticks for a sentence, cut after `most`."""
    every = list(words)
    shown = ", ".join(f"`{word}`" for word in every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"
