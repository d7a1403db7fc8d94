"""Why a settlement needs attention: Takeback's own words, and one for the gateway's."""

from __future__ import annotations

from enum import StrEnum

import strawberry


@strawberry.enum(description="Why a settlement does not proceed by itself.")
class SettlementTrouble(StrEnum):
    """The gateway's own word is in `gatewayWord`."""

    OVER_CEILING = "over_ceiling"
    """It is more than is left of the payment, of its charge, or of the line."""
    DISPUTED = "disputed"
    """The payer is taking the money back through its bank; it must not be refunded twice."""
    CHARGE_DISPUTED = "charge_disputed"
    """The gateway refused it because of such a dispute."""
    BY_HAND = "by_hand"
    """No gateway knows the payment."""
    OTHER_AMOUNT = "other_amount"
    """The gateway moved a different amount than was requested."""
    OTHER_CURRENCY = "other_currency"
    """The charge is in another currency."""
    CHARGE_NOT_PAID = "charge_not_paid"
    """The charge was never paid."""
    CHARGE_REFUNDED = "charge_refunded"
    """All of the charge was refunded already."""
    CHARGE_TOO_SMALL = "charge_too_small"
    """The charge is smaller than the amount."""
    OTHER_CUSTOMER = "other_customer"
    """The charge, invoice or customer belongs to another customer."""
    OTHER_INVOICE = "other_invoice"
    """The invoice was not paid by this charge."""
    NO_GATEWAY = "no_gateway"
    """The supplier has set no account at a gateway."""
    NO_ANSWER = "no_answer"
    """The gateway gave no usable answer for a day and a half."""
    KEYS_SPENT = "keys_spent"
    """It was sent under the maximum number of idempotency keys, and the gateway shows
    none of them.
    """
    STILL_SUBMITTED = "still_submitted"
    """It was first sent more than 30 days ago, and the gateway still works on it."""
    REFUSED_BY_GATEWAY = "refused_by_gateway"
    """The gateway refused it or sent it back, for a reason of its own."""


def trouble_of(word: str) -> SettlementTrouble | None:
    """Returns the trouble of a settlement's stored word; None for none."""
    if not word:
        return None
    ours = word in SettlementTrouble._value2member_map_
    return SettlementTrouble(word) if ours else SettlementTrouble.REFUSED_BY_GATEWAY
