"""Suppliers resolve settlements that wait for them, and resume payouts on hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money import records
from adapters.store.money.resolving import Resolving
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.money.inputs import Resolution, ResolveSettlementInput, ResumePayoutsInput
from returns_api.money.types import RecordedSettlement, settlement
from returns_api.types.ids import NodeKind, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.versions import check_unchanged, version_of_settlement
from services.payments.looking import look_first


@strawberry.type(description="Your decision was carried out, or will be.")
class SettlementResolved:
    """The settlement itself, or the new one that replaces it."""

    settlement: RecordedSettlement


@strawberry.type(description="Your payouts are resumed.")
class PayoutsResumed:
    """A key that is still refused puts them on hold again."""

    resumed: bool
    """False if nothing was on hold."""


ResumePayoutsResult = Annotated[
    PayoutsResumed | InputProblem, strawberry.union("ResumePayoutsResult")
]
ResolveSettlementResult = Annotated[
    SettlementResolved | InputProblem, strawberry.union("ResolveSettlementResult")
]

MOST_CHARACTERS: Final = 500
_Do = Callable[[Resolving, str, ResolveSettlementInput, str], records.Settlement]
_WAYS: Final[dict[Resolution, _Do]] = {
    Resolution.RETRY: lambda store, key, _, by: store.retry(key, by),
    Resolution.GIVE_UP: lambda store, key, said, by: store.give_up(key, by, said.why or ""),
    Resolution.CREDIT_INSTEAD: lambda store, key, _, by: store.credit_instead(key, by),
    Resolution.PAID_BY_HAND: lambda store, key, said, by: store.paid_by_hand(
        key, said.reference or "", by
    ),
}


def resolve_settlement(context: Context, said: ResolveSettlementInput) -> ResolveSettlementResult:
    """Resolves a settlement once; checks the gateway before anything that gives the money up."""
    context.principal.must(Scope.RESOLVE_SETTLEMENTS)
    try:
        made = _resolved(context, said)
    except RequestFault as fault:
        return input_problem(fault, "input")
    return SettlementResolved(settlement=settlement(context, made))


def _resolved(context: Context, said: ResolveSettlementInput) -> records.Settlement:
    store, principal = context.store, context.principal
    asked, by = said, principal.by
    before = store.idempotency.before(principal, said.idempotency_key, "resolveSettlement", asked)
    if before is not None:
        return _own(context, str(before))
    found = _own(context, sought(said.settlement, NodeKind.SETTLEMENT))
    _check_why(said)
    if said.resolution is not Resolution.RETRY:
        by_hand = said.resolution is Resolution.PAID_BY_HAND
        look_first(store, context.gateways, found, by, by_hand=by_hand)
    with store.atomic():
        check_unchanged(
            said.if_unchanged, lambda: version_of_settlement(store.resolving.held(found.id))
        )
        store.resolving.check_same(found)
        made = _WAYS[said.resolution](store.resolving, found.id, said, by)
        operation = ("resolveSettlement", asked)
        store.idempotency.keep(principal, said.idempotency_key, operation, made.id)
    return made


def _check_why(said: ResolveSettlementInput) -> None:
    """Requires a reason for giving up, which the retailer sees."""
    given_up = said.resolution is Resolution.GIVE_UP
    if given_up and not 1 <= len((said.why or "").strip()) <= MOST_CHARACTERS:
        raise RequestFault("missing", f"Say why, in 1 to {MOST_CHARACTERS} characters.", "why")


def _own(context: Context, key: str) -> records.Settlement:
    found = context.store.tenant_money.settlement(context.principal, key)
    if found is None or found.supplier != context.principal.tenant:
        raise RequestFault("not_found", "There is no such settlement of yours.", "settlement")
    return found


def resume_payouts(context: Context, said: ResumePayoutsInput) -> ResumePayoutsResult:
    """Resumes a supplier's payouts."""
    context.principal.must(Scope.RESOLVE_SETTLEMENTS)
    store, principal, asked = context.store, context.principal, said
    with store.atomic():
        before = store.idempotency.before(principal, said.idempotency_key, "resumePayouts", asked)
        if before is not None:
            return PayoutsResumed(resumed=bool(before))
        stopped = store.payouts.of(principal.tenant) is not None
        store.payouts.open(principal.tenant, principal.by)
        store.idempotency.keep(principal, said.idempotency_key, ("resumePayouts", asked), stopped)
    return PayoutsResumed(resumed=stopped)
