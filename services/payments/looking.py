"""Checks the gateway's list before a person gives up a settlement that may have moved."""

from __future__ import annotations

from typing import Final

from adapters.store.database import Store
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import SettlementState
from engine.settlement.steps import OTHER_AMOUNT, STILL_SUBMITTED, as_asked
from services.payments.gateways import Gateways

_NOBODY_TO_ASK: Final = (Answered.LOCKED_OUT, Answered.REFUSED)


def look_first(
    store: Store, gateways: Gateways, found: Settlement, actor: str, *, by_hand: bool = False
) -> None:
    """Returns if it is certain that nothing moved. Call it inside a session.

    Raises `RequestFault` `moved_after_all` (after recording the movement), `gateway_unreachable`,
    or `other_amount` if a different amount moved: that has to be corrected at the gateway, and the
    settlement then marked as paid (`by_hand`).
    """
    if found.state is not SettlementState.NEEDS_ATTENTION or found.instrument not in AT_GATEWAY:
        return
    gateway = gateways.of(found.supplier)
    store.rest()
    outcome = gateway.find(found.movement) if gateway else None
    if gateway and (outcome is None or _came_to_nothing(outcome)):
        return
    if found.first_sent is None and (outcome is None or outcome.answered in _NOBODY_TO_ASK):
        return  # never sent by our record, which may be that of a backup
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
    if outcome.answered is Answered.SUBMITTED and found.trouble == STILL_SUBMITTED:
        raise RequestFault(
            "moved_after_all",
            f"The gateway still works on it: `{outcome.reference}`. Wait, or cancel it there.",
        )
    with store.atomic():
        store.resolving.found(found.id, outcome, actor)
    raise RequestFault(
        "moved_after_all", f"The gateway has moved it after all: `{outcome.reference}`."
    )


def _came_to_nothing(outcome: GatewayOutcome) -> bool:
    """Whether the movement failed, or its charge, invoice or customer does not exist."""
    return outcome.answered is Answered.FAILED or outcome.reason == "resource_missing"
