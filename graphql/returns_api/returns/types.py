"""Returns as the API shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

import msgspec
import strawberry

from adapters.identity.principal import Scope
from adapters.store.money.records import unpaid_of
from adapters.store.returns import arrived, records
from engine.decision.record import Decision
from engine.returns import instructions as saying
from engine.returns.lifecycle import State
from returns_api.context import Info
from returns_api.money.claims import Claim, ClaimDeduction, claim, deduction
from returns_api.money.types import RecordedSettlement, settlement
from returns_api.returns.consumers import Consumer, consumer_of
from returns_api.returns.documents import ReturnDocument, document
from returns_api.returns.happened import (
    Arrival,
    Inspection,
    Parcel,
    ReturnEvent,
    ReturnOutcome,
    ReturnState,
    ReturnStep,
    UnitsOutcome,
    arrival,
    event,
    inspection,
    outcome,
)
from returns_api.types.described import described
from returns_api.types.facts import FactDefinition, fact_definition
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import Money, day, minor
from returns_api.types.trade import Address, Order, OrderLine, Partner, order, order_line, partner
from returns_api.types.versions import version_of_return
from services.returns.advancing import next_steps
from services.returns.inspecting import to_be_found
from services.returns.placing import nowhere as without_place
from services.returns.settling.units import outcomes_now, settled_before
from services.returns.who import Who


@strawberry.type(description="An order line of which units are returned.")
class ReturnLine(Node):
    """`expected` units should arrive, `received` did, `inspected` were inspected."""

    record: strawberry.Private[records.ReturnLine]
    parent: strawberry.Private[records.Return]
    sku: str
    quantity: int
    """The number of units requested."""
    expected: int
    """The number of units that should arrive."""
    received: int
    """The number of units that arrived."""
    inspected: int
    """The number of units that were inspected."""

    @described("The order line that it belongs to.", asks=Scope.READ_ORDERS)
    def order_line(self, info: Info) -> OrderLine | None:
        key = self.record.order_line
        found = info.context.store.orders.line(info.context.principal, key)
        return order_line(found) if found else None

    @described("Its outcome: the policy's at the request, or a person's.")
    def outcome(self) -> ReturnOutcome:
        return outcome(self.record.outcome)

    @described(
        "The outcomes that hold now, by group of units: inspected units have the outcome of their "
        "inspection, all others that of the line."
    )
    def outcomes(self, info: Info) -> list[UnitsOutcome]:
        looked, before = _inspections(info, self.parent)
        return [
            UnitsOutcome(
                units=units,
                inspection=encode(NodeKind.INSPECTION, by.id) if by else None,
                outcome=outcome(found),
            )
            for units, found, by in outcomes_now(self.record, looked, before)
        ]

    @described(
        "The return-to address; null if its goods do not come back to the supplier, and while the "
        "supplier has not named a location (`heldFor` of the return is `place`)."
    )
    def return_to(self) -> Address | None:
        to = self.record.return_to
        if to is None or not self.record.expected:
            return None
        return Address(name=to.name, lines=list(to.lines), country=to.country)

    @described(
        "What is owed for it now, tax included: for the settled units, by their findings. "
        "`settlements` pay it, less what was deducted for claims (`deductedForClaims`)."
    )
    def owed(self) -> Money:
        return minor(self.record.planned, self.record.worth.currency)

    @described(
        "The part of `owed` whose payment failed or came back and that nothing replaced yet."
    )
    def unpaid(self, info: Info) -> Money:
        found = info.context.store.settlements.of_return_line(self.record.id)
        return minor(unpaid_of(found), self.record.worth.currency)

    @described("The settlements of the line, in order.", asks=Scope.READ_MONEY)
    def settlements(self, info: Info) -> list[RecordedSettlement]:
        found = info.context.store.settlements.of_return_line(self.record.id)
        return [settlement(info.context, each) for each in found]

    @described("Claims for what was overpaid for it, oldest first.", asks=Scope.READ_MONEY)
    def claims(self, info: Info) -> list[Claim]:
        return [claim(each) for each in info.context.store.claims.of_line(self.record.id)]

    @described(
        "What was deducted for claims from the credits of its order line, oldest first, whichever "
        "return gave them: that part of `owed` is paid by no settlement.",
        asks=Scope.READ_MONEY,
    )
    def deducted_for_claims(self, info: Info) -> list[ClaimDeduction]:
        found = info.context.store.claims.taken_of(self.record.order_line)
        return [deduction(each) for each in found]

    @described(
        "The facts that an inspection may find of it and that its policy tests: the questions of "
        "a form."
    )
    def inspection_form(self, info: Info) -> list[FactDefinition]:
        service = info.context.service()
        return [fact_definition(each) for each in to_be_found(service, self.record)]

    @described("Instructions for the sender, as sentences.")
    def instructions(self, info: Info) -> list[str]:
        found = info.context.store.decisions.visible(
            info.context.principal, self.record.outcome.decision
        )
        if found is None or self.record.outcome.answer != "accept":
            return []
        decision = msgspec.json.decode(found.record, type=Decision)
        of, nowhere = self.parent, self.record in without_place(self.parent)
        return list(saying.instructions(decision, of.number, of.expires_on, nowhere=nowhere))


@strawberry.type(description="A return of one order to its supplier.")
class Return(Node):
    """`number` authorizes it (RMA); `heldFor` says what it waits for."""

    record: strawberry.Private[records.Return]
    number: str
    """The number that authorizes it (RMA); write it on the parcel."""
    state: ReturnState  # type: ignore[valid-type]
    held_for: str | None
    """What a person has to decide; null if nothing. With `place` it is approved, and its supplier
    has to declare a location for its goods, or to name one on the order.
    """
    requested_at: datetime
    """When it was requested, in UTC."""
    expires_on: date | None
    """The last day on which its goods may be sent; null for no limit."""

    @described("The order that it belongs to.", asks=Scope.READ_ORDERS)
    def order(self, info: Info) -> Order | None:
        found = info.context.store.orders.order(info.context.principal, self.record.order)
        return order(found.order) if found else None

    @described(
        "The whole return of its consumer, over all orders; for its retailer only, else null.",
        asks=Scope.READ_RETURNS,
    )
    def consumer_return(self, info: Info) -> ConsumerReturn | None:
        store = info.context.store.tenant_returns
        found = store.whole(info.context.principal, self.record.part_of)
        return consumer_return(found) if found else None

    @described("The supplier, who takes the goods back.")
    def supplier(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.supplier)
        return partner(found) if found else None

    @described("The retailer, who sold them to the consumer.")
    def retailer(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.retailer)
        return partner(found) if found else None

    @described(
        "What `ifUnchanged` of a step takes: it changes with the return and, for keys that may "
        "read money, with its settlements. A step takes what any key was shown."
    )
    def version(self, info: Info) -> str:
        may_read = Scope.READ_MONEY in info.context.principal.scopes
        return version_of_return(info.context.store, self.record, money=may_read)

    @described("Its lines, each with its own outcome.")
    def lines(self) -> list[ReturnLine]:
        return [return_line(each, self.record) for each in self.record.lines]

    @described("Parcels on their way to the supplier.")
    def parcels(self) -> list[Parcel]:
        return [
            Parcel(carrier=p.carrier, tracking=p.number, sent_on=date.fromisoformat(p.sent_on))
            for p in self.record.parcels
        ]

    @described("What arrived, in order; including what was undone.")
    def arrivals(self, info: Info) -> list[Arrival]:
        return [arrival(each) for each in info.context.store.arrivals.ever(self.record.id)]

    @described("The inspections, in order; including those undone.")
    def inspections(self, info: Info) -> list[Inspection]:
        _, before = _inspections(info, self.record)
        found = info.context.store.arrivals.inspected_ever(self.record.id)
        return [inspection(each, settled_before=each.id in before) for each in found]

    @described("Documents that either partner sent, in order; see `POST /files`.")
    def documents(self, info: Info) -> list[ReturnDocument]:
        return [document(each) for each in info.context.store.documents.of(self.record.id)]

    @described("All steps that were taken, each with its actor and time.")
    def history(self) -> list[ReturnEvent]:
        return [event(each) for each in self.record.history]

    @described("The steps that you may take next.")
    def next_steps(self, info: Info) -> list[ReturnStep]:  # type: ignore[valid-type]
        arrivals = info.context.store.arrivals
        actor = Who.of(info.context.principal).actor
        return list(next_steps(self.record, actor, lambda: arrivals.of(self.record.id)))


@strawberry.type(description="What a consumer returns together; one return per order.")
class ConsumerReturn(Node):
    """For its retailer only: suppliers see just their own part."""

    record: strawberry.Private[records.ConsumerReturn]
    reference: str | None
    """The retailer's own reference, such as a ticket number."""
    requested_at: datetime
    """When it was requested, in UTC."""

    @described("The consumer; null if none was named, or once erased.")
    def consumer(self, info: Info) -> Consumer | None:
        return consumer_of(info.context, self.record.id)

    @described("One for each order.")
    def returns(self, info: Info) -> list[Return]:
        store, principal = info.context.store.tenant_returns, info.context.principal
        found = [store.visible(principal, key) for key in self.record.parts]
        return [return_(each) for each in found if each]


