"""The only way to add credit entries, each in the transaction of what it records.

Callers have written to both journals before, or hold them, so that a ledger's entries are
consecutive and no two spend the same balance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.store.connection.own import reading
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.money.credit.records import Between, CreditEntry, Of, between
from adapters.store.money.credit.session_accounts import HeldAccounts
from adapters.store.money.credit.tables import CreditTables
from adapters.store.money.records import Settlement
from adapters.store.timestamps import given_back, kept
from engine.money import Money
from engine.settlement.instruments import Instrument
from engine.settlement.ledger import ACCOUNTS, ClaimState, EntryKind, Posting, follows
from engine.settlement.machine import SettlementState, WrongTransition

_ENDS = {ClaimState.PAID: EntryKind.CLAIM_PAID, ClaimState.DROPPED: EntryKind.CLAIM_DROPPED}


class Posted:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self,
        tables: CreditTables,
        accounts: HeldAccounts,
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._accounts = accounts
        self._journal = journal
        self._now = now

    def of_settlement(self, found: Settlement, actor: str, *, is_new: bool = False) -> None:
        """Credits a settlement by Takeback's own credit once it has succeeded.

        A retailer's credit to its own consumers has no account. Raises `WrongTransition` if a
        settlement fails after its credit was posted: no gateway can send it back.
        """
        if found.instrument != Instrument.OWN_CREDIT or found.supplier == found.retailer:
            return
        cause = f"{EntryKind.CREDIT}:{found.id}"
        known = not is_new and self._is_posted(cause)
        if found.state != SettlementState.SUCCEEDED:
            if known:
                raise WrongTransition(f"The credit of `{found.id}` is posted; it does not fail.")
            return
        if not known and found.amount.minor > 0:
            posting = Posting(kind=EntryKind.CREDIT, amount=found.amount.minor)
            of = Between(
                supplier=found.supplier, retailer=found.retailer, currency=found.amount.currency
            )
            self.post(of, posting, Of(settlement=found.id), actor, cause)

    def _is_posted(self, cause: str) -> bool:
        with reading(self._tables.CreditEntry):
            return bool(self._tables.CreditEntry.exists(cause=cause))

    def claimed(self, claim: Any, amount: int, actor: str) -> None:
        """Posts that a claim was opened, or opened again, for an amount in minor units."""
        self._of_claim(claim, EntryKind.CLAIM, amount, actor)

    def ended(self, claim: Any, state: ClaimState, amount: int, actor: str) -> None:
        """Posts that the rest of a claim was paid separately, or dropped."""
        self._of_claim(claim, _ENDS[state], amount, actor)

    def undone(self, claim: Any, amount: int, actor: str) -> None:
        """Posts that what a claim was for has come back, wholly or in part."""
        self._of_claim(claim, EntryKind.CLAIM_UNDONE, amount, actor)

    def offset(self, claim: Any, use: Any, actor: str) -> None:
        """Posts an offset claim: the part is credited, and claimed back at once."""
        for kind in (EntryKind.CREDIT, EntryKind.OFFSET):
            self._of_use(claim, use, kind, actor)

    def not_offset(self, claim: Any, use: Any, actor: str) -> None:
        """Posts that the credit of an offset was withdrawn."""
        for kind in (EntryKind.OFFSET_UNDONE, EntryKind.CREDIT_UNDONE):
            self._of_use(claim, use, kind, actor)

    def _of_use(self, claim: Any, use: Any, kind: EntryKind, actor: str) -> None:
        posting = Posting(kind=kind, amount=use.amount)
        of = Of(claim=claim.id, settlement=use.settlement)
        self.post(between(claim), posting, of, actor, f"{kind}:{use.id}")

    def _of_claim(self, claim: Any, kind: EntryKind, amount: int, actor: str) -> None:
        if amount < 1:
            return
        key = claim.id  # a claim may be opened again, so the cause counts its entries
        before = self._tables.CreditEntry.select(lambda e: e.claim == key).count()
        posting = Posting(kind=kind, amount=amount)
        self.post(between(claim), posting, Of(claim=key), actor, f"{kind}:{key}:{before}")

    def post(
        self, between_: Between, posting: Posting, of: Of, actor: str, cause: str = ""
    ) -> CreditEntry:
        """Adds an entry; the database refuses the same `cause` twice.

        Raises `RequestFault` `over_balance` or `wrong_amount`.
        """
        self.hold(between_)
        before = self._accounts.of(between_)
        balance = follows(Money(before.balance, between_.currency), posting)
        now, (taken_from, given_to) = given_back(kept(self._now())), ACCOUNTS[posting.kind]
        made = CreditEntry(
            id=f"ce_{new_id()}",
            between=between_,
            number=before.entries + 1,
            kind=posting.kind,
            amount=Money(posting.amount, between_.currency),
            taken_from=taken_from,
            given_to=given_to,
            balance=balance,
            of=of,
            by=actor,
            at=max(filter(None, (now, before.changed_at))),  # clocks of servers differ
        )
        self._accounts.add(made, cause)
        return made

    def limit(self, between_: Between, most: int | None) -> None:
        """Sets the intended maximum balance (minor units); None for no limit."""
        self.hold(between_)
        self._accounts.limit(between_, most)

    def hold(self, of: Between) -> None:
        """Locks both journals, so that nobody else adds to the account, even if it does not exist
        yet.
        """
        self._journal.hold_all([of.supplier], [of.retailer])
