"""The most that a person may give for units of a line, beside what else is given for it."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.money import Money
from services.returns.decision_service import DecisionService
from services.returns.settling.shipping import beyond_price, shipping_left
from services.returns.settling.units import amount_for


def given_before(line: ReturnLine) -> int:
    """Returns what a line gave before its return was reopened (minor units), without tax."""
    return line.outcome.before.planned + (line.stays_more if line.outcome.done else 0)


def worth_of_line(service: DecisionService, found: Return, line: ReturnLine) -> Money:
    """Returns what a line may be given: its price and what is left of shipping, less what it gave
    before its return was reopened."""
    return _most(service, found, line, line.quantity, given_before(line))


def worth_of_units(
    service: DecisionService,
    found: Return,
    line: ReturnLine,
    units: Inspection,
    beside: Sequence[Inspection],
) -> Money:
    """Returns what inspected units of a line may be given: their price, and what is left of
    shipping.

    What other units are given beyond their price is taken off: those that were inspected `beside`,
    those still to come, and those that were settled before the return was reopened. Those leave the
    rest if they gave less.
    """
    done, price = line.outcome.done, _price(service, line)
    given = given_before(line) - price * done
    for each in beside:
        if each.outcome is not None:
            amount = amount_for(each.outcome, each.units)
            given += beyond_price(service, line, amount, each.units)
    to_come = line.quantity - done - units.units - sum(each.units for each in beside)
    given += _promised(service, line, to_come)
    return _most(service, found, line, units.units, given)


def _promised(service: DecisionService, line: ReturnLine, to_come: int) -> int:
    """What a person's word on a line gives units beyond their price that are still to come."""
    word, of = line.outcome, line.quantity - line.outcome.done
    if to_come <= 0 or not word.judged_by or not word.owes_money or word.amount is None:
        return 0
    beyond = beyond_price(service, line, word.amount.minor, of)
    return -(-beyond * to_come // of)  # rounded up


def _most(
    service: DecisionService, found: Return, line: ReturnLine, units: int, given: int
) -> Money:
    most = _price(service, line) * units + shipping_left(service, found, line) - given
    return Money(max(0, most), line.worth.currency)


def _price(service: DecisionService, line: ReturnLine) -> int:
    return service.ordered(line.order_line)[1].unit_price.minor
