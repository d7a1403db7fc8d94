"""Counts returns in plain Python by what the store shows of them, to hold Takeback's count against.

Knows states, outcomes and inspections, and nothing of the columns that the count itself rests on.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.returns.lifecycle import State

OVER = (State.REFUSED, State.CANCELLED)
ARRIVED = (State.RECEIVED, State.INSPECTED, State.SETTLED, State.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a policy counts: `days` or `months` back, `ever`, or else in the calendar year."""

    of: str
    per: str
    days: int | None = None
    months: int | None = None
    ever: bool = False

    def holds(self, day: date, asked: date) -> bool:
        """Whether a return of a day counts for one that is asked for on another."""
        if self.ever:
            return True
        if self.days is not None:
            return day > date.fromordinal(asked.toordinal() - self.days)
        if self.months is not None:
            return day > months_before(asked, self.months)
        return day.year == asked.year


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line of a return as it stands: how many of its units count, and what each cost."""

    return_: str
    line: str
    order: str
    order_line: str
    sku: str
    day: date
    units: int
    price: int
    exchange: bool

    def alike(self, per: str, other: Piece) -> bool:
        """Whether both are counted together."""
        return per == "retailer" or self.key(per) == other.key(per)

    def key(self, per: str) -> str:
        return {
            "order": self.order,
            "line": self.order_line,
            "sku": self.sku,
            "retailer": "",
        }[per]


def pieces(
    returns: Iterable[tuple[Return, Sequence[Inspection]]],
    prices: dict[str, int],
    zone: ZoneInfo,
    waiting: Collection[str],
) -> list[Piece]:
    """Every line; what was reopened and is `waiting` holds nothing until it is decided again."""
    return [
        Piece(
            return_=found.id,
            line=line.id,
            order=found.order,
            order_line=line.order_line,
            sku=line.sku,
            day=local(found.requested_at, zone),
            units=0 if found.id in waiting else counting(found, line, inspections),
            price=prices[line.sku],
            exchange=line.outcome.remedy == "exchange",
        )
        for found, inspections in returns
        for line in found.lines
    ]


def counting(found: Return, line: ReturnLine, inspections: Sequence[Inspection]) -> int:
    """Units of a line that are open, under way or accepted."""
    mine = [each for each in inspections if each.line == line.id]
    refused = sum(each.units for each in mine if each.outcome and each.outcome.answer == "refuse")
    looked_at = sum(each.units for each in mine)
    if found.state in OVER or (line.outcome.answer == "refuse" and not line.received):
        return 0
    if line.outcome.answer == "refuse":
        return looked_at - refused
    stays = line.outcome.answer == "accept" and not line.outcome.comes_back
    if found.state is State.EXPIRED:
        return line.quantity if stays else 0
    if found.state in ARRIVED and not stays:
        return line.received - refused
    return line.quantity - refused


def total(counts: Counts, there: Iterable[Piece]) -> int:
    held = [piece for piece in there if piece.units > 0]
    if counts.of == "returned_value":
        return sum(piece.units * piece.price for piece in held)
    if counts.of == "returned_units":
        return sum(piece.units for piece in held)
    if counts.of == "exchanges":
        return sum(piece.exchange for piece in held)
    return len({piece.return_ for piece in held})


def local(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
