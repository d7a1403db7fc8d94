"""How the units of a return stand: in groups that are alike, beside the rest of their order.

Without it a return is decided as one that came at once, each line alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from msgspec import Struct


class Units(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Units of a line of which the same holds; `line` is its place in the return.

    `settled`: what is owed for them is asked for. Units that are not are expected, or wait for a
    person, and count in what rows test alone.
    """

    line: int
    units: int
    arrived: bool = True
    settled: bool = True


class OrderUnits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order line beside this return: `kept` units were not cancelled.

    `arrived` and `coming` are those of other returns that are open or finished, `outbound` the
    shipping (minor units) that these gave back, `own` what this return gave back before. `lines`
    are the places of its lines in the return; where there are none it has `facts`.
    """

    kept: int
    lines: tuple[int, ...] = ()
    arrived: int = 0
    coming: int = 0
    outbound: int = 0
    own: int = 0
    facts: dict[str, Any] = {}


class Taken(Struct, frozen=True, kw_only=True):
    """What other returns of an order took by a row of a fee, and of how much (minor units)."""

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
    """One group of units for each line that is decided; `taken` is by the kind and row of a fee."""

    units: tuple[Units, ...]
    order: tuple[OrderUnits, ...] = ()
    taken: dict[str, Taken] = {}


class Back(IntEnum):
    """Whether all units of some order lines are back."""

    NO = 0
    YES = 1
    OPEN = 2


def at_once(lines: int) -> Standing:
    """Lines that come at once, each alike."""
    return Standing(units=tuple(Units(line=place, units=1) for place in range(lines)))


def back(order: Iterable[OrderUnits], counted: Sequence[Units]) -> Back:
    """Of the order lines; `counted` are the units of this return that are not refused.

    Units on their way are as good as back until the first of the return has arrived.
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
