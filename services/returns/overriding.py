"""Records a person's decision where the policy leaves a line open, or against its outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from msgspec import structs

from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import PersonDecision, Return, ReturnLine, Taken
from engine.errors import RequestFault, inside
from engine.money import Money
from engine.policy.faults import nearest
from engine.policy.words import REMEDIES
from engine.returns.lifecycle import State, Step, state_after, steps_from, steps_in_words
from engine.returns.outcome import Due, LineOutcome
from services.returns.advancing import AT_RECEIPT, advance, hold_what_is_left, take_next_step
from services.returns.decision_service import DecisionService
from services.returns.given_up import forget, forget_of_units
from services.returns.placing import address_of, unknown_place
from services.returns.settling.units import not_settled_before
from services.returns.who import Who
from services.returns.worth import worth_of_line, worth_of_units

MOST_CHARACTERS: Final = 500
CODE: Final = "judged"
_SETTLED_BEFORE: Final = (
    "These units were settled before the return was reopened, and keep what they gave. To give "
    "more, decide on their line while the return is in review."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A person's decision on a return line, or on inspected units, by their key.

    What is left out of remedy, amount (minor units) and location follows the policy.
    """

    about: str
    accept: bool
    remedy: str | None = None
    amount: int | None = None
    location: str | None = None


class Word(StrEnum):
    """The two kinds of a person's decision, named as in the API."""

    DECIDE = "decideReturn"
    """Decides what the policy leaves open."""
    OVERRIDE = "overrideReturn"
    """Overrides what is decided already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's decision on a return, and the reason; raises `RequestFault` without one."""

    word: Word
    verdicts: Sequence[Verdict]
    why: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.why.strip()) <= MOST_CHARACTERS:
            raise RequestFault("missing", f"Say why, in 1 to {MOST_CHARACTERS} characters.", "why")


def judge(service: DecisionService, who: Who, found: Return, said: Judgement) -> Return:
    """Replaces outcomes of a return by a person's; raises `RequestFault`.

    `still_open` and `decided_already` tell of the word that is not meant for the line.
    """
    if found.state in AT_RECEIPT:
        state_after(State.RECEIVED, Step.INSPECT, who.actor)
        return _judge_inspected(service, who, found, said)
    if Step.APPROVE not in steps_from(found.state, who.actor):
        reason = f"A return that is `{found.state}` is not open to a person's decision."
        left = steps_in_words(found.state, who.actor)
        raise RequestFault("step_not_allowed", f"{reason} {left}")
    return _judge_lines(service, who, found, said)


def _judge_lines(service: DecisionService, who: Who, found: Return, said: Judgement) -> Return:
    found = forget(service, found, {each.about for each in said.verdicts})
    lines = {line.id: line for line in found.lines}
    decided: list[PersonDecision] = []
    for index, verdict in enumerate(said.verdicts):
        line = lines.get(verdict.about)
        if line is None:
            raise _unknown(index)
        _check_meant(said.word, line.outcome, index)
        if verdict.accept:
            line = lines[line.id] = hold_what_is_left(service, found, line, who)
        limit = worth_of_line(service, found, line)
        with inside(f"lines[{index}]"):
            outcome = _said(line.outcome, verdict, who, said.why, limit)
            service.store.returns.settle_line(line.id, _due(line, outcome))
            _direct(service, line, verdict)
        decided.append(_decision(line, outcome))
    _check_said(service, found, said)
    _tell(service, found, who, said.verdicts)
    judged = take_next_step(service, found.id, who, said.why, tuple(decided))
    if judged.state is State.IN_REVIEW:
        _note(service, found, who, said.why, decided)
    return service.store.returns.now(found.id)


def _check_meant(word: Word, outcome: LineOutcome, index: int) -> None:
    """Raises `RequestFault` if the line is in the wrong state for this kind of decision."""
    path = f"lines[{index}].line"
    if word is Word.DECIDE and not outcome.unsettled:
        text = f"It is decided: `{outcome.answer}`. `{Word.OVERRIDE}` says otherwise."
        raise RequestFault("decided_already", text, path)
    if word is Word.OVERRIDE and outcome.unsettled:
        text = f"The policy leaves it open: `{outcome.code}`. `{Word.DECIDE}` decides it."
        raise RequestFault("still_open", text, path)


def _decision(
    line: ReturnLine, outcome: LineOutcome, inspection: Inspection | None = None
) -> PersonDecision:
    return PersonDecision(
        line=line.id,
        inspection=inspection.id if inspection else "",
        units=inspection.units if inspection else line.quantity,
        accept=outcome.answer == "accept",
        remedy=outcome.remedy if outcome.answer == "accept" else None,
        amount=outcome.amount,
    )


def _note(
    service: DecisionService, found: Return, who: Who, why: str, decided: Sequence[PersonDecision]
) -> None:
    """Records a decision that does not change the state of the return."""
    word = Taken(step=Step.JUDGE, actor=who.actor, by=who.by, why=why, decided=tuple(decided))
    service.store.returns.note(found.id, word)


def _direct(service: DecisionService, line: ReturnLine, verdict: Verdict) -> None:
    """Sets the return-to address of a line, if the person names a location."""
    if not verdict.accept or verdict.location is None:
        return
    _, ordered = service.ordered(line.order_line)
    place = service.store.goods.location(ordered.order.supplier.id, verdict.location)
    if place is None:
        raise unknown_place(service.store, ordered.order.supplier.id, verdict.location)
    service.store.returns.direct(line.id, place.handle, address_of(place))


