"""Steps without counts or findings: shipping, cancelling, reopening, closing and answering."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from adapters.store.returns.records import Parcel, Return, ReturnLine, Taken
from adapters.store.tracking import check_parcel
from engine.errors import RequestFault, inside
from engine.policy.faults import nearest
from engine.policy.register.tellers import Side
from engine.policy.vocabulary import Fact, Owner
from engine.returns.lifecycle import State, Step, state_after
from engine.returns.outcome import Before, LineOutcome, outcome_of
from engine.returns.statements import Statement, Teller, standing, written
from engine.returns.statements import told as statements_by_fact
from services.returns.advancing import (
    REOPENED,
    advance,
    check_looked_at,
    check_nothing_came,
    reduced,
    schedule,
    take_next_step,
    waits_for_facts,
)
from services.returns.arriving.receiving import give_up_the_rest
from services.returns.awaited import moment_of, opened_by
from services.returns.decision_service import DecisionService
from services.returns.facts import (
    LineClaim,
    Speaker,
    answered,
    check_claimed,
    check_words,
    statements_of_claim,
)
from services.returns.line_decisions import (
    StandingOf,
    authorized,
    decide_deals,
    facts_of,
    line_case_of,
)
from services.returns.recounting import holds_units, recounted
from services.returns.settling.order import standing_of
from services.returns.settling.settle import settle
from services.returns.settling.units import COMING
from services.returns.who import Who

MOST_PARCELS: Final = 50
MOST_CHARACTERS: Final = 500


def ship(service: DecisionService, who: Who, found: Return, carrier: str, number: str) -> Return:
    """Records a parcel as sent; units settled at drop-off are settled with the first parcel."""
    check_parcel({"carrier": carrier, "tracking": number})
    if len(found.parcels) >= MOST_PARCELS:
        raise RequestFault("too_many", f"A return has up to {MOST_PARCELS} parcels.")
    state_after(found.state, Step.SHIP, who.actor)
    store, today = service.store.returns, service.at.date().isoformat()
    store.send(found.id, Parcel(carrier=carrier, number=number, sent_on=today))
    store.happened(found.id, "shipped_back", service.at.isoformat())
    store.take(found.id, Taken(step=Step.SHIP, actor=who.actor, by=who.by))
    return advance(service, who, found.id)


def cancel(service: DecisionService, who: Who, found: Return, why: str) -> Return:
    """Cancels a return: nothing comes back any more, and paid amounts are claimed back.

    Of a reopened return, also those for goods that stayed where they are: their units are free.
    """
    _check(why)
    check_nothing_came(found)
    service.store.returns.take(
        found.id, Taken(step=Step.CANCEL, actor=who.actor, by=who.by, why=why)
    )
    for line in found.lines:
        gives = dataclasses.replace(line.outcome, done=0, before=Before())
        service.store.returns.settle_line(line.id, gives)
        service.store.reserved_units.release(line.id, line.reserved)
    return _ended(service, who, found.id)


def reopen(service: DecisionService, who: Who, found: Return, why: str) -> Return:
    """Puts a return in review again; of a settled one, a person decides every line anew."""
    _check(why)
    store = service.store.returns
    store.take(found.id, Taken(step=Step.REOPEN, actor=who.actor, by=who.by, why=why))
    if found.state is State.CLOSED:
        for line in found.lines:
            store.settle_line(line.id, _anew(service, found, line))
            store.reconsider_line(line.id)
    store.hold_for(found.id, REOPENED)
    return schedule(service, found.id)


def close(service: DecisionService, who: Who, found: Return, why: str) -> Return:
    """Closes a return that does not end by itself; units that will not come are not owed.

    Arrived units must be inspected before, since a closed return offers no inspection as a next
    step.
    """
    _check(why)
    check_looked_at(found)
    service.store.returns.take(
        found.id, Taken(step=Step.CLOSE, actor=who.actor, by=who.by, why=why)
    )
    if found.state in COMING:
        give_up_the_rest(service, found)
    return _ended(service, who, found.id)


def _ended(service: DecisionService, who: Who, key: str) -> Return:
    settle(service, who, key)
    service.store.returns.hold_for(key, "")
    return schedule(service, key)


def answer(
    service: DecisionService, who: Who, found: Return, said: Mapping[str, LineClaim]
) -> Return:
    """Adds missing facts or documents by line; the policy decides the return anew.

    For a line that a person has to decide, they are stored for later decisions, and so are those
    that a retailer adds to a reopened return. In an approved return, the waiting units are settled
    anew.
    """
    if not waits_for_facts(found):
        raise RequestFault(
            "step_not_allowed", f"A return that is `{found.state}` waits for no facts."
        )
    speaker = who.speaking(service.at, moment_of(found))
    unknown = set(said) - {line.id for line in found.lines}
    if unknown:
        raise RequestFault("not_found", "This return has no such line.", "lines")
    lines = [_answered(service, line, said, speaker) for line in found.lines]
    for line in lines:
        service.store.returns.settle_line(line.id, line.outcome, facts=line.facts, told=line.told)
    if found.state is not State.IN_REVIEW:
        return _settled_anew(service, who, found.id)
    if found.held_for == REOPENED and who.side is Side.RETAILER:
        return schedule(service, found.id)
    decide_anew(service, who, replace(found, lines=tuple(lines)))
    return take_next_step(service, found.id)


def _settled_anew(service: DecisionService, who: Who, key: str) -> Return:
    """Decides inspected units by what their lines know now, and journals the decisions."""
    done = advance(service, who, key)
    decided = [
        {"line": each.line, "answer": each.outcome.answer, "code": each.outcome.code}
        for each in service.store.arrivals.inspections(key)
        if each.line and each.outcome
    ]
    service.store.returns.tell(key, who.by, "return_decide", lines=decided)
    return done


def decide_anew(service: DecisionService, who: Who, found: Return) -> None:
    """Decides the lines again by their present facts.

    Lines that a person decided, that have planned money, or that were reopened after settlement
    stay as they are, and so do refused lines of which no unit is left in the order.
    """
    lines = [
        reduced(service, found, line, who)
        for line in found.lines
        if line.edition and not _settled_otherwise(line) and not _is_gone(service, line)
    ]
    lines.sort(key=lambda line: not holds_units(line))  # the others count these
    line_cases = recounted(service, found, lines, [line_case_of(service, line) for line in lines])
    now = [
        replace(line_case.at(service, found.events), line=line.id)
        for line, line_case in zip(lines, line_cases, strict=True)
    ]
    dealt = decide_deals(
        service, who, (found.supplier, found.retailer), now, _standing(service, found, lines)
    )
    for line, line_case, each in zip(lines, line_cases, dealt, strict=True):
        outcome = outcome_of(each.decision, each.key, each.share, line.outcome.most)
        facts = line_case.facts_after(each.decision)
        service.store.returns.settle_line(line.id, outcome, facts=facts, told=line.told)
    decided = [
        {"line": line.id, "answer": each.decision.answer, "code": each.decision.code}
        for line, each in zip(lines, dealt, strict=True)
    ]
    service.store.returns.tell(found.id, who.by, "return_decide", lines=decided)


def _standing(
    service: DecisionService, found: Return, lines: Sequence[ReturnLine]
) -> StandingOf | None:
    """Returns how the lines stand in their order; lines not decided now count as others."""
    if not lines:
        return None
    family, _ = service.ordered(lines[0].order_line)
    here = {line.id for line in lines}
    rest = tuple(line for line in found.lines if line.id not in here)
    return standing_of(service, family, but=found.id, beside=replace(found, lines=rest))


def _settled_otherwise(line: ReturnLine) -> bool:
    outcome = line.outcome
    return bool(outcome.judged_by) or bool(line.planned) or outcome.code == REOPENED


def _is_gone(service: DecisionService, line: ReturnLine) -> bool:
    return line.outcome.answer == "refuse" and not service.store.reserved_units.left(line.id)


def _answered(
    service: DecisionService, line: ReturnLine, said: Mapping[str, LineClaim], speaker: Speaker
) -> ReturnLine:
    if line.id not in said:
        return line
    with inside(f"lines[{[*said].index(line.id)}]"):
        return _with(service, line, said[line.id], speaker)


def _with(
    service: DecisionService, line: ReturnLine, said: LineClaim, speaker: Speaker
) -> ReturnLine:
    """Returns the line with more facts; raises `RequestFault` for those of another owner."""
    line_case = line_case_of(service, line)
    if not said.facts or line_case.policy is None:
        return line
    facts = line_case.owned(service)
    more = answered(said, service.record(line.order_line, facts).facts)
    unknown = next((name for name in more if name not in facts), None)
    if unknown is not None:
        hint = nearest(unknown, facts)
        raise RequestFault("unknown_fact", f"There is no fact `{unknown[:60]}`.{hint}", unknown)
    check_claimed(more, said, speaker, facts)
    _check_not_said_by_the_other(line_case.told, more, speaker)
    if speaker.side is Side.SUPPLIER and opened_by(line_case.told) is Teller.RETAILER:
        _check_not_retailers(more, facts)
    check_words(line_case.policy, more)
    given = authorized({**facts_of(line), **more})
    told = standing((*line_case.told, *statements_of_claim(more, said, speaker)), given)
    return replace(line, facts=replace(line_case, given=given).facts, told=written(told))


def _check_not_said_by_the_other(
    told: Iterable[Statement], more: Mapping[str, object], speaker: Speaker
) -> None:
    """Raises `RequestFault` for a fact stated by the other side: only inspections change it."""
    other = Teller.RETAILER if speaker.side is Side.SUPPLIER else Teller.SUPPLIER
    said = statements_by_fact(told)
    for name in more:
        if name in said and said[name].teller is other:
            text = f"`{name}` was said by the {other}; an inspection or a person's word changes it."
            raise RequestFault("not_yours_to_say", text, name)


def _check_not_retailers(more: Mapping[str, object], facts: Mapping[str, Fact]) -> None:
    """Raises `RequestFault` for facts that only the retailer knows of its own return.

    Editions without owners of facts leave their own facts to both sides.
    """
    for name, value in more.items():
        fact = facts[name]
        if fact.told_by is not Owner.RETAILER or not fact.owner_named or _others(fact, value):
            continue
        text = f"`{name}` is not yours to say here; who tells it is the retailer, who asked."
        raise RequestFault("not_yours_to_say", text, name)


def _others(fact: Fact, value: object) -> bool:
    """Whether every word of a value belongs to another owner than the fact, as in `approval`."""
    words = value if isinstance(value, list | tuple) else ()
    return bool(words) and all(word in fact.others_words for word in words)


def _before(service: DecisionService, found: Return, line: ReturnLine) -> Before:
    made = service.store.settlements.of_return_line(line.id)
    return Before(
        planned=line.planned - line.planned_tax - line.stays_more,
        value=line.value,
        outbound=line.outbound,
        taken=found.taken if line.place == 0 else {},
        stayed=(line.quantity if line.outcome.stays else line.spent) - line.received,
        last=max((each.sequence for each in made), default=0),
    )


def _anew(service: DecisionService, found: Return, line: ReturnLine) -> LineOutcome:
    before = _before(service, found, line)
    anew = dataclasses.replace(line.outcome, answer="review", code=REOPENED, amount=None)
    done = line.received + before.stayed
    return dataclasses.replace(anew, judged_by="", done=done, before=before)


def _check(why: str) -> None:
    if not 1 <= len(why.strip()) <= MOST_CHARACTERS:
        raise RequestFault("missing", f"Say why, in 1 to {MOST_CHARACTERS} characters.", "why")
