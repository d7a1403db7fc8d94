"""Wakes returns whose deadline has come: a party's silence, or an expired authorization.

The policy decides with the present day; nothing here knows a deadline by name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from adapters.identity.actors import WORKER
from adapters.store.returns.records import Return, Taken
from engine.errors import TakebackError
from engine.returns.deadlines import expiry
from engine.returns.lifecycle import State, Step
from services.returns.advancing import REOPENED, advance, schedule, standing, take_next_step
from services.returns.arriving.receiving import give_up_the_rest
from services.returns.decision_service import DecisionService
from services.returns.inspecting import go_on_when_seen, settle_received
from services.returns.moving import decide_anew
from services.returns.placing import PLACE, give_places, nowhere
from services.returns.who import POLICY

LATER: Final = timedelta(hours=1)
"""Time after which a return that failed to advance is tried again."""
log = logging.getLogger("takeback.returns")

_COMING = (State.APPROVED, State.IN_TRANSIT, State.PARTLY_RECEIVED)


def wake_due(service: DecisionService) -> bool:
    """Wakes one return whose deadline has come; returns whether there was one."""
    return any(_alone(service, key, _wake) for key in service.store.due_returns.due(1))


def settle_waiting(service: DecisionService) -> bool:
    """Settles one return that waited for other units of its order; returns whether
    there was one.
    """
    return any(_alone(service, key, _settle) for key in service.store.due_returns.waiting(1))


def place_approved(service: DecisionService) -> bool:
    """Sets the address of one return that waited for it; returns whether there was one."""
    return any(_alone(service, key, _place) for key in service.store.due_returns.placed(1))


def _alone(
    service: DecisionService, key: str, take_next_step: Callable[[DecisionService, Return], object]
) -> bool:
    """Advances one return; if that fails, it is put off and does not block the others."""
    found = service.hold(key)
    if found is None:
        return False
    try:
        with service.store.atomic():
            take_next_step(service, found)
    except TakebackError as fault:  # for example, its policy cannot be read any more
        log.error("return %s cannot go on, and is tried again later: %s", found.number, fault)
        if (again := service.hold(key)) is not None:
            service.store.returns.put_off(key, service.at + LATER)
            service.store.returns.wake(key, service.at + LATER, again.expires_on)
    return True


def _settle(service: DecisionService, found: Return) -> None:
    advance(service, POLICY, found.id)


def _place(service: DecisionService, found: Return) -> None:
    """Sets addresses; the authorization starts once there is somewhere to send the goods."""
    store, waited = service.store.returns, bool(nowhere(found))
    given = give_places(service, WORKER, found)
    now = store.now(found.id)
    if not given or nowhere(now):
        return
    if waited:
        store.dated(found.id, "rma_issued", service.at.isoformat())
    if now.held_for == PLACE:
        store.hold_for(found.id, "")
    schedule(service, found.id)


def _wake(service: DecisionService, found: Return) -> None:
    service.store.returns.wake(found.id, None, found.expires_on)
    if found.state is State.IN_REVIEW and found.held_for != REOPENED:
        decide_anew(service, POLICY, found)
        take_next_step(service, found.id)
    elif found.state is State.RECEIVED and _silent(service, found):
        settle_received(service, POLICY, found)
    elif found.state in _COMING and _expired(service, found):
        _end(service, found)
    else:
        schedule(service, found.id)


def _silent(service: DecisionService, found: Return) -> bool:
    """Whether the policy says what a party's silence means."""
    return any(decision.on_silence for decision, _ in standing(service, found))


def _expired(service: DecisionService, found: Return) -> bool:
    """Whether the authorization has expired in the policy's time zone.

    It does not expire while there is nowhere to send the goods.
    """
    if nowhere(found):
        return False
    days = (
        (expiry(each, sent=bool(found.parcels)), zone) for each, zone in standing(service, found)
    )
    return any(day is not None and day < service.today(zone).isoformat() for day, zone in days)


def _end(service: DecisionService, found: Return) -> None:
    """Ends the wait for goods: what arrived is all, or the authorization has expired."""
    some = any(line.received for line in found.lines)
    step = Step.RECEIVE if some else Step.EXPIRE
    why = f"the last day was {found.expires_on}"
    taken = Taken(step=step, actor=POLICY.actor, by=POLICY.by, why=why)
    service.store.returns.take(found.id, taken)
    give_up_the_rest(service, found)
    go_on_when_seen(service, POLICY, found.id)