def _tell(service: DecisionService, found: Return, who: Who, verdicts: Sequence[Verdict]) -> None:
    """Journals the decision without its reason, which is recorded with the return's step."""
    said = [
        {"line": each.about, "accept": each.accept, "remedy": each.remedy, "amount": each.amount}
        for each in verdicts
    ]
    service.store.returns.tell(found.id, who.by, "return_judge", lines=said)


def _judge_inspected(service: DecisionService, who: Who, found: Return, said: Judgement) -> Return:
    looked = service.store.arrivals.inspections(found.id)
    of_lines = {each.id for each in looked if each.line}
    units = not_settled_before(found, looked, lambda: service.store.arrivals.of(found.id))
    found = forget_of_units(service, found, units.values(), {each.about for each in said.verdicts})
    lines = {line.id: line for line in found.lines}
    decided: list[PersonDecision] = []
    for index, verdict in enumerate(said.verdicts):
        with inside(f"lines[{index}].line"):
            each, before_it = _inspected(of_lines, units, verdict.about)
        _check_meant(said.word, before_it, index)
        line = lines[str(each.line)]
        others = [one for one in units.values() if one.line == line.id and one.id != each.id]
        limit = worth_of_units(service, found, line, each, others)
        before_it = replace(before_it, of=each.units, done=line.outcome.done)
        with inside(f"lines[{index}]"):
            outcome = _said(before_it, verdict, who, said.why, limit)
            _check_complete(outcome, line)
        service.store.arrivals.settle(found.id, each.id, outcome)
        units[each.id] = structs.replace(each, outcome=outcome)
        decided.append(_decision(line, outcome, each))
    _tell(service, found, who, said.verdicts)
    _note(service, found, who, said.why, decided)
    return advance(service, who, found.id)


def _inspected(
    of_lines: Collection[str], units: Mapping[str, Inspection], key: str
) -> tuple[Inspection, LineOutcome]:
    """Returns an inspection and its outcome; raises `RequestFault` if no decision is taken on it.

    `units` are inspections of units that were not settled before their return was reopened.
    """
    found = units.get(key)
    if found is None and key in of_lines:
        raise RequestFault("settled_before", _SETTLED_BEFORE)
    if found is None or found.outcome is None:
        text = "Name the id of one of `inspections`: what came is judged as it was found."
        raise RequestFault("not_found", text)
    return found, found.outcome


def _said(outcome: LineOutcome, verdict: Verdict, who: Who, why: str, limit: Money) -> LineOutcome:
    if not verdict.accept:
        return replace(outcome, answer="refuse", code=CODE, amount=None, judged_by=who.by, why=why)
    remedy = verdict.remedy or outcome.remedy
    if remedy is not None and remedy not in REMEDIES:
        hint = nearest(remedy, REMEDIES)
        raise RequestFault("unknown_word", f"`{remedy[:60]}` is no remedy.{hint}", "remedy")
    amount = outcome.amount
    if verdict.amount is not None:
        amount = Money(verdict.amount, limit.currency)
    if amount is not None and not 0 <= amount.minor <= limit.minor:
        beside = ", beside what was given before" if outcome.done else ""
        said = f"These units are worth {limit} at most{beside}."
        raise RequestFault("over_ceiling", said, "amount")
    return replace(
        outcome,
        answer="accept",
        code=CODE,
        remedy=remedy,
        amount=amount,
        comes_back=outcome.comes_back or outcome.answer == "refuse",
        judged_by=who.by,
        why=why,
    )


def _due(line: ReturnLine, outcome: LineOutcome) -> LineOutcome:
    """Sets an outcome due at once if the goods are here already."""
    here = line.received >= line.quantity
    return replace(outcome, due=Due.APPROVAL) if here else outcome


def _check_said(service: DecisionService, found: Return, said: Judgement) -> None:
    """Raises `RequestFault` if a decision leaves a line open; an override may leave others open."""
    about = {each.about: f"lines[{index}]" for index, each in enumerate(said.verdicts)}
    whole = said.word is Word.DECIDE
    for line in service.store.returns.now(found.id).lines:
        if whole and line.outcome.undecided:
            raise RequestFault("still_open", f"`{line.sku}` waits for your word too.", "lines")
        early = whole and line.outcome.due is Due.APPROVAL
        if line.id in about or early:
            with inside(about.get(line.id, "lines")):
                _check_complete(line.outcome, line)


def _check_complete(outcome: LineOutcome, line: ReturnLine) -> None:
    """Raises `RequestFault` if an accepting decision lacks what the policy does not set."""
    awaited = outcome.answer == "accept" and outcome.comes_back and line.received < line.quantity
    needed = (
        ("remedy", outcome.unsettled and outcome.remedy is None),
        ("amount", outcome.unsettled and outcome.amount is None),
        ("location", awaited and bool(outcome.judged_by) and line.return_to is None),
    )
    missing = [name for name, is_missing in needed if is_missing]
    if not missing:
        return
    names = " and ".join(f"`{name}`" for name in missing)
    text = f"Name {names} for `{line.sku}`: the policy leaves it open."
    raise RequestFault("still_open", text)


def _unknown(index: int) -> RequestFault:
    return RequestFault("not_found", "There is no such line to judge.", f"lines[{index}].line")
