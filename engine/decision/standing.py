"""The state of a return's units, in groups that are alike, and of the rest of their order.

Without a standing, a return is decided as if all of it had arrived at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from msgspec import Struct


class Units(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Units of a line in the same state; `line` is the place of the line in the return.

    `settled`: their amounts are to be worked out. Other units are still expected or wait for a
    person; they only count in what rows test.
    """

    line: int
    units: int
    arrived: bool = True
    settled: bool = True


class OrderUnits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order line and its other returns: `kept` units were not cancelled.

    `arrived` and `coming` count units of other returns, open or finished; `outbound` is the
    shipping (minor units) that those returns refunded, `own` what this return refunded before.
    `lines` are the places of its lines in this return; without any, `facts` describe it.
    """

    kept: int
    lines: tuple[int, ...] = ()
    arrived: int = 0
    coming: int = 0
    outbound: int = 0
    own: int = 0
    facts: dict[str, Any] = {}


class Taken(Struct, frozen=True, kw_only=True):
    """What other returns of an order took by one row of a fee, and for what (minor units)."""

    amount: int
    quantity: int
    item_price: int
    base: int

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            amount=self.amount + other.amount,
            quantity=self.quantity + other.quantity,
            item_price=self.item_price + other.item_price,
            base=self.base + other.base,
        )


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One group of units for each line that is decided; `taken` is keyed by fee kind and row."""

    units: tuple[Units, ...]
    order: tuple[OrderUnits, ...] = ()
    taken: dict[str, Taken] = {}


class Back(IntEnum):
    """Whether all units of some order lines came back; `OPEN`: some are still on their way."""

    NO = 0
    YES = 1
    OPEN = 2


def at_once(lines: int) -> Standing:
    """Returns the standing of lines whose units all arrived at once."""
    return Standing(units=tuple(Units(line=place, units=1) for place in range(lines)))


def back(order: Iterable[OrderUnits], counted: Sequence[Units]) -> Back:
    """Tells whether all units of `order` came back; `counted` are this return's accepted units.

    Units on their way count as back until the first unit of the return has arrived.
    """
    arrived, coming = _by_line(counted, arrived=True), _by_line(counted, arrived=False)
    asked = not arrived
    found = Back.YES
    for each in order:
        here = each.arrived + sum(arrived.get(line, 0) for line in each.lines)
        to_come = each.coming + sum(coming.get(line, 0) for line in each.lines)
        if here + to_come < each.kept:
            return Back.NO
        if here < each.kept and not asked:
            found = Back.OPEN
    return found


def _by_line(units: Sequence[Units], *, arrived: bool) -> dict[int, int]:
    found: dict[int, int] = {}
    for each in units:
        if each.arrived is arrived:
            found[each.line] = found.get(each.line, 0) + each.units
    return found
