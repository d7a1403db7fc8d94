"""Puts comments behind lines, those of neighbouring lines under each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_FARTHEST: Final = 40
"""Lines that differ by more keep their comments close."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of a text, and the comment behind it."""

    text: str
    beside: str = ""


def joined(lines: Iterable[Line]) -> Iterator[str]:
    """The lines with their comments."""
    for _, group in groupby(lines, key=_block):
        run = list(group)
        lengths = [len(line.text) for line in run if line.beside]
        far = bool(lengths) and max(lengths) - min(lengths) > _FARTHEST
        column = max(lengths) if lengths and not far else 0
        for line in run:
            yield f"{line.text.ljust(column)}  {line.beside}" if line.beside else line.text


def _block(line: Line) -> tuple[int, bool]:
    """Neighbours are indented alike; comments over a line and blank lines part them."""
    text = line.text.lstrip()
    return len(line.text) - len(text), not text or text.startswith("#")
