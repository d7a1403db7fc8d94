"""Turns what is owed for a return's lines into settlements, and closes what is squared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.store.money.steps import Asked
from adapters.store.returns.records import Return, ReturnLine, Taken
from engine.money import Money
from engine.returns.lifecycle import State, Step
from engine.returns.outcome import Due, Outcome
from services.returns.cases import Desk
from services.returns.who import POLICY, Who

_OPEN: Final = (State.APPROVED, State.INSPECTED)
"""States of a return that may wait for its money alone; another worker may have been faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What holds of units of a line; without an `inspection` nobody has looked at them."""

    line: ReturnLine
    outcome: Outcome
    inspection: str = ""


def pay(desk: Desk, key: str, who: Who, due: Due) -> None:
    """Plans what is owed at this moment of a return, before its goods are looked at."""
    found = desk.store.returns.now(key)
    owed = [Owed(line=line, outcome=line.outcome) for line in found.lines]
    owe_all(desk, found, who, [each for each in owed if each.outcome.due is due])


def owe_all(desk: Desk, found: Return, who: Who, owed: Sequence[Owed]) -> None:
    """Plans what is owed, once, and marks it; a line that was planned for whole is left alone."""
    for each in owed:
        if not each.line.outcome.planned:
            owe(desk, found, each.line, each.outcome, who)
        settled = each.outcome.answer == "accept" and not each.outcome.unsettled
        done = replace(each.outcome, planned=each.outcome.planned or settled)
        if each.inspection:
            desk.store.arrivals.settle(each.inspection, done)
        else:
            desk.store.returns.settle_line(each.line.id, done)


def owe(desk: Desk, found: Return, line: ReturnLine, outcome: Outcome, who: Who) -> None:
    """Plans one movement; nothing where nothing is owed in money."""
    amount = outcome.amount
    if not outcome.owes_money or amount is None or outcome.remedy is None or not amount.minor:
        return
    settlements = desk.store.settlements
    before = settlements.of_return_line(line.id)
    settlements.plan(
        Asked(
            return_line=line.id,
            sequence=1 + max((each.sequence for each in before), default=0),
            order_line=line.order_line,
            supplier=found.supplier,
            retailer=found.retailer,
            remedy=outcome.remedy,
            amount=amount,
            line_most=outcome.most,
            payment=_payment(desk, found, amount),
            actor=who.by,
        )
    )


def _payment(desk: Desk, found: Return, amount: Money) -> str | None:
    """The payment of the order in the currency that is owed; None if none is known."""
    paid = desk.store.payments.of_order(found.order, found.supplier)
    fitting = [each.id for each in paid if each.amount.currency == amount.currency]
    return fitting[0] if fitting else None


def close_squared(desk: Desk) -> bool:
    """Settles and closes a return whose money has all moved; whether there was one."""
    for key in desk.store.returns.squared(1):
        found = desk.hold(key)
        if found is not None and found.state in _OPEN:
            square(desk, key)
            return True
    return False


def square(desk: Desk, key: str) -> None:
    """Says that the money of a return is final, and ends it."""
    for step in (Step.SETTLE, Step.CLOSE):
        desk.store.returns.take(key, Taken(step=step, actor=POLICY.actor, by=POLICY.by))
    desk.store.returns.wake(key, None, None)
