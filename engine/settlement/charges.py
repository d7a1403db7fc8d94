"""A charge and its disputes as the gateway shows them, and when money may go back from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from engine.settlement.plan import DISPUTED, HELD

LOST: Final = "lost"
RELEASED: Final = frozenset({"won", "prevented", "withdrawn"})
"""Ends of a dispute that leave the money with the payee."""


def holds(status: str) -> bool:
    """Returns whether a dispute holds back its amount: it is open, or its status is not known here.

    An inquiry of a bank (`warning_…`) holds nothing back.
    """
    return status != LOST and status not in RELEASED and not status.startswith("warning_")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRead:
    """A dispute as its gateway shows it; `of` names its charge and payment intent."""

    reference: str
    of: tuple[str, ...]
    status: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRead:
    """A charge as its gateway shows it, or an invoice that no charge paid.

    `reference` is its one name, in however many orders it occurs; `left` was neither refunded nor
    lost in a dispute. `made_at` and `read_at` are moments of the gateway's clock.
    """

    reference: str
    amount: Money
    left: Money
    intent: str = ""
    invoice: str = ""
    customer: str = ""
    paid: bool = True
    disputes: tuple[DisputeRead, ...] = ()
    made_at: datetime | None = None
    read_at: datetime | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The references by which an order may name it."""
        return tuple(filter(None, (self.reference, self.intent, self.invoice)))


class Refusal(NamedTuple):
    """Why a charge is not taken or used: a code, a sentence, and the field that is wrong."""

    code: str
    sentence: str
    field: str


def not_as_said(read: ChargeRead, ways: PaymentReferences, amount: Money) -> Refusal | None:
    """Returns how a stated payment contradicts the charge at the gateway; None if it does not.

    No amount of the gateway's is named: whoever states a payment may not be the one who was paid.
    """
    name = "charge" if ways.charge else "invoice"
    if read.amount.currency != amount.currency:
        said = f"The {name} is in {read.amount.currency}, not in {amount.currency}."
        return Refusal("other_currency", said, name)
    if not read.paid:
        return Refusal("charge_not_paid", f"The {name} was not paid.", name)
    if read.left.minor <= 0:
        return Refusal("charge_refunded", f"All of the {name} was given back already.", name)
    if read.left.minor < amount.minor:
        said = f"Less than {amount} is left of the {name} at the gateway."
        return Refusal("charge_too_small", said, "amount")
    return _not_together(read, ways)


def _not_together(read: ChargeRead, ways: PaymentReferences) -> Refusal | None:
    """Returns why the references beside a charge belong to other money; None if they do not."""
    if ways.customer and read.customer and ways.customer != read.customer:
        return Refusal("other_customer", "That is of another customer.", "customer")
    if ways.charge and ways.invoice and read.invoice != ways.invoice:
        return Refusal("other_invoice", "The invoice was not paid by this charge.", "invoice")
    return None


def not_to_move(read: ChargeRead, amount: Money) -> Refusal | None:
    """Returns why an amount may not go back from a charge as the gateway shows it now."""
    if read.amount.currency != amount.currency:
        said = f"The charge is in {read.amount.currency}, and {amount} is to go back."
        return Refusal("other_currency", said, "charge")
    if read.left.minor < amount.minor:
        said = f"{amount} is to go back and {read.left} of the charge is left at the gateway."
        return Refusal("charge_too_small", said, "charge")
    held = sum(each.amount.minor for each in read.disputes if holds(each.status))
    if read.left.minor - held < amount.minor:
        return Refusal(HELD, DISPUTED, "charge")
    return None
