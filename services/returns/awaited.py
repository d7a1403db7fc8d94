"""Finds the side whose facts or decision a held return waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from adapters.store.records import Decided
from adapters.store.returns.records import Return, ReturnLine, WaitsFor
from engine.decision.record import Decision
from engine.policy.register.tellers import Side, may_say, missing_from
from engine.policy.vocabulary import Fact, Moment, Owner
from engine.returns.outcome import LineOutcome
from engine.returns.statements import Statement, Teller, read
from engine.returns.statements import told as statements_by_fact
from services.returns.decision_service import DecisionService
from services.returns.line_decisions import line_case_of


def awaited(service: DecisionService, found: Return, outcomes: Sequence[LineOutcome]) -> WaitsFor:
    """Returns the sides that open outcomes of a return wait for.

    A fact waits for the side that may state it, and everything else for the supplier, who decides.
    """
    open_ = [each for each in outcomes if each.unsettled]
    asked = [each.decision for each in open_ if each.answer in ("ask", "accept")]
    kept = service.store.decisions.some(asked)
    sides = {side for each in open_ for side in _sides(service, found, each, kept)}
    if sides == {Side.RETAILER}:
        return WaitsFor.RETAILER
    return WaitsFor.BOTH if Side.RETAILER in sides else WaitsFor.SUPPLIER


def moment_of(found: Return) -> Moment:
    """Returns how far a return in review has come; a reopened one may have been approved before."""
    came = any(line.received for line in found.lines)
    return Moment.RECEIPT if came or "rma_issued" in found.events else Moment.REQUEST


def opened_by(told: Iterable[Statement]) -> Teller | None:
    """Returns who requested the return; None for returns older than recorded statements."""
    asked = statements_by_fact(told).get("quantity")
    return asked.teller if asked else None


def _sides(
    service: DecisionService, found: Return, outcome: LineOutcome, decisions: Mapping[str, Decided]
) -> Iterator[Side]:
    kept = decisions.get(outcome.decision)
    line = next((each for each in found.lines if kept and each.order_line == kept.order_line), None)
    if kept is None or line is None:
        yield Side.SUPPLIER
        return
    facts = line_case_of(service, line).owned(service)
    lacking = _lacking(msgspec.json.decode(kept.record, type=Decision), outcome, facts)
    for fact in lacking:
        yield from _tellers(fact, line, moment_of(found))
    if not lacking:
        yield Side.SUPPLIER


def _lacking(decision: Decision, outcome: LineOutcome, facts: Mapping[str, Fact]) -> list[Fact]:
    """Returns the facts that a decision lacks for its answer, or for its amount."""
    if outcome.answer == "ask":
        owners = [missing_from(name, facts) for name in decision.missing]
        return [replace(facts[name], told_by=owner) for name, owner in owners]
    names = dict.fromkeys(name for each in decision.open for name in each.waits_for.split(", "))
    return [facts[name] for name in names if name in facts]


def _tellers(fact: Fact, line: ReturnLine, at: Moment) -> Iterator[Side]:
    if fact.told_by is not Owner.RETAILER or not may_say(fact, Side.RETAILER, at):
        yield Side.SUPPLIER
        return
    yield Side.RETAILER
    if may_say(fact, Side.SUPPLIER, at) and opened_by(read(line.told)) is Teller.SUPPLIER:
        yield Side.SUPPLIER
