"""Describes how an order was paid, before that is stored, and checks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.money import LIMIT, Money
from engine.settlement.instruments import PaymentReferences

_FORMS: Final = {
    "charge": (re.compile(r"(ch|pi|py)_[A-Za-z0-9_]{1,100}\Z"), "`ch_…` or `pi_…`"),
    "invoice": (re.compile(r"in_[A-Za-z0-9_]{1,100}\Z"), "`in_…`"),
    "customer": (re.compile(r"cus_[A-Za-z0-9_]{1,100}\Z"), "`cus_…`"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A new payment of an order, and who reports it.

    `supplier` is the payee: for a consumer's payment, the retailer itself.
    """

    supplier: str
    retailer: str
    order: str
    amount: Money
    ways: PaymentReferences
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidDraft:
    """A payment in a new order; `amount` in minor units of the order's currency."""

    amount: int
    ways: PaymentReferences

    @property
    def wrong(self) -> tuple[str, str, str] | None:
        """Code, sentence and path of the first fault; None if there is none."""
        if not 0 < self.amount <= LIMIT:
            return "wrong_amount", "What was paid is more than nothing.", "payment.amount"
        for name, (form, shown) in _FORMS.items():
            said = getattr(self.ways, name)
            if said and not form.match(said):
                return f"wrong_{name}", f"A {name} at Stripe looks like {shown}.", f"payment.{name}"
        return None
