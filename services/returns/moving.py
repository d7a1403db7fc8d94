"""The steps that say no more than where a return stands: sent, cancelled, reopened, closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from adapters.store.returns.records import Parcel, Return, ReturnLine, Taken
from engine.errors import RequestFault
from engine.returns.lifecycle import State, Step, state_after
from engine.returns.outcome import Due, Outcome, outcome_of
from services.returns.cases import Desk
from services.returns.deals import authorized, deal_of_line, decide_deals, facts_of
from services.returns.facts import NEVER_SENT, check_words
from services.returns.going import go_on, looked_at
from services.returns.receiving import give_up_the_rest
from services.returns.squaring import pay
from services.returns.who import Who

_TRACKING: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?\Z")
MOST_PARCELS: Final = 50
REOPENED: Final = "reopened"
MOST_CHARACTERS: Final = 500


def ship(desk: Desk, who: Who, found: Return, carrier: str, number: str) -> Return:
    """A parcel is on its way; what is settled at drop-off is settled with the first one."""
    for name, text in (("carrier", carrier), ("number", number)):
        if not _TRACKING.match(text):
            raise RequestFault("wrong_tracking", "Write 1 to 100 letters and digits.", name)
    if len(found.parcels) >= MOST_PARCELS:
        raise RequestFault("too_many", f"A return has up to {MOST_PARCELS} parcels.", "number")
    state_after(found.state, Step.SHIP, who.actor)
    store, today = desk.store.returns, desk.at.date().isoformat()
    store.send(found.id, Parcel(carrier=carrier, number=number, sent_on=today))
    store.happened(found.id, "shipped_back", desk.at.isoformat())
    if not found.parcels:
        pay(desk, found.id, who, Due.DROP_OFF)
    store.take(found.id, Taken(step=Step.SHIP, actor=who.actor, by=who.by))
    return looked_at(desk, found.id)


def cancel(desk: Desk, who: Who, found: Return, why: str) -> Return:
    """Nothing comes back any more; what was paid already is for a person to claim."""
    _check(why)
    _check_unpaid(desk, found)
    desk.store.returns.take(found.id, Taken(step=Step.CANCEL, actor=who.actor, by=who.by, why=why))
    give_up_the_rest(desk, found)
    return looked_at(desk, found.id)


def reopen(desk: Desk, who: Who, found: Return, why: str) -> Return:
    """Back to a person's judgement; of a return that was squared every line is judged anew."""
    _check(why)
    store = desk.store.returns
    store.take(found.id, Taken(step=Step.REOPEN, actor=who.actor, by=who.by, why=why))
    if found.state is State.CLOSED:
        for line in found.lines:
            store.settle_line(line.id, _anew(line))
    store.hold_for(found.id, REOPENED)
    return looked_at(desk, found.id)


def close(desk: Desk, who: Who, found: Return, why: str) -> Return:
    """A person ends what does not end by itself."""
    _check(why)
    desk.store.returns.take(found.id, Taken(step=Step.CLOSE, actor=who.actor, by=who.by, why=why))
    desk.store.returns.hold_for(found.id, "")
    return looked_at(desk, found.id)


def answer(desk: Desk, who: Who, found: Return, said: Mapping[str, Mapping[str, object]]) -> Return:
    """Facts or papers that were missing, by line; the policy decides the return anew."""
    if found.state is not State.IN_REVIEW:
        raise RequestFault(
            "step_not_allowed", f"A return that is `{found.state}` waits for no facts."
        )
    lines = [_with(desk, line, said.get(line.id, {})) for line in found.lines]
    unknown = set(said) - {line.id for line in found.lines}
    if unknown:
        raise RequestFault("not_found", "This return has no such line.", "lines")
    decide_anew(desk, who, replace(found, lines=tuple(lines)))
    return go_on(desk, found.id)


def decide_anew(desk: Desk, who: Who, found: Return) -> None:
    """Decides the lines again by the facts that they have now.

    A person's word stands, what was planned stays so, and what was squared is a person's to judge.
    """
    lines = [line for line in found.lines if line.edition and not _settled_otherwise(line)]
    deals = [deal_of_line(desk, line).at(desk, found.events) for line in lines]
    between, decided = (found.supplier, found.retailer), []
    for line, dealt in zip(lines, decide_deals(desk, who, between, deals), strict=True):
        outcome = outcome_of(dealt.decision, dealt.key, dealt.share, line.outcome.most)
        desk.store.returns.settle_line(line.id, outcome, facts=line.facts)
        decided.append({"line": line.id, "answer": outcome.answer, "code": outcome.code})
    desk.store.returns.tell(found.id, who.by, "return_decide", lines=decided)


def _settled_otherwise(line: ReturnLine) -> bool:
    outcome = line.outcome
    return bool(outcome.judged_by) or outcome.planned or outcome.code == REOPENED


def _with(desk: Desk, line: ReturnLine, said: Mapping[str, object]) -> ReturnLine:
    """The line with more facts; raises `RequestFault` for those that are no one's to say."""
    deal = deal_of_line(desk, line)
    if not said or deal.policy is None:
        return line
    on_record = desk.on_record(line.order_line)
    for name, value in said.items():
        if name in NEVER_SENT or (name in on_record and on_record[name] != value):
            raise RequestFault(
                "fact_on_record", f"`{name[:60]}` is on record and cannot be said otherwise.", name
            )
        if name not in deal.policy.facts:
            raise RequestFault("unknown_fact", f"There is no fact `{name[:60]}`.", name)
    check_words(deal.policy, said)
    facts = authorized({**facts_of(line), **said})
    return replace(line, facts=replace(deal, given=facts).facts)


def _anew(line: ReturnLine) -> Outcome:
    anew = replace(line.outcome, answer="review", code=REOPENED, amount=None)
    return replace(anew, judged_by="", planned=False)


def _check(why: str) -> None:
    if not 1 <= len(why.strip()) <= MOST_CHARACTERS:
        raise RequestFault("missing", f"Say why, in 1 to {MOST_CHARACTERS} characters.", "why")


def _check_unpaid(desk: Desk, found: Return) -> None:
    if any(desk.store.settlements.of_return_line(line.id) for line in found.lines):
        raise RequestFault("paid_already", "Money of this return has been moved; close it instead.")
