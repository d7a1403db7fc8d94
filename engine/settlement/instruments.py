"""The instruments that pay a remedy: a gateway's refund or credit, our own ledger, or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Instrument(StrEnum):
    """How one movement is made."""

    REFUND = "refund"
    """The charge is reversed."""
    CREDIT_NOTE = "credit_note"
    """A credit note on the invoice at the gateway."""
    BALANCE_CREDIT = "balance_credit"
    """Credit on the customer's balance at the gateway."""
    OWN_CREDIT = "own_credit"
    """Credit that Takeback keeps, without a gateway."""
    BY_HAND = "by_hand"
    """A person pays it, without a gateway."""


AT_GATEWAY: Final = frozenset(
    {Instrument.REFUND, Instrument.CREDIT_NOTE, Instrument.BALANCE_CREDIT}
)
"""Instruments that call a gateway; the others are done once they are recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReferences:
    """An order's payment references at the supplier's gateway; empty texts where there is none."""

    charge: str = ""
    invoice: str = ""
    customer: str = ""


_MONEY: Final = frozenset(
    {"refund", "original_payment_refund", "partial_refund", "allowance", "core_credit"}
)
_PAPERS: Final = frozenset({"credit_memo", "invoice_reduction", "invoice_deduction"})


REMEDY: Final = {
    Instrument.REFUND: "refund",
    Instrument.CREDIT_NOTE: "credit_memo",
    Instrument.BALANCE_CREDIT: "account_credit",
    Instrument.OWN_CREDIT: "account_credit",
    Instrument.BY_HAND: "refund_by_check",
}
"""A remedy that each instrument pays, for settlements that are tried once more."""


def instrument_for(remedy: str, ways: PaymentReferences) -> Instrument:
    """Returns the instrument for a remedy that moves value.

    Money goes back through the charge, a memo as a credit note on the invoice, credit onto the
    customer's balance; without these references our own ledger keeps the credit. Money without a
    charge is paid by a person.
    """
    if remedy in _MONEY:
        return Instrument.REFUND if ways.charge else Instrument.BY_HAND
    if remedy == "refund_by_check":
        return Instrument.BY_HAND
    if remedy in _PAPERS and ways.invoice:
        return Instrument.CREDIT_NOTE
    # Stripe takes a balance credit off the customer's next invoice; without one it is no payment.
    return Instrument.BALANCE_CREDIT if ways.customer else Instrument.OWN_CREDIT
