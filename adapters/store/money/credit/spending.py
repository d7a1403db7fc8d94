"""A supplier's actions on account credit: use it on an invoice, pay it out, or set a limit."""

from __future__ import annotations

from typing import Final

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.credit.posting import Posted
from adapters.store.money.credit.records import Between, CreditEntry, Of
from engine.errors import RequestFault
from engine.money import CURRENCIES, LIMIT, Money
from engine.settlement.ledger import EntryKind, Posting

_MOST: Final = 100
"""Longest text by which an invoice or payment is found."""


class Spending:
    """Every call runs inside a writing session of the store; callers have checked permissions."""

    def __init__(self, posted: Posted, journal: Journal) -> None:
        self._posted = posted
        self._journal = journal

    def hold(self, of: Between) -> None:
        """Locks a ledger, so that nobody else spends of it until the session ends."""
        self._posted.hold(of)

    def use(self, of: Between, amount: int, invoice: str, actor: str) -> CreditEntry:
        """Records that credit was used on an invoice of the supplier, in minor units.

        Raises `RequestFault` `over_balance`, `wrong_amount`, `wrong_reference` or `wrong_currency`.
        """
        named = Of(invoice=_found_by(invoice, "invoice"))
        return self._spend(of, Posting(kind=EntryKind.USE, amount=amount), named, actor)

    def pay_out(self, of: Between, amount: int, paid: Of, actor: str) -> CreditEntry:
        """Records that credit was paid by hand, by `paid.how` and `paid.reference`; raises as
        `use`.
        """
        named = Of(how=_found_by(paid.how, "how"), reference=_found_by(paid.reference, "reference"))
        return self._spend(of, Posting(kind=EntryKind.PAY_OUT, amount=amount), named, actor)

    def limit(self, partnership: str, of: Between, most: int | None, actor: str) -> None:
        """Sets the intended maximum balance (minor units); None for no limit.

        The limit refuses nothing. Raises `RequestFault` `wrong_amount` or `wrong_currency`.
        """
        _check_currency(of)
        if most is not None and not 0 <= most <= LIMIT:
            said = "A limit is zero or above, and no larger than any amount that is handled."
            raise RequestFault("wrong_amount", said, "limit")
        self._posted.limit(of, most)
        limit = str(Money(most, of.currency)) if most is not None else None
        body = {"currency": of.currency, "limit": limit}
        self._journal.tell(Sides(own=of.supplier), actor, partnership, "credit_limit_set", **body)

    def _spend(self, of: Between, posting: Posting, named: Of, actor: str) -> CreditEntry:
        _check_currency(of)
        made = self._posted.post(of, posting, named, actor)
        fact = "credit_used" if posting.kind is EntryKind.USE else "credit_paid_out"
        sides = Sides.between(of.supplier, of.retailer)
        said = {"amount": str(made.amount), "balance": str(made.balance)}
        self._journal.tell(sides, actor, made.id, fact, **said)
        return made


def _check_currency(of: Between) -> None:
    if of.currency not in CURRENCIES:
        said = f"`{of.currency[:10]}` is not a currency of ISO 4217."
        raise RequestFault("wrong_currency", said, "currency")


def _found_by(text: str, path: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= _MOST or not said.isprintable():
        what = f"Say by what it can be found again: 1 to {_MOST} visible characters."
        raise RequestFault("wrong_reference", what, path)
    return said
