"""Payments and settlements as the API shows them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money import records
from engine.settlement.instruments import Instrument
from engine.settlement.machine import SettlementState
from returns_api.context import Context, Info
from returns_api.money.troubles import SettlementTrouble, trouble_of
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import Money, minor, money
from returns_api.types.trade import Order, OrderLine, order, order_line
from returns_api.types.versions import version_of_settlement

State = strawberry.enum(
    SettlementState, name="SettlementState", description="How far a settlement has come."
)
Way = strawberry.enum(
    Instrument, name="SettlementWay", description="The way in which a settlement is paid."
)


@strawberry.type(description="A payment of an order; its refunds never exceed it.")
class Payment(Node):
    """The gateway's references are shown to the partner whose gateway it is."""

    record: strawberry.Private[records.Payment]
    amount: Money
    charge: str | None
    invoice: str | None
    """The invoice at the gateway, `in_…`, to which credit notes are issued."""
    customer: str | None
    paid_to_you: bool
    """Whether it was paid to you: a retailer can refund its consumer only from such a payment."""

    @described("What may still be refunded.")
    def left(self, info: Info) -> Money:
        return money(info.context.store.refunds.left_of(self.record.id))

    @described("Whether the payer took it back through its bank, or tries to.")
    def disputed(self, info: Info) -> bool:
        return info.context.store.refunds.is_disputed(self.record.id)


@strawberry.type(description="One movement of money or credit.")
class RecordedSettlement(Node):
    """`trouble` is a word and `sentence` explains it; only the payer sees both."""

    record: strawberry.Private[records.Settlement]
    state: State  # type: ignore[valid-type]
    way: Way  # type: ignore[valid-type]
    amount: Money
    claimed: Money
    """The part that was deducted for claims: `claims` lists them."""
    tax: Money
    """The tax included in `amount`."""
    trouble: SettlementTrouble | None
    """Why it does not proceed by itself; null if it does."""
    gateway_word: str | None
    """The gateway's own word, if `trouble` is REFUSED_BY_GATEWAY."""
    sentence: str | None
    why: str | None
    """Why it was made by hand or given up; null otherwise."""
    came_back_at: datetime | None
    """When a movement that had succeeded came back: it failed late, and is owed again."""
    attempts: int
    """How often it was sent."""
    reference: str | None
    """The gateway's reference, or that of a payment by hand."""
    made_at: datetime

    @described("What `ifUnchanged` takes: it changes with the state and the amount.")
    def version(self) -> str:
        return version_of_settlement(self.record)

    @described(
        "The payment that it refunds; null for a credit of an order whose payment is not known."
    )
    def payment(self, info: Info) -> Payment | None:
        key, context = self.record.payment, info.context
        found = context.store.tenant_money.payment(context.principal, key) if key else None
        return payment(context, found) if found else None

    @described("The order that it belongs to.", asks=Scope.READ_ORDERS)
    def order(self, info: Info) -> Order | None:
        context = info.context
        paid = self.record.payment and context.store.tenant_money.payment(
            context.principal, self.record.payment
        )
        if paid:
            found = context.store.orders.order(context.principal, paid.order)
            return order(found.order) if found else None
        line = context.store.orders.line(context.principal, self.record.order_line)
        return order(line.order) if line else None

    @described(
        "The order line of its return line; null for a whole order.",
        asks=Scope.READ_ORDERS,
    )
    def order_line(self, info: Info) -> OrderLine | None:
        found = info.context.store.orders.line(info.context.principal, self.record.order_line)
        return order_line(found) if found else None

    @described("The number (RMA) of the return that it belongs to; null for a whole order.")
    def return_number(self, info: Info) -> str | None:
        store, principal = info.context.store.tenant_returns, info.context.principal
        found = store.of_line(principal, self.record.return_line)
        return found.number if found else None

    @described("The id of the return line that it is for; null for a whole order.")
    def return_line(self) -> strawberry.ID | None:
        key = self.record.return_line
        return None if ":" in key else encode(NodeKind.RETURN_LINE, key)

    @described("The settlement that it replaces.")
    def instead_of(self, info: Info) -> RecordedSettlement | None:
        key, context = self.record.instead_of, info.context
        found = context.store.tenant_money.settlement(context.principal, key) if key else None
        return settlement(context, found) if found else None


def payment(context: Context, found: records.Payment) -> Payment:
    """Converts a payment to the API's type."""
    mine = found.supplier == context.principal.tenant
    return Payment(
        id=encode(NodeKind.PAYMENT, found.id),
        record=found,
        amount=money(found.amount),
        charge=(mine and found.ways.charge) or None,
        invoice=(mine and found.ways.invoice) or None,
        customer=(mine and found.ways.customer) or None,
        paid_to_you=mine,
    )


def settlement(context: Context, found: records.Settlement) -> RecordedSettlement:
    """Converts a settlement to the API's type; only its supplier sees its troubles."""
    mine = found.supplier == context.principal.tenant
    trouble = trouble_of(found.trouble) if mine else None
    return RecordedSettlement(
        id=encode(NodeKind.SETTLEMENT, found.id),
        record=found,
        state=found.state,
        way=found.instrument,
        amount=money(found.amount),
        tax=minor(found.tax, found.amount.currency),
        trouble=trouble,
        gateway_word=found.trouble if trouble is SettlementTrouble.REFUSED_BY_GATEWAY else None,
        sentence=(mine and found.sentence) or None,
        why=found.why or None,
        claimed=money(found.claimed),
        came_back_at=found.came_back_at,
        attempts=found.attempts,
        reference=found.reference or None,
        made_at=found.made_at,
    )
