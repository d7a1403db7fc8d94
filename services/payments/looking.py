"""Looks at the gateway's list before a person gives up what may have moved."""

from __future__ import annotations

from typing import Final

from adapters.store.database import Store
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.settlement.gateway import Answered, Outcome
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import SettlementState
from engine.settlement.steps import OTHER_AMOUNT, as_asked
from services.payments.gateways import Gateways

_NOBODY_TO_ASK: Final = (Answered.LOCKED_OUT, Answered.REFUSED)


def look_first(
    store: Store, gateways: Gateways, found: Settlement, actor: str, *, by_hand: bool = False
) -> None:
    """Inside a session: returns where it is certain that nothing moved.

    Raises `RequestFault` `moved_after_all`, which is recorded then, `gateway_unreachable`, or
    `other_amount` where something else moved than was asked: that is mended at the gateway, and
    then it is said to be paid (`by_hand`).
    """
    if found.state is not SettlementState.NEEDS_ATTENTION or found.instrument not in AT_GATEWAY:
        return
    gateway = gateways.of(found.supplier)
    store.rest()
    outcome = gateway.find(found.movement) if gateway else None
    if gateway and (outcome is None or _came_to_nothing(outcome)):
        return
    if found.first_sent is None and (outcome is None or outcome.answered in _NOBODY_TO_ASK):
        return  # by our record, which a backup may have lessened, it was never sent
    if outcome is None or outcome.answered not in (Answered.SUCCEEDED, Answered.SUBMITTED):
        raise RequestFault(
            "gateway_unreachable",
            "It was sent once, and the gateway does not say now what became of it; try later.",
        )
    if as_asked(found.amount, outcome) is not outcome:
        if by_hand:
            return
        raise RequestFault(
            OTHER_AMOUNT,
            f"The gateway moved {outcome.amount} for it by `{outcome.reference}`, not "
            f"{found.amount}. Mend it there, then say that it was paid by hand.",
        )
    with store.atomic():
        store.resolving.found(found.id, outcome, actor)
    raise RequestFault(
        "moved_after_all", f"The gateway has moved it after all: `{outcome.reference}`."
    )


def _came_to_nothing(outcome: Outcome) -> bool:
    """It failed, or what it was to move from is not there at all."""
    return outcome.answered is Answered.FAILED or outcome.reason == "resource_missing"
