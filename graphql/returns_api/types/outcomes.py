"""The closed lists of words that an outcome is written in, as enums.

The engine owns the lists, and `tests/architecture/test_schema.py` holds these against them. What a
policy may add to, such as codes, reasons and papers, is text.
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
    """The goods may come back."""
    REFUSE = "refuse"
    """The goods may not come back."""
    REVIEW = "review"
    """A person decides."""
    ASK = "ask"
    """A fact or a paper is missing; with it there is an answer."""
    TWO_READINGS = "two_readings"
    """The policy contradicts itself, and a person settles it."""


@strawberry.enum(description="Somebody who takes part in a sale or in its return.")
class Party(StrEnum):
    SUPPLIER = "supplier"
    """Who ships the goods."""
    RETAILER = "retailer"
    """Who sold them to the consumer."""
    CONSUMER = "consumer"
    """Who bought them in the end."""
    PLATFORM = "platform"
    """The marketplace that they were sold on."""
    CARRIER = "carrier"
    """Who carried them."""
    MANUFACTURER = "manufacturer"
    """Who made them."""
    DISTRIBUTOR = "distributor"
    """Who sold them to the supplier."""
    OTHER_SELLER = "other_seller"
    """Another who sold them."""
    NOBODY = "nobody"
    """None of these."""


@strawberry.enum(description="What is given for goods that come back.")
class Remedy(StrEnum):
    REFUND = "refund"
    """Money back."""
    ORIGINAL_PAYMENT_REFUND = "original_payment_refund"
    """Money back by the way it was paid."""
    REFUND_BY_CHECK = "refund_by_check"
    """Money back by a check."""
    STORE_CREDIT = "store_credit"
    """Credit at the shop."""
    GIFT_CARD = "gift_card"
    """Credit on a card that may be given away."""
    ACCOUNT_CREDIT = "account_credit"
    """Credit on the retailer's account."""
    CREDIT_MEMO = "credit_memo"
    """A credit note."""
    CORE_CREDIT = "core_credit"
    """The deposit for an old part that comes back."""
    INVOICE_REDUCTION = "invoice_reduction"
    """Less on an invoice that is not paid yet."""
    INVOICE_DEDUCTION = "invoice_deduction"
    """The retailer keeps it back from an invoice."""
    EXCHANGE = "exchange"
    """Other goods."""
    REPLACEMENT = "replacement"
    """The same goods once more."""
    PART_REPLACEMENT = "part_replacement"
    """The part that is missing or broken."""
    REPAIR = "repair"
    """The goods are mended."""
    PARTIAL_REFUND = "partial_refund"
    """A part of the money back."""
    ALLOWANCE = "allowance"
    """Less to pay, for goods that are kept."""
    COVERED_BY_ALLOWANCE = "covered_by_allowance"
    """Nothing more: the price already allows for it."""
    NOTHING = "nothing"
    """Nothing at all."""


@strawberry.enum(description="When something is given.")
class Timing(StrEnum):
    IMMEDIATE = "immediate"
    """As soon as the return is accepted."""
    AT_DROP_OFF = "at_drop_off"
    """As soon as the goods are handed in."""
    AFTER_RECEIPT = "after_receipt"
    """Once the goods have come and were looked at."""
    WHEN_SUPPLIER_REFUNDS = "when_supplier_refunds"
    """Once the supplier has paid its part."""


@strawberry.enum(description="What is done with the goods of a line.")
class Handling(StrEnum):
    SHIP_BACK = "ship_back"
    """They are sent back."""
    KEEP = "keep"
    """Who has them keeps them."""
    KEEP_UNTIL_RELEASED = "keep_until_released"
    """They are kept until the supplier says what to do."""
    MAY_BE_KEPT_BY_RETAILER = "may_be_kept_by_retailer"
    """The retailer may keep them."""
    DESTROY = "destroy"
    """They are made useless, with proof."""
    DISPOSE = "dispose"
    """They are thrown away."""
    DONATE = "donate"
    """They are given away."""
    RESTOCK_IN_STORE = "restock_in_store"
    """The retailer sells them again."""
    SENT_BACK_TO_SENDER = "sent_back_to_sender"
    """They go back to whom they came from."""
    NOT_TO_SUPPLIER = "not_to_supplier"
    """They do not come to the supplier."""


@strawberry.enum(description="What a fee is taken once for.")
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
    """Off what is paid."""
    BILLED = "billed"
    """By an invoice of its own."""


@strawberry.enum(description="How sure the amount of a fee is.")
class FeeCertainty(StrEnum):
    FIXED = "fixed"
    """It is the amount."""
    AT_LEAST = "at_least"
    """It may be more."""
    MAY = "may"
    """It may be taken or not, and is in no sum."""


@strawberry.enum(description="How sure a net amount is.")
class NetCertainty(StrEnum):
    EXACT = "exact"
    """It is the amount."""
    AT_MOST = "at_most"
    """It may be less."""
    OPEN = "open"
    """It cannot be known yet."""
    NO_MONEY = "no_money"
    """The value is made good in kind."""


@strawberry.enum(description="Where a deadline stands.")
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
    """Who had to act let the last day pass."""
    NOT_STARTED = "not_started"
    """The days do not count yet."""
    NONE = "none"
    """There is no such deadline."""
    DISPUTED = "disputed"
    """It hangs on how a contradictory text is read."""


def as_enum(cls: type[E], word: str | None) -> E | None:
    """A word of the engine as a member of its enum."""
    return cls(word) if word is not None else None
