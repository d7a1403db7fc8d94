"""Invitations of retailers by suppliers: each is answered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from adapters.identity.principal import Kind, Principal
from adapters.store import reading
from adapters.store.agreeing.tables import AgreeingTables
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.records import Partner
from adapters.store.tables import Tables, select
from adapters.store.timestamps import given_back, kept
from engine.errors import RequestFault

MOST_OPEN: Final = 50
"""How many open invitations a supplier may have."""


class State(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    """It waits for the retailer."""
    ACCEPTED = "accepted"
    """They are partners now."""
    DECLINED = "declined"
    """The retailer has declined it."""
    WITHDRAWN = "withdrawn"
    """The supplier has withdrawn it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`key` is the public part of the one key that opens it; empty for a retailer with keys
    already.
    """

    id: str
    supplier: Partner
    retailer: Partner
    programme: str
    note: str
    state: State
    key: str
    by: str
    at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """Who is invited, to which programme, and with which note."""

    retailer: Partner
    programme: str
    note: str
    key: str


class Invitations:
    """Every call runs inside a session of the store."""

    def __init__(
        self,
        tables: AgreeingTables,
        partners: Tables,
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._partners = partners
        self._journal = journal
        self._now = now

    def hold(self, principal: Principal) -> None:
        """Locks the supplier's invitations; raises `RequestFault` `too_many` at `MOST_OPEN` open
        ones.
        """
        self._journal.hold(principal.tenant)
        rows, own = self._tables.Invitation, principal.tenant
        waiting = select(i for i in rows if i.supplier == own and i.state == str(State.OPEN))
        if waiting.count() >= MOST_OPEN:
            raise RequestFault("too_many", f"{MOST_OPEN} invitations wait already; withdraw some.")

    def add(self, principal: Principal, said: Inviting) -> Invitation:
        """Adds an invitation after `hold`; raises `RequestFault` `invited_already`."""
        rows, pair = self._tables.Invitation, (principal.tenant, said.retailer.id)
        if rows.exists(supplier=pair[0], retailer=pair[1], state=str(State.OPEN)):
            raise RequestFault("invited_already", "This retailer was invited and has not answered.")
        row = rows(
            id=new_id(),
            supplier=pair[0],
            retailer=pair[1],
            programme=said.programme,
            note=said.note,
            state=str(State.OPEN),
            key=said.key,
            made_by=principal.by,
            made_at=kept(self._now()),
        )
        self._tell(row, principal, "retailer_invited")
        return self._read(row)

    def answer(self, principal: Principal, key: str, state: State) -> Invitation | None:
        """Closes an open invitation: a supplier withdraws its own, a retailer answers; None for
        others'.

        Raises `RequestFault` `answered_already`.
        """
        found = self._tables.Invitation.get(id=key)
        if found is None or not self._is_own(found, principal):
            return None
        self._journal.hold_all([found.supplier], [found.retailer])
        row = self._tables.Invitation.get_for_update(id=key)
        if row.state != State.OPEN:
            raise RequestFault("answered_already", f"The invitation was {row.state} already.")
        row.set(state=str(state), answered_by=principal.by, answered_at=kept(self._now()))
        self._tell(row, principal, "invitation_answered", state=str(state))
        return self._read(row)

    def own(self, principal: Principal, key: str) -> Invitation | None:
        """Returns an invitation of the partner; None for those of others."""
        row = self._tables.Invitation.get(id=key)
        return self._read(row) if row is not None and self._is_own(row, principal) else None

    def is_unclaimed(self, supplier: str, retailer: str) -> bool:
        """Whether nobody but this supplier, who added the retailer by an invitation, has a claim to
        it.

        That is so if the retailer trades with nobody, and all its keys are those of this supplier's
        invitations.
        """
        rows, keys, joined = self._tables.Invitation, self._partners.ApiKey, self._partners
        sent = select(i.key for i in rows if i.supplier == supplier and i.retailer == retailer)
        had = set(select(k.id for k in keys if k.partner.id == retailer))
        trades = joined.Partnership.exists(lambda p: p.retailer.id == retailer)
        return bool(had) and had <= set(sent) and not trades

    def opens_one(self, principal: Principal) -> bool:
        """Whether a key belongs to an invitation; such a key only answers that invitation."""
        rows, key = self._tables.Invitation, principal.key_id
        return bool(key) and bool(rows.exists(lambda i: i.key == key))

    def of(self, principal: Principal) -> tuple[Invitation, ...]:
        """All invitations of a partner, the open ones first, then the newest; at most 200."""
        rows, own = self._tables.Invitation, principal.tenant
        if principal.kind is Kind.SUPPLIER:
            found = select(i for i in rows if i.supplier == own)
        else:
            found = select(i for i in rows if i.retailer == own)
        read = [self._read(row) for row in found if self._is_own(row, principal)]
        read.sort(key=lambda each: (each.state is not State.OPEN, -each.at.timestamp()))
        return tuple(read[:200])

    def _is_own(self, row: Any, principal: Principal) -> bool:
        """Whether a partner may see an invitation; an invitation's key sees only its own one."""
        if principal.kind is Kind.SUPPLIER:
            return bool(row.supplier == principal.tenant)
        return bool(row.retailer == principal.tenant) and (
            row.key == principal.key_id or not self.opens_one(principal)
        )

    def _tell(self, row: Any, principal: Principal, fact: str, **body: object) -> None:
        sides = Sides.between(row.supplier, row.retailer)
        self._journal.tell(sides, principal.by, row.id, fact, **body)

    def _read(self, row: Any) -> Invitation:
        partner = self._partners.Partner
        return Invitation(
            id=row.id,
            supplier=reading.partner(partner[row.supplier]),
            retailer=reading.partner(partner[row.retailer]),
            programme=row.programme,
            note=row.note,
            state=State(row.state),
            key=row.key,
            by=row.made_by,
            at=given_back(row.made_at),
            answered_at=given_back(row.answered_at) if row.answered_at else None,
        )
