"""Claims for overpaid money: both partners see them, and the supplier ends them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money import records
from adapters.store.money.claims import Taken
from engine.errors import RequestFault
from engine.settlement import ledger
from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.scalars import Money, day, minor, money
from returns_api.types.trade import OrderLine, Partner, order_line, partner
from returns_api.types.versions import check_unchanged, version_of_claim
from services.returns.claiming import end_claim as end
from services.returns.claiming import held_claim

ClaimState = strawberry.enum(
    ledger.ClaimState, name="ClaimState", description="Whether a claim is open, and how it ended."
)


@strawberry.type(description="Money that was paid but is not owed: its supplier claims it back.")
class Claim(Node):
    """`left` is not paid back yet."""

    record: strawberry.Private[records.Claim]
    amount: Money
    left: Money
    """What is still to be paid back; zero once the claim has ended."""
    return_line: strawberry.ID
    """The id of the return line that was overpaid."""
    state: ClaimState  # type: ignore[valid-type]
    offset: bool
    """Whether it is deducted from later credits; otherwise it is billed."""
    due_on: date | None
    """The last day for paying it back."""
    why: str
    """Why it is owed."""
    ended_why: str | None
    """The supplier's note on its end; null if it was paid by credits."""
    made_at: datetime

    @described("What `ifUnchanged` takes: it changes with the state and with what is left.")
    def version(self) -> str:
        return version_of_claim(self.record)

    @described("The order line that it concerns.", asks=Scope.READ_ORDERS)
    def order_line(self, info: Info) -> OrderLine | None:
        found = info.context.store.orders.line(info.context.principal, self.record.order_line)
        return order_line(found) if found else None

    @described("The number (RMA) of the return that was overpaid.")
    def return_number(self, info: Info) -> str | None:
        store, principal = info.context.store.tenant_returns, info.context.principal
        found = store.of_line(principal, self.record.return_line)
        return found.number if found else None

    @described("The supplier, who claims.")
    def supplier(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.supplier)
        return partner(found) if found else None

    @described("The retailer, who owes it.")
    def retailer(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.retailer)
        return partner(found) if found else None


@strawberry.type(description="A part of a credit that was deducted for a claim.")
class ClaimDeduction:
    """It pays the claim, and no settlement pays it out."""

    claim: Claim
    """The claim that it paid, which may be of another return."""
    amount: Money
    at: datetime
    """When it was deducted, in UTC."""


@strawberry.input(description="Ends a claim of yours entirely; both partners see why.")
class EndClaimInput:
    """The same idempotency key with the same input gives the same answer."""

    claim: strawberry.ID
    """The id of the claim."""
    why: str
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the claim that you were shown; `changed` if it is another by now."""


@strawberry.type(description="The claim has ended.")
class ClaimEnded:
    """The claim as it is now."""

    claim: Claim
    """The claim as it is now."""


EndClaimResult = Annotated[ClaimEnded | InputProblem, strawberry.union("EndClaimResult")]


def claim(found: records.Claim) -> Claim:
    """Converts a claim to the API's type."""
    is_open = found.state is ledger.ClaimState.OPEN
    return Claim(
        id=encode(NodeKind.CLAIM, found.id),
        record=found,
        amount=money(found.amount),
        left=money(found.left) if is_open else minor(0, found.left.currency),
        return_line=encode(NodeKind.RETURN_LINE, found.return_line),
        state=found.state,
        offset=found.by == ledger.OFFSET,
        due_on=day(found.due_on),
        why=found.why,
        ended_why=found.ended_why or None,
        made_at=found.made_at,
    )


def deduction(found: Taken) -> ClaimDeduction:
    """Converts what a claim took of a credit to the API's type."""
    return ClaimDeduction(claim=claim(found.claim), amount=money(found.amount), at=found.at)


def end_claim(
    context: Context, said: EndClaimInput, state: ledger.ClaimState, operation: str
) -> EndClaimResult:
    """Marks a claim as paid, or drops it."""
    context.principal.must(Scope.RESOLVE_SETTLEMENTS)
    store, principal, asked = context.store, context.principal, said
    try:
        with store.atomic():
            before = store.idempotency.before(principal, said.idempotency_key, operation, asked)
            key = str(before) if before else sought(said.claim, NodeKind.CLAIM)
            found = store.claims.by_id(key)
            if found is None or found.supplier != principal.tenant:
                raise RequestFault("not_found", "There is no such claim of yours.", "claim")
            if not before:
                service, known = context.service(), found
                check_unchanged(
                    said.if_unchanged, lambda: version_of_claim(held_claim(service, known))
                )
                found = end(service, found, state, said.why, principal.by)
                store.idempotency.keep(principal, said.idempotency_key, (operation, asked), key)
            return ClaimEnded(claim=claim(found))
    except RequestFault as fault:
        return input_problem(fault, "input")
