"""Plans the difference to what a return had planned before, as settlements or as claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.money.claims import Credit, NewClaim, ToPay
from adapters.store.money.spread.parts import Purses
from adapters.store.money.steps import NEXT, Asked
from adapters.store.returns.records import Return, ReturnLine
from engine.dates import add_length
from engine.money import Money
from engine.policy.model import Overpaid, Policy
from engine.settlement.plan import shared_out
from engine.settlement.spreading import netted
from services.returns.decision_service import DecisionService
from services.returns.line_decisions import line_case_of
from services.returns.who import Who

NOT_OWED: Final = "Paid for units that did not come, came otherwise, or were counted wrongly."
DEARER: Final = "The goods that are given in exchange cost more."


class LineDue(Struct, frozen=True, kw_only=True, gc=False):
    """The total owed for a return line, and the ways to pay for the units settled now.

    `value` is the worth of its goods by the policy, before fees; `most` the maximum that the line
    can be worth; `tax` is included in `owed`, and `on_top` is what a person grants beyond the worth
    of the units (minor units).
    """

    line: ReturnLine
    owed: int
    value: int
    tax: int = 0
    on_top: int = 0
    ways: Mapping[str, int]
    most: int


def plan_differences(
    service: DecisionService, who: Who, found: Return, dues: Sequence[LineDue]
) -> None:
    """Plans what is owed more than before; withdraws or claims back what is owed less."""
    if all(due.owed == due.line.planned for due in dues):
        return
    if sum(due.owed - due.line.planned for due in dues) < 0:
        dues = [
            _withdrawn(service, who, due) if due.owed < due.line.planned else due for due in dues
        ]
    money = _Money(service, found)
    changes = netted([due.owed - due.line.planned for due in dues])
    for due, change in zip(dues, changes, strict=True):
        if change > 0:
            _pay(who, money, due, change)
        elif change < 0:
            _claim(service, who, found, due, -change)
        service.store.returns.planned(due.line.id, due.line.planned + change, due.tax)


def _withdrawn(service: DecisionService, who: Who, due: LineDue) -> LineDue:
    """The line without what was planned for it and never moved, which is planned no more."""
    line = due.line
    planned, tax = line.planned, line.planned_tax
    for each in service.store.resolving.withdraw(line.id, who.by):
        planned -= each.open_amount.minor + each.claimed.minor
        tax -= each.open_tax
    return replace(due, line=replace(line, planned=planned, planned_tax=max(0, tax)))


class _Money:
    """The payments and claims of a return, locked when first used and read once."""

    def __init__(self, service: DecisionService, found: Return) -> None:
        self.store = service.store
        self.found = found
        self._desk = service

    @cached_property
    def purses(self) -> Purses:
        """The payments of its order."""
        family, _ = self._desk.ordered(self.found.lines[0].order_line)
        own = {line.id: line.order_line for line in self.found.lines}
        lines = [each.id for each in family.lines]
        return self.store.settlements.purses(self.found.order, self.found.supplier, lines, own)

    @cached_property
    def claims(self) -> ToPay:
        """The open claims, which are paid first."""
        found, own = self.found, [line.order_line for line in self.found.lines]
        currency = found.lines[0].worth.currency
        return self.store.claims.to_pay((found.supplier, found.retailer), currency, own)


def _pay(who: Who, money: _Money, due: LineDue, amount: int) -> None:
    ways = due.ways or {due.line.outcome.way: 1}
    tax = max(0, min(amount, due.tax - due.line.planned_tax))
    weights = tuple(ways.values())
    parts = zip(ways, shared_out(amount, weights), shared_out(tax, weights), strict=True)
    for remedy, part, of_tax in parts:
        if part:
            owed = Money(part, due.line.worth.currency)
            _move(who, money, due, _Movement(remedy, owed, min(of_tax, part)))


class _Movement(NamedTuple):
    """What goes back by one way, tax included; `tax` in minor units."""

    remedy: str
    amount: Money
    tax: int


def _move(who: Who, money: _Money, due: LineDue, owed: _Movement) -> None:
    """Plans one settlement, less the claims that it pays; none if claims take all of it.

    An amount above what is left of the line's worth pays no claim: a person sees it whole.
    """
    remedy, amount, tax = owed
    left_of_line = due.most - money.purses.taken_of(due.line.order_line)
    fits = not due.most or amount.minor <= left_of_line
    claims = money.claims.take_off(amount.minor) if fits else ()
    claimed = sum(part for _, part in claims)
    money.purses.took(due.line.order_line, claimed)
    made = ""
    if claimed < amount.minor:
        left = Money(amount.minor - claimed, amount.currency)
        asked = Asked(
            return_line=due.line.id,
            sequence=NEXT,
            order_line=due.line.order_line,
            supplier=money.found.supplier,
            retailer=money.found.retailer,
            remedy=remedy,
            amount=left,
            line_most=due.most,
            payment=None,
            actor=who.by,
            claimed=claimed,
            tax=min(tax, left.minor),
        )
        made = money.store.settlements.spread_over(asked, money.purses)[0].id
    for key, part in claims:
        money.store.claims.pay(key, part, Credit(due.line.order_line, made), who.by)


def _claim(service: DecisionService, who: Who, found: Return, due: LineDue, amount: int) -> None:
    line = due.line
    policy = line_case_of(service, line).policy
    how = policy.overpaid if policy else Overpaid()
    service.store.claims.make(
        NewClaim(
            return_line=line.id,
            order_line=line.order_line,
            supplier=found.supplier,
            retailer=found.retailer,
            amount=Money(amount, line.worth.currency),
            by=how.by,
            due_on=_due_on(service, policy),
            why=DEARER if due.owed < 0 else NOT_OWED,
            actor=who.by,
        )
    )


def _due_on(service: DecisionService, policy: Policy | None) -> str:
    """Returns the last day to pay a claim, if the policy sets one."""
    if policy is None or policy.overpaid.within is None:
        return ""
    today = service.today(policy.time_zone).toordinal()
    last = add_length(today, policy.overpaid.within, policy.calendar)
    return date.fromordinal(last).isoformat()
