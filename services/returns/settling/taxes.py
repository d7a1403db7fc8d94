"""Refunds tax with its line, in proportion to the refunded value of the goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from adapters.store.records import OrderLine
from adapters.store.returns.records import Return
from engine.settlement.spreading import tax_of_value
from services.returns.decision_service import DecisionService
from services.returns.settling.planning import LineDue


class _Given(NamedTuple):
    """What a return line refunded of an order line (minor units)."""

    order_line: str
    value: int
    tax: int


def with_taxes(service: DecisionService, found: Return, dues: Sequence[LineDue]) -> list[LineDue]:
    """Returns the lines with the tax on their value, beside what other return lines refunded.

    The shares of one order line add up to its tax, in however many returns its units come back.
    """
    lines = [service.ordered(due.line.order_line)[1] for due in dues]
    if not any(line.tax and line.unit_price.minor for line in lines):
        return list(dues)
    given = {
        each.id: _Given(each.order_line, each.value, each.planned_tax)
        for return_ in service.store.returns.of_order(found.order)
        for each in return_.lines
        if each.id not in {due.line.id for due in dues}
    }
    taxed = []
    for due, line in zip(dues, lines, strict=True):
        others = [each for each in given.values() if each.order_line == line.id]
        tax = _tax(line, due.value, others) if line.tax and line.unit_price.minor else 0
        given[due.line.id] = _Given(line.id, due.value, tax)
        taxed.append(replace(due, owed=due.owed + tax, tax=tax))
    return taxed


def _tax(line: OrderLine, value: int, others: Sequence[_Given]) -> int:
    whole = line.unit_price.minor * line.quantity
    value += sum(each.value for each in others)
    return max(0, tax_of_value(line.tax, value, whole) - sum(each.tax for each in others))
