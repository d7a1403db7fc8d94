"""Where units wait that arrived: each at the place of its arrival, taken in the order they came.

Knows no stock; what leaves a place leaves the one where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import RequestFault
from engine.returns.units import check_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Units of one arrival: that wait to be looked at, or that are taken from it."""

    arrival: str
    units: int


def taken_from(waiting: Sequence[Pile], units: int, path: str, where: str = "") -> tuple[Pile, ...]:
    """From which arrivals so many units are taken, the first that came first.

    Raises `RequestFault` `wrong_quantity`, or `not_received` where fewer wait; `where` is the place
    that was named.
    """
    check_units(units, path)
    there = sum(each.units for each in waiting)
    if units > there:
        at = f" at `{where[:60]}`" if where else ""
        raise RequestFault(
            "not_received", f"{units} units are inspected and {there} wait for it{at}.", path
        )
    taken: list[Pile] = []
    for each in waiting:
        part = min(each.units, units)
        if part:
            taken.append(Pile(arrival=each.arrival, units=part))
            units -= part
    return tuple(taken)
