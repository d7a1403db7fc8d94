"""Claims: money that was paid and is not owed, which nothing takes back silently.

A claim is taken off the next credits of the same partnership and currency (`offset`), or billed
apart, as the policy says.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class ClaimState(StrEnum):
    """Where a claim stands: `paid` by credits that were lessened, or as its supplier says.

    `withdrawn`: the money that it is for has come back by itself.
    """

    OPEN = "open"
    """Something of it is still to be paid back."""
    PAID = "paid"
    """Credits were lessened by it, or its supplier says that it was paid."""
    DROPPED = "dropped"
    """Its supplier gave it up."""
    WITHDRAWN = "withdrawn"
    """The money that it is for has come back by itself."""


OFFSET: Final = "offset"
BILLED: Final = "billed"


def taken_off(amount: int, open_claims: Sequence[int]) -> tuple[int, ...]:
    """How much of a credit pays each open claim, in their order (minor units)."""
    parts = []
    for left in open_claims:
        part = min(left, amount)
        parts.append(part)
        amount -= part
    return tuple(parts)