_AWAITED: Final = (State.APPROVED, State.IN_TRANSIT, State.PARTLY_RECEIVED)
"""States in which only units that a line has reserved should still arrive."""


def _inspections(
    info: Info, found: records.Return
) -> tuple[Sequence[arrived.Inspection], Collection[str]]:
    """Returns a return's inspections, and which were settled before it was reopened."""
    store = info.context.store.arrivals
    if not any(line.inspected for line in found.lines):
        return (), ()
    looked = store.inspections(found.id)
    return looked, settled_before(found, looked, lambda: store.of(found.id))


def return_(found: records.Return) -> Return:
    """Converts a return to the API's type."""
    return Return(
        id=encode(NodeKind.RETURN, found.id),
        record=found,
        number=found.number,
        state=found.state,
        held_for=found.held_for or None,
        requested_at=found.requested_at,
        expires_on=day(found.expires_on),
    )


def consumer_return(found: records.ConsumerReturn) -> ConsumerReturn:
    """Converts a consumer's return to the API's type."""
    return ConsumerReturn(
        id=encode(NodeKind.CONSUMER_RETURN, found.id),
        record=found,
        reference=found.reference or None,
        requested_at=found.requested_at,
    )


def return_line(found: records.ReturnLine, parent: records.Return) -> ReturnLine:
    """Converts a return line to the API's type."""
    return ReturnLine(
        record=found,
        parent=parent,
        id=encode(NodeKind.RETURN_LINE, found.id),
        sku=found.sku,
        quantity=found.quantity,
        expected=found.count.expected if parent.state in _AWAITED else found.expected,
        received=found.received,
        inspected=found.inspected,
    )
