"""What persons gave up of the money of a return: it never moved, and a later word pays anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    lines = [line for line in found.lines if line.id in about and line.outcome.done]
    gone = {line.id: _given_up(line, made) for line, made in _settlements_of(service, lines)}
    return _forget(service, found, gone)


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
    named = {each.line for each in units if each.id in about}
    lines = [line for line in found.lines if line.id in named]
    gone: dict[str, _GivenUp] = {}
    for line, made in _settlements_of(service, lines):
        mine = [each for each in units if each.line == line.id]
        seen = sum(each.units for each in mine) == line.quantity - line.outcome.done
        others = any(_owed_for(each) for each in mine if each.id not in about)
        every = _given_up(line, made)
        gone[line.id] = every if seen and not others else every._replace(later=())
    return _forget(service, found, gone)


def _settlements_of(
    service: DecisionService, lines: Sequence[ReturnLine]
) -> Iterator[tuple[ReturnLine, dict[str, Settlement]]]:
    """Yields each line with its settlements by id."""
    of: dict[str, dict[str, Settlement]] = {line.id: {} for line in lines}
    for each in service.store.settlements.of_return_lines(list(of)):
        of[each.return_line][each.id] = each
    yield from ((line, of[line.id]) for line in lines)


def _given_up(line: ReturnLine, made: Mapping[str, Settlement]) -> _GivenUp:
    """Returns what a person gave up of a line that is still owed, and never moved.

    What took the place of another was planned when the first of them was.
    """
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


def _forget(service: DecisionService, found: Return, gone: Mapping[str, _GivenUp]) -> Return:
    """Takes what was given up off what lines planned, and off what they gave before."""
    store, lines = service.store, [line for line in found.lines if any(gone.get(line.id, ()))]
    for line in lines:
        outcome, (before, later) = line.outcome, gone[line.id]
        store.resolving.forget([each.id for each in (*before, *later)])
        amount, tax = _open(before)
        if before:
            less = replace(outcome.before, planned=outcome.before.planned - amount + tax)
            store.returns.settle_line(line.id, replace(outcome, before=less))
        more, more_tax = _open(later)
        planned, planned_tax = line.planned - amount - more, line.planned_tax - tax - more_tax
        store.returns.planned(line.id, planned, planned_tax)
    return store.returns.now(found.id) if lines else found


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
