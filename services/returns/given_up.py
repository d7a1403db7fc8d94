"""What persons gave up of the money of a return: it never moved, and a later word pays anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from adapters.store.money.records import Settlement
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return
from engine.settlement.machine import SettlementState
from services.returns.decision_service import DecisionService


def earlier_settlements(service: DecisionService, found: Return) -> list[Settlement]:
    """Returns the settlements of lines that were settled before their return was reopened, without
    those that another replaced."""
    return _standing(service, [line.id for line in found.lines if line.outcome.done])


def _standing(service: DecisionService, lines: Sequence[str]) -> list[Settlement]:
    """Returns the settlements of lines of which no other took the place."""
    settlements = service.store.settlements.of_return_lines(lines)
    replaced = {each.instead_of for each in settlements}
    return [each for each in settlements if each.id not in replaced]


def is_given_up(settlement: Settlement) -> bool:
    """Returns whether a person gave money up that is still owed: it never moved."""
    return settlement.state is SettlementState.CANCELLED and bool(settlement.open_amount.minor)


def given_before(found: Return, settlements: Sequence[Settlement]) -> dict[str, int]:
    """Returns what each line gave before the return was reopened (minor units), without tax and
    without what was given up."""
    lines = [line for line in found.lines if line.outcome.done]
    given = {line.id: line.outcome.before.planned + line.stays_more for line in lines}
    for each in filter(is_given_up, settlements):
        given[each.return_line] -= each.open_amount.minor - each.open_tax
    return given


def forget(service: DecisionService, found: Return, given_up: Sequence[Settlement]) -> None:
    """Takes what was given up off what the lines of a reopened return planned and gave."""
    service.store.resolving.forget([each.id for each in given_up])
    for line in found.lines:
        mine = [each for each in given_up if each.return_line == line.id]
        if mine:
            amount, tax = _open(mine)
            before = replace(
                line.outcome.before, planned=line.outcome.before.planned - amount + tax
            )
            service.store.returns.settle_line(line.id, replace(line.outcome, before=before))
            service.store.returns.planned(line.id, line.planned - amount, line.planned_tax - tax)


def forget_of_units(
    service: DecisionService,
    found: Return,
    units: Collection[Inspection],
    about: Collection[str],
) -> None:
    """Takes what was given up for units off what their line planned, so that a word pays anew.

    Only if the word is about all units of the line that are owed anything: what was given up may
    otherwise be of the others, and is not brought back.
    """
    for line in found.lines:
        mine = [each for each in units if each.line == line.id]
        seen = sum(each.units for each in mine) == line.quantity
        others = any(_owed_for(each) for each in mine if each.id not in about)
        alone = seen and not others and not line.outcome.done
        standing = _standing(service, [line.id]) if alone else []
        if gone := [each for each in standing if is_given_up(each)]:
            service.store.resolving.forget([each.id for each in gone])
            amount, tax = _open(gone)
            service.store.returns.planned(line.id, line.planned - amount, line.planned_tax - tax)


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
