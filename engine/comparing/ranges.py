"""Puts ranges of amounts, dates and lengths of time into words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.dates import day_text
from engine.meaning.regions import FAR
from engine.meaning.spans import Span

Said = Callable[[int], str]
"""Puts one number into words."""

_FEW: Final = 4
"""The most ranges of amounts that are listed one by one; more of them come from rounding."""


def amounts(cells: Span, said: Said) -> str:
    """Returns the words for ranges of amounts; without an end, one is `at least` or `at most`."""
    if len(cells) > _FEW:
        return _roughly(cells, said)
    return " or ".join(_amount(*cell, said) for cell in cells)


def dates(cells: Span) -> str:
    """Returns the words for ranges of days."""
    gap = _gap(cells)
    if gap is not None:
        return f"not {day_text(gap)}"
    return " or ".join(_date(*cell) for cell in cells)


def apart(cells: Span, said: Said, other: str) -> str:
    """Returns the words for how long after `other` something is, or before it."""
    gap = _gap(cells)
    if gap is not None:
        return f"not {_after(gap, gap, said, other)}"
    found = [_after(*cell, said, other) for cell in cells]
    for at, text in enumerate(found[:-1]):
        for tail in (f" after {other}", f" before {other}"):
            if found[at + 1].endswith(tail) and not text.startswith("from "):
                found[at] = text.removesuffix(tail)
    return " or ".join(found)


def _gap(cells: Span) -> int | None:
    """Returns the only number that is outside."""
    if len(cells) != 2 or cells[0][0] > -FAR or cells[1][1] < FAR:
        return None
    return cells[0][1] + 1 if cells[0][1] + 2 == cells[1][0] else None


def _amount(low: int, high: int, said: Said) -> str:
    if low <= -FAR and high >= FAR:
        return "anything"
    if low == high:
        return said(low)
    least, most = _edge(low, -1, said), _edge(high, 1, said)
    if low <= -FAR or high >= FAR:
        return most if low <= -FAR else least
    if least.startswith("at least ") and most.startswith("at most "):
        return f"{said(low)} to {said(high)}"
    return f"{least} and {most}"


def _edge(end: int, way: int, said: Said) -> str:
    """Returns the words for an end; if the number beyond it is much rounder, they name that."""
    least, more = ("at most", "less than") if way > 0 else ("at least", "more than")
    beyond = said(end + way) if abs(end) < FAR else ""
    if beyond and len(beyond) + 2 <= len(said(end)):
        return f"{more} {beyond}"
    return f"{least} {said(end)}"


def _roughly(cells: Span, said: Said) -> str:
    """Returns the words for the longest of many ranges, and for where the others lie.

    The others come from rounding.
    """
    low, high = longest = max(cells, key=lambda cell: cell[1] - cell[0])
    below, above = (cells[0][0], low - 1), (high + 1, cells[-1][1])
    about = [each for each, end in ((below, cells[0]), (above, cells[-1])) if end != longest]
    rest = " and ".join(_amount(*each, said) for each in about)
    return f"{_amount(*longest, said)}, or of {rest} some, by how each is rounded"


def _date(low: int, high: int) -> str:
    if low <= -FAR:
        return f"no later than {day_text(high)}"
    if high >= FAR:
        return f"no earlier than {day_text(low)}"
    return day_text(low) if low == high else f"{day_text(low)} to {day_text(high)}"


def _after(low: int, high: int, said: Said, other: str) -> str:
    if low == high == 0:
        return f"the same as {other}"
    if (low <= -FAR and high == 0) or (high >= FAR and low == 0):
        return f"no {'later' if high == 0 else 'earlier'} than {other}"
    if high <= 0:
        return f"{_length(-high, -low, said)} before {other}"
    if low >= 0:
        return f"{_length(low, high, said)} after {other}"
    if low <= -FAR or high >= FAR:
        end, way = (high, "after") if low <= -FAR else (-low, "before")
        return f"{_edge(end, 1, said)} {way} {other}"
    return f"from {said(-low)} before to {said(high)} after {other}"


def _length(low: int, high: int, said: Said) -> str:
    """Returns `16 to 45 days`."""
    if low == high or high >= FAR:
        return said(low) if low == high else _edge(low, -1, said)
    number, unit = said(low), said(high).partition(" ")[2]
    first, own = number.partition(" ")[::2]
    same = own.removesuffix("s") == unit.removesuffix("s")
    return f"{first if same else number} to {said(high)}"
