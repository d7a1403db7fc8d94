"""The closed lists of words in outcomes, as enums.

The engine owns the lists, and `tests/architecture/test_schema.py` compares these with them. Lists
that a policy may extend, such as codes, reasons and papers, are text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=StrEnum)


@strawberry.enum(description="What a policy says about a return line.")
class Answer(StrEnum):
    """REVIEW goes to a person; ASK lacks a fact or a paper; TWO_READINGS is a contradiction."""

    ACCEPT = "accept"
    """The goods may be returned."""
    REFUSE = "refuse"
    """The goods may not be returned."""
    REVIEW = "review"
    """A person decides."""
    ASK = "ask"
    """A fact or a paper is missing that can still be supplied."""
    TWO_READINGS = "two_readings"
    """The policy contradicts itself, and a person settles it."""


@strawberry.enum(description="A party to a sale or to its return.")
class Party(StrEnum):
    SUPPLIER = "supplier"
    """The partner who ships the goods."""
    RETAILER = "retailer"
    """The partner who sold them to the consumer."""
    CONSUMER = "consumer"
    """The person who bought them in the end."""
    PLATFORM = "platform"
    """The marketplace that they were sold on."""
    CARRIER = "carrier"
    """The company that transported them."""
    MANUFACTURER = "manufacturer"
    """The company that made them."""
    DISTRIBUTOR = "distributor"
    """The company that sold them to the supplier."""
    OTHER_SELLER = "other_seller"
    """Another seller of the goods."""
    NOBODY = "nobody"
    """None of these."""


@strawberry.enum(description="The remedy for goods that come back.")
class Remedy(StrEnum):
    REFUND = "refund"
    """Money back."""
    ORIGINAL_PAYMENT_REFUND = "original_payment_refund"
    """Money back by the original means of payment."""
    REFUND_BY_CHECK = "refund_by_check"
    """Money back by check."""
    STORE_CREDIT = "store_credit"
    """Credit at the store."""
    GIFT_CARD = "gift_card"
    """Credit on a gift card."""
    ACCOUNT_CREDIT = "account_credit"
    """Credit on the retailer's account."""
    CREDIT_MEMO = "credit_memo"
    """A credit note."""
    CORE_CREDIT = "core_credit"
    """The deposit for a returned old part."""
    INVOICE_REDUCTION = "invoice_reduction"
    """A reduction of an invoice that is not paid yet."""
    INVOICE_DEDUCTION = "invoice_deduction"
    """A deduction that the retailer makes from an invoice."""
    EXCHANGE = "exchange"
    """Other goods."""
    REPLACEMENT = "replacement"
    """The same goods again."""
    PART_REPLACEMENT = "part_replacement"
    """The part that is missing or broken."""
    REPAIR = "repair"
    """The goods are repaired."""
    PARTIAL_REFUND = "partial_refund"
    """Part of the money back."""
    ALLOWANCE = "allowance"
    """A price reduction for goods that are kept."""
    COVERED_BY_ALLOWANCE = "covered_by_allowance"
    """Nothing more: the price already includes an allowance."""
    NOTHING = "nothing"
    """No remedy at all."""


@strawberry.enum(description="When a remedy is given.")
class Timing(StrEnum):
    IMMEDIATE = "immediate"
    """As soon as the return is accepted."""
    AT_DROP_OFF = "at_drop_off"
    """As soon as the goods are dropped off."""
    AFTER_RECEIPT = "after_receipt"
    """Once the goods have arrived and are inspected."""
    WHEN_SUPPLIER_REFUNDS = "when_supplier_refunds"
    """Once the supplier has paid its part."""


@strawberry.enum(description="What is done with the goods of a line.")
class Handling(StrEnum):
    SHIP_BACK = "ship_back"
    """They are sent back."""
    KEEP = "keep"
    """They stay with whoever has them."""
    KEEP_UNTIL_RELEASED = "keep_until_released"
    """They are kept until the supplier says what to do."""
    MAY_BE_KEPT_BY_RETAILER = "may_be_kept_by_retailer"
    """The retailer may keep them."""
    DESTROY = "destroy"
    """They are destroyed, with proof."""
    DISPOSE = "dispose"
    """They are disposed of."""
    DONATE = "donate"
    """They are donated."""
    RESTOCK_IN_STORE = "restock_in_store"
    """The retailer sells them again."""
    SENT_BACK_TO_SENDER = "sent_back_to_sender"
    """They go back to the sender."""
    NOT_TO_SUPPLIER = "not_to_supplier"
    """They do not come to the supplier."""


@strawberry.enum(description="What a fee is charged once for.")
class FeePer(StrEnum):
    LINE = "line"
    """Each line of a return."""
    UNIT = "unit"
    """Each unit."""
    RETURN = "return"
    """Each return."""
    ORDER = "order"
    """Each order, over all its returns."""


@strawberry.enum(description="How a fee is taken.")
class FeeTaken(StrEnum):
    DEDUCTED = "deducted"
    """It is deducted from what is paid."""
    BILLED = "billed"
    """It is billed by a separate invoice."""


@strawberry.enum(description="How certain the amount of a fee is.")
class FeeCertainty(StrEnum):
    FIXED = "fixed"
    """The exact amount."""
    AT_LEAST = "at_least"
    """It may be more."""
    MAY = "may"
    """It may be charged or not, and is included in no total."""


@strawberry.enum(description="How certain a net amount is.")
class NetCertainty(StrEnum):
    EXACT = "exact"
    """The exact amount."""
    AT_MOST = "at_most"
    """It may be less."""
    OPEN = "open"
    """It is not known yet."""
    NO_MONEY = "no_money"
    """The remedy is in kind."""


@strawberry.enum(description="Whether a deadline was kept, was missed, or is still running.")
class DeadlineState(StrEnum):
    EARLY = "early"
    """The event came before the first day."""
    IN_TIME = "in_time"
    """The event came in time."""
    LATE = "late"
    """The event came too late."""
    PENDING = "pending"
    """The event may still come in time."""
    SILENT = "silent"
    """The party who had to act let the last day pass."""
    NOT_STARTED = "not_started"
    """The days do not count yet."""
    NONE = "none"
    """There is no such deadline."""
    DISPUTED = "disputed"
    """It depends on how a contradictory text is read."""
    UNDATED = "undated"
    """Nobody has said what day it is, so that it is not known whether it is early, running or over.
    Only previews have it: the day of a return is known."""


def as_enum(cls: type[E], word: str | None) -> E | None:
    """Returns the enum member of a word of the engine."""
    return cls(word) if word is not None else None
