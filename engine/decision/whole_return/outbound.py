"""Refunds outbound shipping once over the life of an order, at most what was paid for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.decision.encoding import ABSENT
from engine.decision.whole_return.groups import Group
from engine.decision.whole_return.lines import AmountsDue
from engine.decision.whole_return.sets import Order
from engine.decision.whole_return.shares import lessened


def given_once(
    owed: Sequence[AmountsDue], groups: Sequence[Group], order: Order
) -> list[AmountsDue]:
    """Reduces the shipping of the lines to what other returns of the order left.

    `groups` are all groups of the return. What this return refunded before is not reduced, whatever
    other returns have refunded since.
    """
    if not any(each.outbound for each in order.standing.order):
        return list(owed)
    if order.own_shipping:
        return [_within([each], groups, order)[0] for each in owed]
    return _within(owed, groups, order)


def _within(owed: Sequence[AmountsDue], groups: Sequence[Group], order: Order) -> list[AmountsDue]:
    known = [each for each in owed if each.outbound is not None]
    total = sum(each.outbound or 0 for each in known)
    over = total - _left(owed, groups, order, total)
    if over <= 0:
        return list(owed)
    left = lessened([each.outbound or 0 for each in known], over)
    parts = {each.line: part for each, part in zip(known, left, strict=True)}
    return [replace(each, outbound=parts.get(each.line, each.outbound)) for each in owed]


def _left(owed: Sequence[AmountsDue], groups: Sequence[Group], order: Order, total: int) -> int:
    """Returns how much may be refunded for the lines in `owed`: all of the return, or one line if
    shipping was paid for each line."""
    lines = {each.line for each in owed}
    of_order = [
        each
        for each in order.standing.order
        if not order.own_shipping or not lines.isdisjoint(each.lines)
    ]
    mine = [each for each in groups if not order.own_shipping or each.line in lines]
    given, own = sum(each.outbound for each in of_order), sum(each.own for each in of_order)
    return max(0, _most(mine) - given, min(own, total))


def _most(groups: Iterable[Group]) -> int:
    """Returns the shipping that was paid, summed over the lines; only its standard part if no rule
    refunds it in full."""
    groups = list(groups)
    rules = {each.decision.outbound_rule for each in groups if each.accepted}
    total = 0
    for each in {each.line: each for each in groups}.values():
        facts = each.evaluated.facts
        paid, standard = facts.value("outbound_paid"), facts.value("outbound_standard")
        part = "full" not in rules and "standard_part" in rules and standard > ABSENT
        total += max(0, min(paid, standard) if part else paid)
    return total
