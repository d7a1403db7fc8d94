"""What persons give of the outbound shipping of an order, beside what policies give of it."""

from __future__ import annotations

from typing import Final

from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.returns.lifecycle import State
from engine.returns.outcome import LineOutcome
from services.returns.decision_service import DecisionService

_OVER: Final = frozenset({State.CLOSED, State.REFUSED, State.CANCELLED, State.EXPIRED})


def beyond_price(service: DecisionService, line: ReturnLine, minor: int, units: int) -> int:
    """Returns how much of an amount for units of a line exceeds their price (minor units)."""
    return max(0, minor - service.ordered(line.order_line)[1].unit_price.minor * units)


def shipping_of(service: DecisionService, line: ReturnLine) -> int:
    """Returns the outbound shipping that is part of the most a line is worth (minor units)."""
    _, ordered = service.ordered(line.order_line)
    return beyond_price(
        service, line, line.outcome.most - ordered.tax_of(ordered.kept), ordered.kept
    )


def shipping_left(service: DecisionService, found: Return, line: ReturnLine) -> int:
    """Returns how much of it a person may give for a line (minor units): what all other lines of
    all returns of the order leave, or those of its order line if shipping was paid for each line.
    """
    facts = [service.ordered(each.order_line)[1].facts for each in found.lines]
    by_line = any("outbound_paid" in each for each in facts)
    keys = {each.order_line for each in ([line] if by_line else found.lines)}
    total = sum(shipping_of(service, each) for each in found.lines if each.order_line in keys)
    given = 0
    for other in service.store.returns.of_order(found.order) if total else ():
        looked = () if other.state in _OVER else service.store.arrivals.inspections(other.id)
        for each in other.lines:
            if each.id != line.id and (not by_line or each.order_line in keys):
                units = [one for one in looked if one.line == each.id]
                by_word = sum(_said(service, each, one.outcome, _of(one)) for one in units)
                given += max(shipping_given(service, other, each), by_word)
    return max(0, min(shipping_of(service, line), total - given))


def shipping_given(service: DecisionService, found: Return, line: ReturnLine) -> int:
    """Returns what a line of a return gave of it, or will by a word on the line (minor units)."""
    if found.state in _OVER:
        return line.outbound
    units = line.quantity - line.outcome.done
    return max(line.outbound, _said(service, line, line.outcome, units))


def _said(service: DecisionService, line: ReturnLine, said: LineOutcome | None, units: int) -> int:
    if said is None or not said.judged_by or said.answer != "accept" or said.amount is None:
        return 0
    return beyond_price(service, line, said.amount.minor, units)


def _of(looked: Inspection) -> int:
    """The units for which a person's amount is."""
    return (looked.outcome.of if looked.outcome else 0) or looked.units
