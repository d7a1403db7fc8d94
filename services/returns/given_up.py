"""What persons gave up of the money of a return: it never moved, and a later word pays anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from adapters.store.money.records import Settlement
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.settlement.machine import SettlementState
from services.returns.decision_service import DecisionService


class _GivenUp(NamedTuple):
    """What was given up of a line, planned before its return was reopened and after that."""

    before: Sequence[Settlement]
    later: Sequence[Settlement]


def forget(service: DecisionService, found: Return, about: Collection[str]) -> Return:
    """Takes what was given up off what lines of a reopened return planned, so that a word pays
    anew."""
    for line in found.lines:
        if line.id in about and line.outcome.done:
            _forget(service, line, _given_up(service, line))
    return service.store.returns.now(found.id)


def forget_of_units(
    service: DecisionService,
    found: Return,
    units: Collection[Inspection],
    about: Collection[str],
) -> Return:
    """Takes what was given up off what the lines of inspected units planned.

    What was planned since the return was reopened only if the word is about all units of the line
    that are owed anything: what was given up may otherwise be of the others, and is not brought
    back. `units` are all that were not settled before.
    """
    for line in found.lines:
        mine = [each for each in units if each.line == line.id]
        if any(each.id in about for each in mine):
            gone = _given_up(service, line)
            seen = sum(each.units for each in mine) == line.quantity - line.outcome.done
            others = any(_owed_for(each) for each in mine if each.id not in about)
            _forget(service, line, gone if seen and not others else gone._replace(later=()))
    return service.store.returns.now(found.id)


def _given_up(service: DecisionService, line: ReturnLine) -> _GivenUp:
    """Returns what a person gave up of a line that is still owed, and never moved.

    What took the place of another was planned when the first of them was.
    """
    made = {each.id: each for each in service.store.settlements.of_return_line(line.id)}
    replaced = {each.instead_of for each in made.values()}
    gone = [
        each
        for each in made.values()
        if each.state is SettlementState.CANCELLED
        and each.open_amount.minor
        and each.id not in replaced
    ]
    before = [each for each in gone if _is_of_before(line, made, each)]
    return _GivenUp(before, [each for each in gone if each not in before])


def _is_of_before(line: ReturnLine, made: Mapping[str, Settlement], settlement: Settlement) -> bool:
    if not line.outcome.done:
        return False
    first, last = settlement, line.outcome.before.last
    while first.instead_of in made:
        first = made[first.instead_of]
    return last is None or first.sequence <= last


def _forget(service: DecisionService, line: ReturnLine, gone: _GivenUp) -> None:
    """Takes what was given up off what a line planned, and off what it gave before."""
    store, outcome = service.store, line.outcome
    store.resolving.forget([each.id for each in (*gone.before, *gone.later)])
    amount, tax = _open(gone.before)
    if gone.before:
        before = replace(outcome.before, planned=outcome.before.planned - amount + tax)
        store.returns.settle_line(line.id, replace(outcome, before=before))
    more, more_tax = _open(gone.later)
    if gone.before or gone.later:
        planned, planned_tax = line.planned - amount - more, line.planned_tax - tax - more_tax
        store.returns.planned(line.id, planned, planned_tax)


def _owed_for(units: Inspection) -> bool:
    """Whether anything is owed for inspected units."""
    outcome = units.outcome
    return bool(outcome and outcome.owes_money and outcome.amount and outcome.amount.minor)


def _open(settlements: Sequence[Settlement]) -> tuple[int, int]:
    """What settlements still had to move, and the tax in it (minor units)."""
    return (
        sum(each.open_amount.minor for each in settlements),
        sum(each.open_tax for each in settlements),
    )
