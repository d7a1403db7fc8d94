"""Takes a return on by what holds of its lines: approved, refused, or held for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Final

from adapters.store.returns.arrived import Arrival
from adapters.store.returns.records import Return, Taken
from engine.dates import zone_of
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.returns.deadlines import Kind, Watch, expiry, may_wait, watches
from engine.returns.lifecycle import Actor, State, Step, steps_from
from engine.returns.outcome import Outcome, step_of
from services.returns.cases import Desk
from services.returns.deals import deal_of_line, sketch_deals
from services.returns.placing import PLACE, give_places, nowhere
from services.returns.settling.settle import settle
from services.returns.who import POLICY, Who

_WAITING: Final = {
    State.IN_REVIEW: Kind.SILENCE,
    State.RECEIVED: Kind.SILENCE,
    State.APPROVED: Kind.EXPIRY,
    State.IN_TRANSIT: Kind.EXPIRY,
    State.PARTLY_RECEIVED: Kind.EXPIRY,
}
"""What a return waits for in a state; in the others for nothing that has a day."""

AT_RECEIPT: Final = (State.PARTLY_RECEIVED, State.RECEIVED, State.INSPECTED)
"""States in which units that arrived may be looked at, and judged."""

_BEFORE: Final = (State.REQUESTED, State.IN_REVIEW, State.APPROVED, State.IN_TRANSIT)
"""States in which nothing may be looked at."""

_CAME: Final = {Step.RECEIVE, Step.RECEIVE_PART}

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
        give_places(desk, who.by, found)
        came = any(line.received for line in found.lines)
        issued = store.happened if came else store.dated  # what had expired starts anew
        issued(key, "rma_issued", desk.at.isoformat())
    held = waits_for([line.outcome for line in found.lines]) if step is Step.HOLD else ""
    store.hold_for(key, held)
    store.take(key, Taken(step=step, actor=who.actor, by=who.by, why=why))
    return advance(desk, who, key) if step is Step.APPROVE else looked_at(desk, key)


def advance(desk: Desk, who: Who, key: str) -> Return:
    """Settles a return after a step of it, and sets what is waited for."""
    held = waits_for(settle(desk, who, key))
    waits = held or (PLACE if nowhere(desk.store.returns.now(key)) else "")
    desk.store.returns.hold_for(key, waits)
    return looked_at(desk, key)


def next_steps(
    found: Return, actor: Actor, arrived: Callable[[], Sequence[Arrival]]
) -> tuple[Step, ...]:
    """What an actor may do with a return now: what moves it, and what only adds to it.

    What arrived is asked for only where goods came: nobody had announced some, and they are looked
    at whatever became of the lines.
    """
    steps = list(steps_from(found.state, actor))
    waiting = bool(_to_inspect(found))
    seen = any(line.inspected for line in found.lines)
    judges = actor in (Actor.SUPPLIER, Actor.SUPPORT)
    more = {
        Step.ANSWER: waits_for_facts(found),
        Step.INSPECT: judges and (waiting or _strays_wait(found, arrived)),
        Step.JUDGE: judges
        and (found.state is State.IN_REVIEW or (seen and found.state in AT_RECEIPT)),
    }
    hindered = {
        Step.INSPECT: not waiting,
        Step.CLOSE: waiting,
        Step.CANCEL: any(line.received for line in found.lines),
    }
    steps = [step for step in steps if not hindered.get(step)]
    return tuple(dict.fromkeys([*steps, *(step for step, may in more.items() if may)]))


def _strays_wait(found: Return, arrived: Callable[[], Sequence[Arrival]]) -> bool:
    """Whether units came that nobody had announced, and that nobody has looked at."""
    if found.state in _BEFORE or not _CAME & {each.step for each in found.history}:
        return False
    return any(each.line is None and each.waiting for each in arrived())


def waits_for_facts(found: Return) -> bool:
    """Whether more facts may settle it: in review, or once approved where units of it are held."""
    if found.state in (State.APPROVED, State.IN_TRANSIT, *AT_RECEIPT):
        return found.held_for not in ("", PLACE)
    return found.state is State.IN_REVIEW


def check_nothing_came(found: Return) -> None:
    """Raises `RequestFault` `goods_came`: what came is judged, and not called off."""
    came = sum(line.received for line in found.lines)
    if came:
        text = f"{came} units of this return came; its supplier judges them."
        raise RequestFault("goods_came", text, "return")


def check_looked_at(found: Return) -> None:
    """Raises `RequestFault` `not_inspected` for units that came and wait for an inspection."""
    waiting = _to_inspect(found)
    if waiting:
        text = f"{waiting} units came and were not looked at: inspect them, or undo their receipt."
        raise RequestFault("not_inspected", text, "return")


def _to_inspect(found: Return) -> int:
    here = found.state in AT_RECEIPT
    return sum(line.count.to_inspect for line in found.lines) if here else 0


def _hold_units(desk: Desk, found: Return) -> None:
    """A line holds its units from when it is not refused, also while others wait for a person."""
    store = desk.store.returns
    store.reserve(line.id for line in found.lines if line.outcome.answer != "refuse")
    for line in found.lines:
        if line.outcome.answer == "refuse":
            store.release(line.id, line.reserved - line.received)


def waits_for(outcomes: Sequence[Outcome]) -> str:
    """What a person is waited for, in a few words; empty if for nothing."""
    codes = dict.fromkeys(each.code for each in outcomes if each.undecided)
    if codes:
        return ", ".join(codes)
    return "the way or the amount" if any(each.unsettled for each in outcomes) else ""


def looked_at(desk: Desk, key: str) -> Return:
    """Reads the days that a return waits for by its policies, and sets when it is woken.

    While its goods have nowhere to go no day counts: nothing runs out that cannot be used.
    """
    found = desk.store.returns.now(key)
    kind = None if nowhere(found) else _WAITING.get(found.state)
    days: list[tuple[datetime, Watch]] = []
    last: list[str] = []
    over = silent = False
    if kind is not None:
        for decision, zone in standing(desk, found):
            days += [(_start(each.due, zone), each) for each in watches(decision)]
            until = expiry(decision, sent=bool(found.parcels))
            last += [until] if until else []
            over = over or (until is not None and until < desk.today(zone).isoformat())
            silent = silent or bool(decision.on_silence)
    due = min((at for at, each in days if each.kind is kind and at > desk.at), default=None)
    if (over and kind is Kind.EXPIRY) or (silent and _not_at_work(desk, found)):
        due = desk.at  # as after a receipt was undone, or where more units were waited for
    if kind is not None:  # a day that has come stays so until it was looked at
        due = desk.store.returns.missed(key) or due
    desk.store.returns.wake(key, due, min(last, default=None))
    return desk.store.returns.now(key)


def _not_at_work(desk: Desk, found: Return) -> bool:
    """Whether what came waits for a look; who takes a finding back is about to look anew."""
    ever = desk.store.arrivals.inspected_ever(found.id)
    return found.state is State.RECEIVED and all(each.undone is None for each in ever)


def standing(desk: Desk, found: Return) -> list[tuple[Decision, str]]:
    """What the policies say of a return just now, each with its time zone; nothing is kept.

    While units are still to come, their arrival has not happened; then it is that of the last ones
    that nobody looked at.
    """
    lines = [line for line in found.lines if line.outcome.answer != "refuse"]
    deals = [deal_of_line(desk, line) for line in lines]
    deals = [deal for deal in deals if deal.policy and may_wait(deal.policy)]
    events = _events(desk, found) if deals else {}
    deals = [deal.at(desk, events) for deal in deals]
    return [(decision, policy.time_zone) for decision, policy in sketch_deals(desk, deals)]


def _events(desk: Desk, found: Return) -> dict[str, str]:
    """What happened to a return, its arrival that of what waits to be looked at."""
    events = {name: on for name, on in found.events.items() if name != _ARRIVAL}
    if found.state is State.PARTLY_RECEIVED or _ARRIVAL not in found.events:
        return events
    waiting = [each.at for each in desk.store.arrivals.of(found.id) if each.waiting]
    came = max(waiting).isoformat() if waiting else found.events[_ARRIVAL]
    return {**events, _ARRIVAL: came}


def _start(day: str, zone: str) -> datetime:
    """The first moment of a day where the policy holds."""
    return datetime.combine(date.fromisoformat(day), time(), zone_of(zone))
