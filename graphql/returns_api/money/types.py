"""Money as clients see it."""

from __future__ import annotations

from datetime import datetime

import strawberry

from adapters.store.money import accounts, comparing, lanes, records, refunds
from engine.settlement.instruments import Instrument
from engine.settlement.machine import SettlementState
from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import Money, money
from returns_api.types.trade import Order, OrderLine, order, order_line

State = strawberry.enum(
    SettlementState, name="SettlementState", description="Where a settlement stands."
)
Way = strawberry.enum(
    Instrument, name="SettlementWay", description="By which way a settlement is paid."
)


@strawberry.type(description="How a retailer paid an order; what goes back never exceeds it.")
class Payment(Node):
    """What a gateway knows it by is shown to the partner whose gateway it is."""

    record: strawberry.Private[records.Payment]
    amount: Money
    charge: str | None
    invoice: str | None
    customer: str | None

    @described("What may still go back.")
    def left(self, info: Info) -> Money:
        return money(info.context.store.refunds.left_of(self.record.id))

    @described("Whether the payer took it back through its bank, or tries to.")
    def disputed(self, info: Info) -> bool:
        return info.context.store.refunds.is_disputed(self.record.id)


@strawberry.type(description="One movement of money or credit.")
class RecordedSettlement(Node):
    """`trouble` is a word and `sentence` says it in full; both are for whom it is that pays."""

    record: strawberry.Private[records.Settlement]
    state: State  # type: ignore[valid-type]
    way: Way  # type: ignore[valid-type]
    amount: Money
    trouble: str | None
    sentence: str | None
    why: str | None
    attempts: int
    reference: str | None = strawberry.field(description="The gateway's, or of a payment by hand.")
    made_at: datetime

    @described("Null for a credit of an order whose payment is not known.")
    def payment(self, info: Info) -> Payment | None:
        key, context = self.record.payment, info.context
        found = context.store.seen.payment(context.principal, key) if key else None
        return payment(context, found) if found else None

    @described("The order that it squares or is part of.")
    def order(self, info: Info) -> Order | None:
        context = info.context
        paid = self.record.payment and context.store.seen.payment(
            context.principal, self.record.payment
        )
        if paid:
            found = context.store.orders.order(context.principal, paid.order)
            return order(found.order) if found else None
        line = context.store.orders.line(context.principal, self.record.order_line)
        return order(line.order) if line else None

    @described("The order line of the return line that it squares; null for a whole order.")
    def order_line(self, info: Info) -> OrderLine | None:
        found = info.context.store.orders.line(info.context.principal, self.record.order_line)
        return order_line(found) if found else None

    @described("The settlement in whose place it came.")
    def instead_of(self, info: Info) -> RecordedSettlement | None:
        key, context = self.record.instead_of, info.context
        found = context.store.seen.settlement(context.principal, key) if key else None
        return settlement(context, found) if found else None


@strawberry.type(description="What a refund of an order would move now; nothing has moved.")
class RefundPreview:
    """`leftAfter` could still go back after it."""

    payment: Payment
    way: Way  # type: ignore[valid-type]
    amount: Money
    went_back: Money
    left: Money
    left_after: Money
    sentence: str


@strawberry.type(description="A partner's account at Stripe.")
class Gateway:
    """Of secrets only the end and a fingerprint are shown."""

    account: str
    connected: bool = strawberry.field(
        description="Reached by the key of those who run this server."
    )
    key: str | None
    signing_secrets: list[str]
    set_at: datetime
    checked_at: datetime
    trouble: str | None


@strawberry.type(description="Why nothing of a supplier's money is sent.")
class Stop:
    """It goes on when the key is set anew, or by `openLane`."""

    since: datetime
    reason: str


@strawberry.type(description="A movement on which we and the gateway did not agree.")
class Difference:
    """`ours` and `theirs` say what each knew of it; `settlement` may be unknown."""

    settlement: strawberry.ID | None
    reference: str | None
    amount: str
    ours: str
    theirs: str


@strawberry.type(description="Your settlements held against what Stripe lists.")
class Reconciliation:
    """`trouble` says why it could not be done; `elsewhere` counts movements of other payments."""

    since: datetime
    began_at: datetime
    ended_at: datetime
    agrees: bool
    seen: int
    elsewhere: int
    missing: list[Difference] = strawberry.field(description="Not listed by Stripe.")
    adopted: list[Difference] = strawberry.field(
        description="Made by hand at Stripe; they count from now on."
    )
    differing: list[Difference] = strawberry.field(description="Another amount or state.")
    trouble: str | None


def payment(context: Context, found: records.Payment) -> Payment:
    """A payment as clients see it."""
    mine = found.supplier == context.principal.tenant
    return Payment(
        id=encode(NodeKind.PAYMENT, found.id),
        record=found,
        amount=money(found.amount),
        charge=(mine and found.ways.charge) or None,
        invoice=(mine and found.ways.invoice) or None,
        customer=(mine and found.ways.customer) or None,
    )


def settlement(context: Context, found: records.Settlement) -> RecordedSettlement:
    """A settlement as clients see it; its troubles are its supplier's."""
    mine = found.supplier == context.principal.tenant
    return RecordedSettlement(
        id=encode(NodeKind.SETTLEMENT, found.id),
        record=found,
        state=found.state,
        way=found.instrument,
        amount=money(found.amount),
        trouble=(mine and found.trouble) or None,
        sentence=(mine and found.sentence) or None,
        why=found.why or None,
        attempts=found.attempts,
        reference=found.reference or None,
        made_at=found.made_at,
    )


def preview(context: Context, seen: refunds.Preview) -> RefundPreview:
    """What would move, with a sentence to be confirmed."""
    way = {
        Instrument.REFUND: "by reversing the charge",
        Instrument.CREDIT_NOTE: "as a credit note on the invoice",
        Instrument.BY_HAND: "by hand, since no gateway knows the payment",
    }[seen.instrument]
    return RefundPreview(
        payment=payment(context, seen.payment),
        way=seen.instrument,
        amount=money(seen.amount),
        went_back=money(seen.taken),
        left=money(seen.left),
        left_after=money(seen.left_after),
        sentence=f"{seen.amount} of {seen.payment.amount} goes back {way}; {seen.left_after} "
        "is left after it.",
    )


def gateway(found: accounts.Account) -> Gateway:
    """An account as its owner sees it."""
    return Gateway(
        account=found.account,
        connected=found.connected,
        key=found.shown or None,
        signing_secrets=[each.shown for each in found.webhooks],
        set_at=found.set_at,
        checked_at=found.checked_at,
        trouble=found.trouble or None,
    )


def stop(found: lanes.Stop | None) -> Stop | None:
    """A lane that stands still."""
    return Stop(since=found.since, reason=found.reason) if found else None


def reconciliation(found: comparing.Comparison) -> Reconciliation:
    """A comparison as its owner sees it."""
    return Reconciliation(
        since=found.since,
        began_at=found.began_at,
        ended_at=found.ended_at,
        agrees=found.agrees,
        seen=found.seen,
        elsewhere=found.elsewhere,
        missing=_differences(found.missing),
        adopted=_differences(found.adopted),
        differing=_differences(found.differing),
        trouble=found.trouble or None,
    )


def _differences(found: tuple[comparing.Difference, ...]) -> list[Difference]:
    return [
        Difference(
            settlement=encode(NodeKind.SETTLEMENT, each.settlement) if each.settlement else None,
            reference=each.reference or None,
            amount=each.amount,
            ours=each.ours,
            theirs=each.theirs,
        )
        for each in found
    ]
