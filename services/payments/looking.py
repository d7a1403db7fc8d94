"""Makes sure that a settlement has not moved, and will not, before a person gives it up."""

from __future__ import annotations

from typing import Final

from adapters.store.database import Store
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import SettlementState
from engine.settlement.steps import IN_FLIGHT, OTHER_AMOUNT, STILL_SUBMITTED, as_asked
from services.payments.gateways import Gateways

_NOBODY_TO_ASK: Final = (Answered.LOCKED_OUT, Answered.REFUSED)
_NO_GATEWAY: Final = GatewayOutcome(
    answered=Answered.LOCKED_OUT,
    reason="no_gateway",
    sentence="The supplier has no gateway; set its key first.",
)


def look_first(
    store: Store, gateways: Gateways, found: Settlement, actor: str, *, by_hand: bool = False
) -> None:
    """Returns if it is certain that nothing moved, and that no request sent before will move it:
    its key is used up at the gateway. Call it inside a session, and `check_same` of the store's
    `resolving` when the person's word is recorded.

    Raises `RequestFault` `moved_after_all` (after recording the movement), `attempt_running` if a
    request has just arrived, `gateway_unreachable`, or `other_amount` if a different amount moved:
    that has to be corrected at the gateway, and the settlement then marked as paid (`by_hand`).
    """
    if found.state is not SettlementState.NEEDS_ATTENTION or found.instrument not in AT_GATEWAY:
        return
    gateway = gateways.of(found.supplier)
    store.rest()
    sent = found.first_sent is not None
    key = gateway.spend_key(found.movement) if gateway and sent else None
    outcome = gateway.find(found.movement) if gateway else _NO_GATEWAY
    if outcome is None or _came_to_nothing(outcome):
        _check_ended(store, found, key)
        return
    if not sent and outcome.answered in _NOBODY_TO_ASK:
        return  # never sent by our record, which may be that of a backup
    if outcome.answered not in (Answered.SUCCEEDED, Answered.SUBMITTED):
        raise _unanswered(outcome)
    if as_asked(found.amount, outcome) is not outcome:
        if by_hand:
            _check_ended(store, found, key)
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


def _check_ended(store: Store, found: Settlement, key: GatewayOutcome | None) -> None:
    """Raises `RequestFault` if what has not moved so far may still do so: by what became of the
    attempt to use up its key.
    """
    if key is None or _came_to_nothing(key):
        return
    if key.answered is not Answered.KEY_SPENT:
        raise _unanswered(key)
    with store.atomic():
        store.resolving.arrived(found)
    raise RequestFault(
        "attempt_running",
        "A request for it that was sent before has reached the gateway only now, and may still run "
        f"there. It is looked up in {IN_FLIGHT} seconds; then decide.",
    )


def _unanswered(outcome: GatewayOutcome) -> RequestFault:
    """The refusal of a person's word, with what the gateway says is in the way."""
    locked = outcome.answered is Answered.LOCKED_OUT
    return RequestFault(
        "gateway_unreachable",
        "It was sent once, and the gateway does not say now what became of it. "
        f"{outcome.sentence} (`{outcome.reason}`) "
        f"{'Mend that, then decide.' if locked else 'Try later.'}",
    )


def _came_to_nothing(outcome: GatewayOutcome) -> bool:
    """Whether the movement failed, or its charge, invoice or customer does not exist."""
    return outcome.answered is Answered.FAILED or outcome.reason == "resource_missing"
