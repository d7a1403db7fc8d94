"""Assigns counted goods to the lines of a return, by the line or the SKU that was counted.

Units of a SKU fill the lines of that SKU that are still to come, in the order of the lines; the
rest is unannounced. Notes tell what the person who counted could not know beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A return line by its key, with the units that have not arrived; `number` counts from 1."""

    line: str
    number: int
    sku: str
    to_come: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """Units that were counted together: of a `line`, or of a SKU."""

    line: str | None
    sku: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Units of one entry of a delivery; units without a `line` were not announced."""

    entry: int
    line: str | None
    sku: str
    units: int


def matched(coming: Sequence[Coming], scanned: Sequence[Scanned]) -> tuple[Matched, ...]:
    """Splits the counted units by line; entries that name a line stay whole and count first."""
    left = {each.line: each.to_come for each in coming}
    for each in scanned:
        if each.line in left:
            left[each.line] -= each.units
    found: list[Matched] = []
    for entry, each in enumerate(scanned):
        if each.line is not None:
            found.append(Matched(entry=entry, line=each.line, sku=each.sku, units=each.units))
        else:
            found += _of_sku(coming, left, entry, each)
    return tuple(found)


def _of_sku(
    coming: Sequence[Coming], left: dict[str, int], entry: int, scanned: Scanned
) -> Iterator[Matched]:
    units = scanned.units
    for line in coming:
        part = min(left[line.line], units) if line.sku == scanned.sku else 0
        if part > 0:
            left[line.line] -= part
            units -= part
            yield Matched(entry=entry, line=line.line, sku=scanned.sku, units=part)
    if units or not scanned.units:
        yield Matched(entry=entry, line=None, sku=scanned.sku, units=units)


def notes(
    coming: Sequence[Coming], found: Sequence[Matched], named: Sequence[Scanned]
) -> list[str]:
    """A sentence for each SKU whose units fill several lines, or are more than were to come."""
    said = []
    for sku in dict.fromkeys(each.sku for each in named if each.line is None):
        lines = [each for each in coming if each.sku == sku]
        mine = [each for each in found if each.sku == sku and named[each.entry].line is None]
        if not lines:
            continue
        many = sum(1 for each in lines if each.to_come) > 1
        strange = sum(each.units for each in mine if each.line is None)
        if many or strange:
            said.append(_sentence(sku, lines, mine, strange))
    return said


def _sentence(sku: str, lines: Sequence[Coming], mine: Sequence[Matched], strange: int) -> str:
    filled = [
        f"{units} of line {each.number}"
        for each in lines
        if (units := sum(piece.units for piece in mine if piece.line == each.line))
    ]
    parts = [*filled, *([f"{strange} that nobody announced"] if strange else [])]
    total = sum(each.units for each in mine)
    return f"{total} of `{sku}` were counted: {', '.join(parts)}."
