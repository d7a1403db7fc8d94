"""Shows what a refund would move, before it is requested."""

from __future__ import annotations

from typing import Final

import strawberry

from adapters.store.money import refunds
from engine.settlement.instruments import Instrument
from returns_api.context import Context
from returns_api.money.types import Payment, Way, payment
from returns_api.types.scalars import Money, money
from returns_api.types.versions import version


@strawberry.type(description="What would be refunded from one payment.")
class RefundShare:
    """Each becomes a settlement of its own."""

    payment: Payment
    """The payment that it would be refunded from."""
    way: Way  # type: ignore[valid-type]
    amount: Money


@strawberry.type(description="What a refund of an order would move now; nothing has moved.")
class RefundPreview:
    """`leftAfter` could still be refunded after it; `payment` and `way` are of the first share."""

    shares: list[RefundShare]
    """The parts of the refund, each of which becomes a settlement."""
    payment: Payment
    """The payment that the first part would be refunded from."""
    way: Way  # type: ignore[valid-type]
    """The way in which the first part would be paid."""
    amount: Money
    """The total that would be refunded."""
    went_back: Money
    """What was refunded of the order before."""
    left: Money
    """What may still be refunded of the order."""
    left_after: Money
    """What could still be refunded after it."""
    sentence: str
    version: str
    """What `ifUnchanged` of the refund takes: of what is asked for, and of all of this."""


def version_of_refund(wanted: refunds.OrderRefund, seen: refunds.Preview) -> str:
    """The version of a refund: of what is asked for, what moves, and what went back before."""
    shares = [(each.payment.id, each.instrument, each.amount) for each in seen.shares]
    return version(wanted, shares, seen.amount, seen.taken, seen.left, seen.left_after)


def preview(context: Context, wanted: refunds.OrderRefund, seen: refunds.Preview) -> RefundPreview:
    """Converts a preview to the API's type, with a sentence to confirm."""
    shares = [
        RefundShare(
            payment=payment(context, each.payment),
            way=each.instrument,
            amount=money(each.amount),
        )
        for each in seen.shares
    ]
    return RefundPreview(
        shares=shares,
        payment=shares[0].payment,
        way=seen.instrument,
        amount=money(seen.amount),
        went_back=money(seen.taken),
        left=money(seen.left),
        left_after=money(seen.left_after),
        sentence=f"{_parts(seen)}; {seen.left_after} is left after it.",
        version=version_of_refund(wanted, seen),
    )


def _parts(seen: refunds.Preview) -> str:
    """Returns the parts in words, joined."""
    return ", and ".join(
        f"{each.amount} of {each.payment.amount} goes back {_BY[each.instrument]}"
        for each in seen.shares
    )


_BY: Final = {
    Instrument.REFUND: "by reversing the charge",
    Instrument.CREDIT_NOTE: "as a credit note on the invoice",
    Instrument.BY_HAND: "by hand, since no gateway knows the payment",
}
