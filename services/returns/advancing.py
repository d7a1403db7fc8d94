"""Advances a return by the outcomes of its lines: approves, refuses, or holds it for a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from typing import Final

from msgspec.structs import replace

from adapters.store.returns.arrived import Arrival
from adapters.store.returns.records import PersonDecision, Return, ReturnLine, Taken, WaitsFor
from engine.dates import zone_of
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.returns.deadlines import Kind, Watch, expiry, may_wait, watches
from engine.returns.lifecycle import Actor, State, Step, steps_from
from engine.returns.outcome import LineOutcome, step_of
from services.returns.awaited import awaited
from services.returns.decision_service import DecisionService
from services.returns.line_decisions import facts_of, line_case_of, of_units, sketch_line_cases
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
"""The kind of deadline that a return waits for in a state; none in other states."""

AT_RECEIPT: Final = (State.PARTLY_RECEIVED, State.RECEIVED, State.INSPECTED)
"""States in which arrived units may be inspected and decided by a person."""

_BEFORE: Final = (State.REQUESTED, State.IN_REVIEW, State.APPROVED, State.IN_TRANSIT)
"""States in which nothing may be inspected."""

_UNSEEN: Final = (State.PARTLY_RECEIVED, State.RECEIVED)
"""States in which units that came wait for an inspection; later, silence has settled them."""

_CAME: Final = {Step.RECEIVE, Step.RECEIVE_PART}

REOPENED: Final = "reopened"
"""What holds a return that was given back to a person."""

_ARRIVAL: Final = "received_back"


def take_next_step(
    service: DecisionService,
    key: str,
    who: Who = POLICY,
    why: str = "",
    decided: tuple[PersonDecision, ...] = (),
) -> Return:
    """Takes the step that the outcomes of the lines call for, and all that follows."""
    store = service.store.returns
    found = store.now(key)
    step = step_of([line.outcome for line in found.lines])
    _hold_units(service, found, who)
    if step is Step.HOLD and found.state is State.IN_REVIEW:
        _hold(service, found, [line.outcome for line in found.lines])
        return schedule(service, key)
    if step is Step.APPROVE:
        give_places(service, who.by, found)
        store.dated(key, "rma_issued", service.at.isoformat())  # what had expired starts anew
    _hold(service, found, [line.outcome for line in found.lines] if step is Step.HOLD else ())
    store.take(key, Taken(step=step, actor=who.actor, by=who.by, why=why, decided=decided))
    return advance(service, who, key) if step is Step.APPROVE else schedule(service, key)


def advance(service: DecisionService, who: Who, key: str) -> Return:
    """Settles a return after a step, and sets what it is held for."""
    outcomes = settle(service, who, key)
    found = service.store.returns.now(key)
    _hold(service, found, outcomes, PLACE if nowhere(found) else "")
    return schedule(service, key)


def _hold(
    service: DecisionService, found: Return, outcomes: Sequence[LineOutcome], otherwise: str = ""
) -> None:
    """Sets what a return waits for, by its open outcomes, and for which side."""
    held = waits_for(outcomes)
    side = awaited(service, found, outcomes) if held else WaitsFor.SUPPLIER
    service.store.returns.hold_for(found.id, held or otherwise, side)


def next_steps(
    found: Return, actor: Actor, arrived: Callable[[], Sequence[Arrival]]
) -> tuple[Step, ...]:
    """Returns the steps that an actor may take now, including those that only add to the return.

    `arrived` is only called if goods came: units may have come that were not announced, and those
    are inspected whatever became of the lines.
    """
    steps = list(steps_from(found.state, actor))
    waiting = bool(_to_inspect(found, AT_RECEIPT))
    seen = any(line.inspected > line.outcome.done for line in found.lines)
    judges = actor in (Actor.SUPPLIER, Actor.SUPPORT)
    more = {
        Step.ANSWER: waits_for_facts(found),
        Step.INSPECT: judges and (waiting or _strays_wait(found, arrived)),
        Step.JUDGE: judges
        and (found.state is State.IN_REVIEW or (seen and found.state in AT_RECEIPT)),
    }
    hindered = {
        Step.INSPECT: not waiting,
        Step.CLOSE: bool(_to_inspect(found, _UNSEEN)),
        Step.CANCEL: any(line.received for line in found.lines),
    }
    steps = [step for step in steps if not hindered.get(step)]
    return tuple(dict.fromkeys([*steps, *(step for step, may in more.items() if may)]))


def _strays_wait(found: Return, arrived: Callable[[], Sequence[Arrival]]) -> bool:
    """Whether unannounced units arrived that are not inspected yet."""
    if found.state in _BEFORE or not _CAME & {each.step for each in found.history}:
        return False
    return any(each.line is None and each.waiting for each in arrived())


def waits_for_facts(found: Return) -> bool:
    """Whether more facts may settle it: in review, or approved with units that are held."""
    if found.state in (State.APPROVED, State.IN_TRANSIT, *AT_RECEIPT):
        return found.held_for not in ("", PLACE)
    return found.state is State.IN_REVIEW


def check_nothing_came(found: Return) -> None:
    """Raises `RequestFault` `goods_came` if units arrived: those are judged, not cancelled."""
    came = sum(line.received for line in found.lines)
    if came:
        text = f"{came} units of this return came; its supplier judges them."
        raise RequestFault("goods_came", text, "return")


def check_looked_at(found: Return) -> None:
    """Raises `RequestFault` `not_inspected` if arrived units wait for an inspection.

    Units that silence settled as they were stated do not wait any more.
    """
    waiting = _to_inspect(found, _UNSEEN)
    if waiting:
        text = f"{waiting} units came and were not looked at: inspect them, or undo their receipt."
        raise RequestFault("not_inspected", text, "return")


def _to_inspect(found: Return, states: Collection[State]) -> int:
    here = found.state in states
    return sum(line.count.to_inspect for line in found.lines) if here else 0


def _hold_units(service: DecisionService, found: Return, who: Who) -> None:
    """A line holds its units from when it is not refused, also while others wait for a person.

    One that was given back to a person holds no more than came or stays, until that person's word.
    """
    refused = [line for line in found.lines if line.outcome.answer == "refuse"]
    decided = [line for line in found.lines if line.outcome.code != REOPENED]
    hold = [line for line in decided if line not in refused]
    if found.state is State.IN_REVIEW:
        for line in hold:
            hold_what_is_left(service, found, line, who)
    else:
        service.store.reserved_units.reserve([line.id for line in hold])
    for line in refused:
        service.store.reserved_units.release(line.id, line.reserved - line.spent)


def hold_what_is_left(
    service: DecisionService, found: Return, line: ReturnLine, who: Who
) -> ReturnLine:
    """Reserves the units of a line that are left; raises `RequestFault` `units_gone` if none is."""
    now = reduced(service, found, line, who)
    service.store.reserved_units.reserve([line.id])
    return now


def reduced(service: DecisionService, found: Return, line: ReturnLine, who: Who) -> ReturnLine:
    """Reduces a line to its units that no other return has, and that were not cancelled.

    Both sides are told how many it has then.
    Raises `RequestFault` `units_gone` if none is left.
    """
    store = service.store.reserved_units
    left = store.left(line.id)
    if left == 0:
        text = f"No unit of `{line.sku}` is left: they were cancelled, or are in another return."
        raise RequestFault("units_gone", text, "return")
    if left == line.quantity:
        return line
    facts = of_units(line, left)
    store.shorten(line.id, left, facts)
    service.store.returns.tell(found.id, who.by, "return_shortened", line=line.id, units=left)
    return replace(line, quantity=left, facts=facts)


def waits_for(outcomes: Sequence[LineOutcome]) -> str:
    """Returns what a person has to decide, in a few words; empty if nothing."""
    codes = dict.fromkeys(each.code for each in outcomes if each.undecided)
    if codes:
        return ", ".join(codes)
    return "the way or the amount" if any(each.unsettled for each in outcomes) else ""


def schedule(service: DecisionService, key: str) -> Return:
    """Computes the deadlines of a return by its policies, and sets when it is woken next.

    While its goods have nowhere to go, no deadline counts: an authorization that cannot be used
    does not expire.
    """
    found = service.store.returns.now(key)
    kind = None if nowhere(found) else _WAITING.get(found.state)
    days: list[tuple[datetime, Watch]] = []
    last: list[str] = []
    over = silent = False
    if kind is not None:
        for decision, zone in standing(service, found):
            days += [(_start(each.due, zone), each) for each in watches(decision)]
            until = expiry(decision, sent=bool(found.parcels))
            last += [until] if until else []
            over = over or (until is not None and until < service.today(zone).isoformat())
            silent = silent or bool(decision.on_silence)
    due = min((at for at, each in days if each.kind is kind and at > service.at), default=None)
    if (over and kind is Kind.EXPIRY) or (silent and _not_at_work(service, found)):
        due = (
            service.at
        )  # for example after a receipt was undone, or while other units were awaited
    if kind is not None:  # a day that has come stays set until it was handled
        due = service.store.returns.missed(key) or due
    service.store.returns.wake(key, due, min(last, default=None))
    return service.store.returns.now(key)


def _not_at_work(service: DecisionService, found: Return) -> bool:
    """Whether all that came waits for its first inspection: one who undoes a finding
    inspects anew.
    """
    ever = service.store.arrivals.inspected_ever(found.id)
    return found.state is State.RECEIVED and all(each.undone is None for each in ever)


def standing(service: DecisionService, found: Return) -> list[tuple[Decision, str]]:
    """Returns what the policies say of a return now, with their time zones; nothing is stored.

    They decide on the units that a line still holds: units that did not come and were released may
    be cancelled in the order.
    While units are still to come, there is no arrival date, and lines of which none is do not wait;
    then it is the arrival of the last units that are not inspected.
    """
    lines = [line for line in found.lines if line.outcome.answer != "refuse" and line.reserved]
    if _WAITING.get(found.state) is Kind.EXPIRY:
        lines = [line for line in lines if line.count.to_come]
    line_cases = [
        line_case_of(service, line, {**facts_of(line), "quantity": line.reserved}) for line in lines
    ]
    line_cases = [
        line_case for line_case in line_cases if line_case.policy and may_wait(line_case.policy)
    ]
    events = _events(service, found) if line_cases else {}
    line_cases = [line_case.at(service, events) for line_case in line_cases]
    return [
        (decision, policy.time_zone) for decision, policy in sketch_line_cases(service, line_cases)
    ]


def _events(service: DecisionService, found: Return) -> dict[str, str]:
    """Returns the events of a return; its arrival is that of the units waiting for inspection."""
    events = {name: on for name, on in found.events.items() if name != _ARRIVAL}
    if _WAITING.get(found.state) is Kind.EXPIRY or _ARRIVAL not in found.events:
        return events
    waiting = [each.at for each in service.store.arrivals.of(found.id) if each.waiting]
    came = max(waiting).isoformat() if waiting else found.events[_ARRIVAL]
    return {**events, _ARRIVAL: came}


def _start(day: str, zone: str) -> datetime:
    """The first moment of a day in the policy's time zone."""
    return datetime.combine(date.fromisoformat(day), time(), zone_of(zone))
