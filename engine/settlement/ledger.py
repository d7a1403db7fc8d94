"""Account credit in double entry: what a supplier credits a retailer, and how it is used.

Each entry takes an amount from one account and gives it to another, so that all accounts sum to
zero. The balance is what is left in the account `credited`; it is never below zero. A claim is for
money that was paid but is not owed, which nothing takes back silently: it is taken off the next
credits of the same partnership and currency (`offset`), or billed separately.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from engine.errors import RequestFault
from engine.money import Money


class ClaimState(StrEnum):
    """Where a claim stands: `paid` by credits that were lessened, or as its supplier says.

    `withdrawn`: the money that it is for has come back by itself.
    """

    OPEN = "open"
    """Part of it is still to be paid back."""
    PAID = "paid"
    """It was deducted from credits, or its supplier says that it was paid."""
    DROPPED = "dropped"
    """Its supplier gave it up."""
    WITHDRAWN = "withdrawn"
    """The money that it is for has come back by itself."""


OFFSET: Final = "offset"


def taken_off(amount: int, open_claims: Sequence[int]) -> tuple[int, ...]:
    """Returns how much of a credit pays each open claim, in their order (minor units)."""
    parts = []
    for left in open_claims:
        part = min(left, amount)
        parts.append(part)
        amount -= part
    return tuple(parts)


class Account(StrEnum):
    """`owed` is below zero by what returns owed; `claimed_back` by claims that are open."""

    OWED = "owed"
    """What returns owe; below zero by what is credited."""
    CREDITED = "credited"
    """What is still there: the balance."""
    USED = "used"
    """What was taken off invoices."""
    PAID_OUT = "paid_out"
    """What was paid by hand."""
    CLAIMED_BACK = "claimed_back"
    """What claims took, or still take."""


class EntryKind(StrEnum):
    """What happened; `ACCOUNTS` says from which account to which it moves its amount."""

    CREDIT = "credit"
    """A credit was given."""
    CREDIT_UNDONE = "credit_undone"
    """A credit turned out not to be owed."""
    USE = "use"
    """It was deducted from an invoice."""
    PAY_OUT = "pay_out"
    """It was paid by hand."""
    CLAIM = "claim"
    """Money was paid that is not owed."""
    OFFSET = "offset"
    """A claim was taken off a credit."""
    OFFSET_UNDONE = "offset_undone"
    """What a claim took off a credit was put back."""
    CLAIM_PAID = "claim_paid"
    """A claim was paid back."""
    CLAIM_DROPPED = "claim_dropped"
    """A claim was given up."""
    CLAIM_UNDONE = "claim_undone"
    """The money that a claim is for came back by itself."""


_A, _K = Account, EntryKind
ACCOUNTS: Final = {
    _K.CREDIT: (_A.OWED, _A.CREDITED),
    _K.CREDIT_UNDONE: (_A.CREDITED, _A.OWED),
    _K.USE: (_A.CREDITED, _A.USED),
    _K.PAY_OUT: (_A.CREDITED, _A.PAID_OUT),
    _K.CLAIM: (_A.CLAIMED_BACK, _A.OWED),
    # A claim is taken off a credit: that part is credited, and claimed back at once.
    _K.OFFSET: (_A.CREDITED, _A.CLAIMED_BACK),
    _K.OFFSET_UNDONE: (_A.CLAIMED_BACK, _A.CREDITED),
    # A claim that is paid separately gives back what was paid out too much.
    _K.CLAIM_PAID: (_A.PAID_OUT, _A.CLAIMED_BACK),
    _K.CLAIM_DROPPED: (_A.OWED, _A.CLAIMED_BACK),
    # The money that it is for came back by itself.
    _K.CLAIM_UNDONE: (_A.OWED, _A.CLAIMED_BACK),
}
"""The account that each kind of entry takes from, and the one that it gives to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One side of an entry, in minor units; below zero where it takes."""

    account: Account
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An entry that is not posted yet: `amount` in minor units, above zero."""

    kind: EntryKind
    amount: int

    @property
    def legs(self) -> tuple[Leg, Leg]:
        """The two sides of the entry, which sum to zero."""
        taken_from, given_to = ACCOUNTS[self.kind]
        return (
            Leg(account=taken_from, amount=-self.amount),
            Leg(account=given_to, amount=self.amount),
        )


def follows(balance: Money, posting: Posting) -> Money:
    """Returns the balance after an entry.

    Raises `RequestFault` `over_balance` for more than the balance, `wrong_amount` for an amount
    below one.
    """
    if posting.amount < 1:
        raise RequestFault("wrong_amount", "An amount is above zero.", "amount")
    change = sum(leg.amount for leg in posting.legs if leg.account is Account.CREDITED)
    after = Money(balance.minor + change, balance.currency)
    if after.minor < 0:
        asked = Money(posting.amount, balance.currency)
        said = f"{asked} is more than the balance, which is {balance}."
        raise RequestFault("over_balance", said, "amount")
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Totals of what was moved, in minor units.

    `claimed_back` was taken off credits; `claimed` was neither taken off a credit, paid, dropped
    nor withdrawn.
    """

    credited: int = 0
    used: int = 0
    paid_out: int = 0
    claimed_back: int = 0
    claimed: int = 0

    @property
    def balance(self) -> int:
        """What is left of the credits."""
        return self.credited - self.used - self.paid_out - self.claimed_back


def totals(sums: Iterable[tuple[EntryKind, int]]) -> Totals:
    """Sums up amounts by kind; a kind may come several times."""
    found = dict.fromkeys(EntryKind, 0)
    for kind, amount in sums:
        found[kind] += amount
    offset = found[_K.OFFSET] - found[_K.OFFSET_UNDONE]
    return Totals(
        credited=found[_K.CREDIT] - found[_K.CREDIT_UNDONE],
        used=found[_K.USE],
        paid_out=found[_K.PAY_OUT],
        claimed_back=offset,
        claimed=found[_K.CLAIM]
        - offset
        - sum(found[end] for end in (_K.CLAIM_PAID, _K.CLAIM_DROPPED, _K.CLAIM_UNDONE)),
    )


def month_of(text: str) -> tuple[datetime, datetime]:
    """Returns the first moment of a month such as `2026-11`, and that of the next, in UTC.

    Raises `RequestFault` `wrong_month`.
    """
    try:
        if len(text) != len("2026-11"):
            raise ValueError(text)
        day = date.fromisoformat(f"{text}-01")
        first = datetime(day.year, day.month, 1, tzinfo=UTC)
        following = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=UTC)
    except ValueError:
        said = f"`{text[:20]}` is no month; write it as 2026-11."
        raise RequestFault("wrong_month", said, "month") from None
    return first, following
