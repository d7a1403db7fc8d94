"""Ends a claim: its supplier marks it as paid, or drops it and leaves the money where it is."""

from __future__ import annotations

from adapters.store.money.records import Claim
from engine.settlement.ledger import ClaimState
from services.returns.decision_service import DecisionService


def end_claim(
    service: DecisionService, found: Claim, state: ClaimState, why: str, actor: str
) -> Claim:
    """Ends all that is left of a claim; a dropped amount counts as given for its units.

    Raises `RequestFault` `claim_ended`, or `missing` without a reason.
    """
    store = service.store
    return_ = _hold_return(service, found)
    ended = store.claims.end(found.id, state, why, actor)
    if state is ClaimState.DROPPED and return_ is not None:
        store.returns.let_stay(found.return_line, ended.let_go.minor - found.let_go.minor)
    return ended


def held_claim(service: DecisionService, found: Claim) -> Claim:
    """Locks a claim as `end_claim` does, and returns it as it is now."""
    _hold_return(service, found)
    return service.store.claims.held(found.id)


def _hold_return(service: DecisionService, found: Claim) -> str | None:
    """Locks the return of a claim first, and returns its key."""
    return_ = service.store.returns.of_line(found.return_line)
    if return_ is not None:
        service.hold(return_)
    return return_
