"""A person's word: on lines that the policy leaves open, or against what it says, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.store.returns.records import Inspection, Return, ReturnLine
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.words import REMEDIES
from engine.returns.lifecycle import State, Step, state_after, steps_from
from engine.returns.outcome import Due, Outcome
from services.returns.cases import Desk
from services.returns.going import go_on, looked_at
from services.returns.squaring import Owed, owe_all
from services.returns.who import Who

MOST_CHARACTERS: Final = 500
CODE: Final = "judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person says of one line, or of inspected units, by their key.

    The remedy and the amount (minor units) are the policy's where they are left out.
    """

    about: str
    accept: bool
    remedy: str | None = None
    amount: int | None = None


def judge(desk: Desk, who: Who, found: Return, verdicts: Sequence[Verdict], why: str) -> Return:
    """Settles what waits for a person; raises `RequestFault` while something is still open."""
    if not 1 <= len(why.strip()) <= MOST_CHARACTERS:
        raise RequestFault("missing", f"Say why, in 1 to {MOST_CHARACTERS} characters.", "why")
    if found.state is State.INSPECTED and found.held_for:
        state_after(State.RECEIVED, Step.INSPECT, who.actor)
        return _judge_inspected(desk, who, found, verdicts, why)
    if Step.APPROVE not in steps_from(found.state, who.actor):
        raise RequestFault(
            "step_not_allowed", f"Nothing of a return that is `{found.state}` waits for a person."
        )
    lines = {line.id: line for line in found.lines}
    for index, verdict in enumerate(verdicts):
        line = lines.get(verdict.about)
        if line is None:
            raise _unknown(index)
        outcome = _said(line.outcome, verdict, who, why, _currency(desk, line))
        desk.store.returns.settle_line(line.id, _due(line, outcome))
    _check_nothing_open(desk, found)
    _tell(desk, found, who, verdicts)
    return go_on(desk, found.id, who, why)


def _tell(desk: Desk, found: Return, who: Who, verdicts: Sequence[Verdict]) -> None:
    """What was decided, but for the reason: that is told with the return itself."""
    said = [
        {"line": each.about, "accept": each.accept, "remedy": each.remedy, "amount": each.amount}
        for each in verdicts
    ]
    desk.store.returns.tell(found.id, who.by, "return_judge", lines=said)


def _judge_inspected(
    desk: Desk, who: Who, found: Return, verdicts: Sequence[Verdict], why: str
) -> Return:
    lines = {line.id: line for line in found.lines}
    units = {each.id: each for each in desk.store.arrivals.inspections(found.id) if each.line}
    for index, verdict in enumerate(verdicts):
        each = units.get(verdict.about)
        if each is None or each.outcome is None:
            raise _unknown(index)
        currency = _currency(desk, lines[str(each.line)])
        outcome = _said(each.outcome, verdict, who, why, currency)
        desk.store.arrivals.settle(each.id, outcome)
    owed = _owed(desk.store.arrivals.inspections(found.id), lines)
    if any(each.outcome.unsettled for each in owed):
        raise RequestFault("still_open", "Other units wait for your word too.", "lines")
    desk.store.returns.hold_for(found.id, "")
    _tell(desk, found, who, verdicts)
    owe_all(desk, found, who, owed)
    return looked_at(desk, found.id)


def _owed(inspections: Sequence[Inspection], lines: dict[str, ReturnLine]) -> list[Owed]:
    """What was not planned yet; an earlier round of the same return was."""
    return [
        Owed(line=lines[each.line], outcome=each.outcome, inspection=each.id)
        for each in inspections
        if each.line is not None and each.outcome is not None and not each.outcome.planned
    ]


def _said(outcome: Outcome, verdict: Verdict, who: Who, why: str, currency: str) -> Outcome:
    if not verdict.accept:
        return replace(outcome, answer="refuse", code=CODE, amount=None, judged_by=who.by, why=why)
    remedy = verdict.remedy or outcome.remedy
    if remedy is not None and remedy not in REMEDIES:
        raise RequestFault("unknown_word", f"`{remedy[:60]}` is no remedy.", "lines.remedy")
    amount = Money(verdict.amount, currency) if verdict.amount is not None else outcome.amount
    if amount is not None and not 0 <= amount.minor <= outcome.most:
        most = Money(outcome.most, currency)
        raise RequestFault("over_ceiling", f"A line is worth {most} at most.", "lines.amount")
    return replace(
        outcome,
        answer="accept",
        code=CODE,
        remedy=remedy,
        amount=amount,
        judged_by=who.by,
        why=why,
    )


def _due(line: ReturnLine, outcome: Outcome) -> Outcome:
    """Goods that are here already are not waited for."""
    here = line.received >= line.quantity
    return replace(outcome, due=Due.APPROVAL) if here else outcome


def _currency(desk: Desk, line: ReturnLine) -> str:
    return desk.store.orders.of_line(line.order_line)[1].order.currency


def _check_nothing_open(desk: Desk, found: Return) -> None:
    now = desk.store.returns.now(found.id)
    for line in now.lines:
        if line.outcome.undecided:
            raise RequestFault("still_open", f"`{line.sku}` waits for your word too.", "lines")
        if line.outcome.due is Due.APPROVAL and line.outcome.unsettled:
            raise RequestFault(
                "still_open",
                f"Name the remedy and the amount for `{line.sku}`: the policy leaves them open.",
                "lines",
            )


def _unknown(index: int) -> RequestFault:
    return RequestFault("not_found", "There is no such line to judge.", f"lines[{index}].line")
