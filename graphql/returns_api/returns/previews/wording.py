"""Says in words what a step of a return does to its money and its units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from adapters.store.returns.arrived import Inspection
from engine.money import Money
from engine.returns.units import Disposition
from engine.settlement.machine import SettlementState
from returns_api.returns.effects import Effect

_SAID: Final = {
    "accepted": ("1 unit is accepted", "{} units are accepted"),
    "refused": ("1 unit is refused", "{} units are refused"),
    "asked": ("1 unit waits for information", "{} units wait for information"),
    "open": ("1 unit waits for a person", "{} units wait for a person"),
    "beside": ("nothing is owed for 1 unit", "nothing is owed for {} units"),
    "restocked": ("1 unit becomes available", "{} units become available"),
}
"""What is said of one unit, and of several."""


def money_in_words(effect: Effect) -> list[str]:
    """Says what moves at once, what claims take, and what waits for a person; nothing if none."""
    lines, moved = effect.lines, effect.moved
    currency = lines[0].after.worth.currency
    stuck = [each for each in moved if each.state is SettlementState.NEEDS_ATTENTION]
    planned = sum(each.amount.minor for each in moved)
    paid = planned - sum(each.amount.minor for each in stuck)
    rest = sum(each.after.planned - each.before.planned for each in lines) - planned
    told = (
        (paid, "is paid at once"),
        (rest, "is taken off what is claimed back"),
        (-rest, "is owed less, and withdrawn or claimed back"),
    )
    parts = [f"{Money(amount, currency)} {said}" for amount, said in told if amount > 0]
    return parts + [
        f"{each.amount} would wait for a person: {each.sentence.rstrip('.')}" for each in stuck
    ]


def units_in_words(inspected: Sequence[Inspection]) -> list[str]:
    """Says how many inspected units are accepted, refused or left open, and become available."""
    found: Counter[str] = Counter()
    for each in inspected:
        found[_answer(each)] += each.units
        if each.disposition is Disposition.RESTOCK:
            found["restocked"] += each.units
    return [
        one if found[name] == 1 else several.format(found[name])
        for name, (one, several) in _SAID.items()
        if found[name]
    ]


def _answer(found: Inspection) -> str:
    """Unannounced units, and those of a refused line, have no outcome of their own."""
    outcome = found.outcome
    if outcome is None:
        return "beside"
    if outcome.answer == "ask":
        return "asked"
    if outcome.unsettled:
        return "open"
    return "accepted" if outcome.answer == "accept" else "refused"
