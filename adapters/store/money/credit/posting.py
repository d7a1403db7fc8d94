"""The one way to add to a ledger of own credit: in the transaction of what an entry is of.

Whoever posts has told both journals of it before or holds them, so that entries of one ledger
follow each other, and no two take the same balance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.store.journal.chains import Journal
from adapters.store.moments import kept
from adapters.store.money.credit.records import Between, CreditEntry, Of, between, entry
from adapters.store.money.credit.tables import CreditTables
from adapters.store.partners import new_id
from adapters.store.place.own import reading
from engine.money import Money
from engine.settlement.claims import ClaimState
from engine.settlement.instruments import Instrument
from engine.settlement.ledger import ACCOUNTS, EntryKind, Posting, follows
from engine.settlement.machine import SettlementState, WrongTransition

_ENDS = {ClaimState.PAID: EntryKind.CLAIM_PAID, ClaimState.DROPPED: EntryKind.CLAIM_DROPPED}


class Posted:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: CreditTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def of_settlement(self, row: Any, actor: str, *, is_new: bool = False) -> None:
        """Credits what a settlement keeps in Takeback, once it has succeeded.

        A retailer's credit to its own consumers is nobody's account. Raises `WrongTransition` for
        a credit that would fail after it was posted: no gateway can send it back.
        """
        if row.instrument != Instrument.OWN_CREDIT or row.supplier == row.retailer:
            return
        cause = f"{EntryKind.CREDIT}:{row.id}"
        known = not is_new and self._is_posted(cause)
        if row.state != SettlementState.SUCCEEDED:
            if known:
                raise WrongTransition(f"The credit of `{row.id}` is posted; it does not fail.")
            return
        if not known and row.amount > 0:
            posting = Posting(kind=EntryKind.CREDIT, amount=row.amount)
            self.post(between(row), posting, Of(settlement=row.id), actor, cause)

    def _is_posted(self, cause: str) -> bool:
        with reading(self._tables.CreditEntry):
            return bool(self._tables.CreditEntry.exists(cause=cause))

    def claimed(self, claim: Any, amount: int, actor: str) -> None:
        """A claim is open, or open again, by an amount in minor units."""
        self._of_claim(claim, EntryKind.CLAIM, amount, actor)

    def ended(self, claim: Any, state: ClaimState, amount: int, actor: str) -> None:
        """What was left of a claim was paid apart, or dropped."""
        self._of_claim(claim, _ENDS[state], amount, actor)

    def undone(self, claim: Any, amount: int, actor: str) -> None:
        """What a claim is for has come back, wholly or in part."""
        self._of_claim(claim, EntryKind.CLAIM_UNDONE, amount, actor)

    def offset(self, claim: Any, use: Any, actor: str) -> None:
        """A claim was taken off what was due: that part is credited, and claimed back at once."""
        for kind in (EntryKind.CREDIT, EntryKind.OFFSET):
            self._of_use(claim, use, kind, actor)

    def not_offset(self, claim: Any, use: Any, actor: str) -> None:
        """What a claim was taken off was withdrawn."""
        for kind in (EntryKind.OFFSET_UNDONE, EntryKind.CREDIT_UNDONE):
            self._of_use(claim, use, kind, actor)

    def _of_use(self, claim: Any, use: Any, kind: EntryKind, actor: str) -> None:
        posting = Posting(kind=kind, amount=use.amount)
        of = Of(claim=claim.id, settlement=use.settlement)
        self.post(between(claim), posting, of, actor, f"{kind}:{use.id}")

    def _of_claim(self, claim: Any, kind: EntryKind, amount: int, actor: str) -> None:
        if amount < 1:
            return
        key = claim.id  # a claim may be opened anew, so its entries are counted
        before = self._tables.CreditEntry.select(lambda e: e.claim == key).count()
        posting = Posting(kind=kind, amount=amount)
        self.post(between(claim), posting, Of(claim=key), actor, f"{kind}:{key}:{before}")

    def post(
        self, between_: Between, posting: Posting, of: Of, actor: str, cause: str = ""
    ) -> CreditEntry:
        """One more entry; the same `cause` twice is refused by the database.

        Raises `RequestFault` `over_balance` or `wrong_amount`.
        """
        account = self.held(between_)
        balance = follows(Money(account.balance, account.currency), posting)
        now, key = kept(self._now()), f"ce_{new_id()}"
        account.changed_at = max(now, account.changed_at or now)  # clocks of servers differ
        account.entries, account.balance = account.entries + 1, balance.minor
        taken_from, given_to = ACCOUNTS[posting.kind]
        row = self._tables.CreditEntry(
            id=key,
            supplier=between_.supplier,
            retailer=between_.retailer,
            currency=between_.currency,
            number=account.entries,
            kind=posting.kind,
            amount=posting.amount,
            taken_from=taken_from,
            given_to=given_to,
            balance=balance.minor,
            cause=cause or key,
            settlement=of.settlement,
            claim=of.claim,
            invoice=of.invoice,
            how=of.how,
            reference=of.reference,
            by=actor,
            at=account.changed_at,
        )
        return entry(row)

    def held(self, between_: Between) -> Any:
        """The account, made if there is none; nobody else adds to it before the session ends."""
        self._journal.hold_all([between_.supplier], [between_.retailer])
        key = (between_.supplier, between_.retailer, between_.currency)
        names = dict(zip(("supplier", "retailer", "currency"), key, strict=True))
        rows = self._tables.CreditAccount
        with reading(rows):
            return rows.get_for_update(**names) or rows(**names)
