"""Takes a return on by what holds of its lines: approved, refused, or held for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from adapters.store.returns.records import Return, Taken
from engine.dates import zone_of
from engine.decision.record import Decision
from engine.returns.deadlines import Kind, Watch, expiry, may_wait, watches
from engine.returns.lifecycle import State, Step
from engine.returns.outcome import Due, Outcome, step_of
from services.returns.cases import Desk
from services.returns.deals import deal_of_line, sketch_deals
from services.returns.squaring import pay
from services.returns.who import POLICY, Who

_WAITING: Final = {
    State.IN_REVIEW: Kind.SILENCE,
    State.RECEIVED: Kind.SILENCE,
    State.APPROVED: Kind.EXPIRY,
    State.IN_TRANSIT: Kind.EXPIRY,
    State.PARTLY_RECEIVED: Kind.EXPIRY,
}
"""What a return waits for in a state; in the others for nothing that has a day."""

_ARRIVAL: Final = "received_back"


def go_on(desk: Desk, key: str, who: Who = POLICY, why: str = "") -> Return:
    """The step that the lines call for, with all that follows from it."""
    store = desk.store.returns
    found = store.now(key)
    step = step_of([line.outcome for line in found.lines])
    _hold_units(desk, found)
    if step is Step.HOLD and found.state is State.IN_REVIEW:
        store.hold_for(key, waits_for([line.outcome for line in found.lines]))
        return looked_at(desk, key)
    if step is Step.APPROVE:
        store.happened(key, "rma_issued", desk.at.isoformat())
        pay(desk, key, who, Due.APPROVAL)
    held = waits_for([line.outcome for line in found.lines]) if step is Step.HOLD else ""
    store.hold_for(key, held)
    store.take(key, Taken(step=step, actor=who.actor, by=who.by, why=why))
    return looked_at(desk, key)


def _hold_units(desk: Desk, found: Return) -> None:
    """A line holds its units from when it is not refused, also while others wait for a person."""
    store = desk.store.returns
    store.reserve(line.id for line in found.lines if line.outcome.answer != "refuse")
    for line in found.lines:
        if line.outcome.answer == "refuse":
            store.release(line.id, line.reserved)


def waits_for(outcomes: Sequence[Outcome]) -> str:
    """What a person is waited for, in a few words; empty if for nothing."""
    codes = dict.fromkeys(each.code for each in outcomes if each.undecided)
    if codes:
        return ", ".join(codes)
    return "the way or the amount" if any(each.unsettled for each in outcomes) else ""


def looked_at(desk: Desk, key: str) -> Return:
    """Reads the days that a return waits for by its policies, and sets when it is woken."""
    found = desk.store.returns.now(key)
    kind = _WAITING.get(found.state)
    days: list[tuple[datetime, Watch]] = []
    last: list[str] = []
    if kind is not None:
        for decision, zone in standing(desk, found):
            days += [(_start(each.due, zone), each) for each in watches(decision)]
            until = expiry(decision, sent=bool(found.parcels))
            last += [until] if until else []
    due = min((at for at, each in days if each.kind is kind and at > desk.at), default=None)
    desk.store.returns.wake(key, due, min(last, default=None))
    return desk.store.returns.now(key)


def standing(desk: Desk, found: Return) -> list[tuple[Decision, str]]:
    """What the policies say of a return just now, each with its time zone; nothing is kept.

    While units are still to come, their arrival has not happened.
    """
    some = found.state is State.PARTLY_RECEIVED
    events = {name: on for name, on in found.events.items() if not (some and name == _ARRIVAL)}
    lines = [line for line in found.lines if line.outcome.answer != "refuse"]
    deals = [deal_of_line(desk, line) for line in lines]
    deals = [deal.at(desk, events) for deal in deals if deal.policy and may_wait(deal.policy)]
    return [(decision, policy.time_zone) for decision, policy in sketch_deals(desk, deals)]


def _start(day: str, zone: str) -> datetime:
    """The first moment of a day where the policy holds."""
    return datetime.combine(date.fromisoformat(day), time(), zone_of(zone))
