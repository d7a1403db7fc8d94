"""Counts the units of a return line, and says from which arrivals inspected units are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.errors import RequestFault
from engine.returns.lifecycle import State, Step


class Disposition(StrEnum):
    """What becomes of goods that came back."""

    RESTOCK = "restock"
    """Sold as new."""
    REFURBISH = "refurbish"
    """Repaired or repacked first."""
    SCRAP = "scrap"
    """Thrown away."""
    DONATE = "donate"
    """Given away."""
    RETURN_TO_SENDER = "return_to_sender"
    """Sent back to whom it came from."""
    KEEP = "keep"
    """Kept by whoever has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Units of one return line; `expected` is 0 if the goods do not come back."""

    line: str
    expected: int
    received: int = 0
    inspected: int = 0

    @property
    def to_come(self) -> int:
        """Units that were approved and have not arrived."""
        return max(0, self.expected - self.received)

    @property
    def to_inspect(self) -> int:
        """Units that arrived and were not inspected."""
        return self.received - self.inspected


MOST_UNITS: Final = 1_000_000


def check_units(units: int, path: str) -> None:
    """Raises `RequestFault` `wrong_quantity` unless `units` is 1 to `MOST_UNITS`."""
    if not 1 <= units <= MOST_UNITS:
        raise RequestFault(
            "wrong_quantity", f"A number of units is 1 to {MOST_UNITS:,}; this is {units}.", path
        )


def check_arrival(count: Count, units: int, path: str) -> None:
    """Raises `RequestFault` `more_than_announced` for more units than are still to come.

    The others are counted by their SKU, as unannounced.
    """
    check_units(units, path)
    if units > count.to_come:
        raise RequestFault(
            "more_than_announced",
            f"Still to come of this line: {count.to_come}; counted: {units}. Count the others by "
            "their `sku`, as unannounced.",
            path,
        )


def arrival_step(counts: Sequence[Count], *, complete: bool) -> Step:
    """Returns the step of a receipt: `complete` says that nothing more is expected to arrive."""
    whole = complete or all(count.to_come == 0 for count in counts)
    return Step.RECEIVE if whole else Step.RECEIVE_PART


def all_inspected(counts: Sequence[Count]) -> bool:
    """Returns whether every unit that arrived was inspected."""
    return all(count.to_inspect == 0 for count in counts)


def corrected_state(
    before: State, *, arrived: bool, awaited: bool, inspected: bool, sent: bool
) -> State:
    """Returns the state of a return once something that was counted or found is undone.

    `arrived` says whether anything is here, `awaited` whether units are still to come, `inspected`
    whether all that came was looked at, `sent` whether a parcel is known.
    """
    if not arrived:
        return State.IN_TRANSIT if sent else State.APPROVED
    if awaited:
        return State.PARTLY_RECEIVED
    return State.INSPECTED if inspected and before is State.INSPECTED else State.RECEIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Units of one arrival: those that wait for an inspection, or those that it takes."""

    arrival: str
    units: int


def taken_from(waiting: Sequence[Pile], units: int, path: str, where: str = "") -> tuple[Pile, ...]:
    """Returns the arrivals from which the units are taken, the oldest first.

    Raises `RequestFault` `wrong_quantity`, or `not_received` if fewer units wait; `where` is the
    place that was named.
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
