"""Claims for money that was paid and is not owed: both sides see them, the supplier ends them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money import records
from engine.errors import RequestFault
from engine.settlement import ledger
from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.scalars import Money, day, minor, money
from returns_api.types.trade import OrderLine, Partner, order_line, partner
from services.returns.claiming import end_claim as end

ClaimState = strawberry.enum(
    ledger.ClaimState, name="ClaimState", description="Where a claim stands."
)


@strawberry.type(description="Money that was paid and is not owed: its supplier claims it back.")
class Claim(Node):
    """`left` is not paid back yet."""

    record: strawberry.Private[records.Claim]
    amount: Money
    left: Money
    """What is still to be paid back; nothing once it has ended."""
    return_line: strawberry.ID
    """The id of what came back and was overpaid."""
    state: ClaimState  # type: ignore[valid-type]
    offset: bool
    """Whether it is taken off credits that follow; else it is billed."""
    due_on: date | None
    """The last day for paying it back."""
    why: str
    """Why it is owed."""
    ended_why: str | None
    """What its supplier said of its end; null of one that credits paid."""
    made_at: datetime

    @described("The order line that it is for.", asks=Scope.READ_ORDERS)
    def order_line(self, info: Info) -> OrderLine | None:
        found = info.context.store.orders.line(info.context.principal, self.record.order_line)
        return order_line(found) if found else None

    @described("The RMA number that its goods came back under.")
    def return_number(self, info: Info) -> str | None:
        store, principal = info.context.store.seen_returns, info.context.principal
        found = store.of_line(principal, self.record.return_line)
        return found.number if found else None

    @described("Whose claim it is.")
    def supplier(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.supplier)
        return partner(found) if found else None

    @described("Who owes it.")
    def retailer(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.retailer)
        return partner(found) if found else None


@strawberry.input(description="Ends a claim of yours, whole; both sides see why.")
class EndClaimInput:
    """The same key again gives the same answer."""

    claim: strawberry.ID
    """The id of the claim."""
    why: str
    idempotency_key: str


@strawberry.type(description="The claim has ended.")
class ClaimEnded:
    """How it stands now."""

    claim: Claim
    """The claim as it stands now."""


EndClaimResult = Annotated[ClaimEnded | InputProblem, strawberry.union("EndClaimResult")]


def claim(found: records.Claim) -> Claim:
    """A claim as its two sides see it."""
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


def end_claim(
    context: Context, said: EndClaimInput, state: ledger.ClaimState, operation: str
) -> EndClaimResult:
    """Says that a claim was paid, or drops it."""
    context.principal.must(Scope.RESOLVE_SETTLEMENTS)
    store, principal, asked = context.store, context.principal, said
    try:
        with store.atomic():
            before = store.answered.before(principal, said.idempotency_key, operation, asked)
            key = str(before) if before else sought(said.claim, NodeKind.CLAIM)
            found = store.claims.by_id(key)
            if found is None or found.supplier != principal.tenant:
                raise RequestFault("not_found", "There is no such claim of yours.", "claim")
            if not before:
                found = end(context.desk(), found, state, said.why, principal.by)
                store.answered.keep(principal, said.idempotency_key, (operation, asked), key)
            return ClaimEnded(claim=claim(found))
    except RequestFault as fault:
        return input_problem(fault, "input")
