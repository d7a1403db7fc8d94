"""Looks at the gateway's list before a person gives up what may have moved."""

from __future__ import annotations

from adapters.store.database import Store
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.settlement.gateway import Answered, Outcome
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import SettlementState
from services.payments.gateways import Gateways


def look_first(store: Store, gateways: Gateways, found: Settlement, actor: str) -> None:
    """Inside a session: returns where it is certain that nothing moved.

    Raises `RequestFault` `moved_after_all`, which is recorded then, or `gateway_unreachable`.
    """
    if found.state is not SettlementState.NEEDS_ATTENTION or found.first_sent is None:
        return
    if found.instrument not in AT_GATEWAY:
        return
    gateway = gateways.of(found.supplier)
    store.rest()
    outcome = gateway.find(found.movement) if gateway else None
    if gateway and (outcome is None or _came_to_nothing(outcome)):
        return
    if outcome is None or outcome.answered not in (Answered.SUCCEEDED, Answered.SUBMITTED):
        raise RequestFault(
            "gateway_unreachable",
            "It was sent once, and the gateway does not say now what became of it; try later.",
        )
    with store.atomic():
        store.resolving.found(found.id, outcome, actor)
    raise RequestFault(
        "moved_after_all", f"The gateway has moved it after all: `{outcome.reference}`."
    )


def _came_to_nothing(outcome: Outcome) -> bool:
    """It failed, or what it was to move from is not there at all."""
    return outcome.answered is Answered.FAILED or outcome.reason == "resource_missing"
