"""Disputes of charges, as their gateway showed them last; each known within its own tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from adapters.identity.actors import GATEWAY
from adapters.store.connection.statements import Statements
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.charges.ceilings import Ceilings
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.settlement.charges import LOST, RELEASED, DisputeRead, holds
from engine.settlement.machine import SettlementState
from engine.settlement.plan import HELD, REFUSED

_OVER: Final = (LOST, *RELEASED)
_HELD: Final = (HELD, REFUSED)


class Held(Protocol):
    """What disputes need of settlements: the release of held ones."""

    def release(self, row: Any) -> None:
        """Releases a settlement that a dispute held."""


class Disputes:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self, statements: Statements, tables: MoneyTables, journal: Journal, held: Held
    ) -> None:
        self._sums = Ceilings(statements)
        self._tables = tables
        self._journal = journal
        self._held = held

    def know(self, supplier: str, read: DisputeRead) -> str | None:
        """Stores a dispute's retrieved state; returns the one before, or None if nothing changes.

        Won may follow lost. An open state after a final one comes from an older read, and changes
        nothing. Held settlements are released if no dispute holds their amount any more.
        """
        rows, charge = self._tables.Dispute, self._charge(supplier, read)
        row = rows.get_for_update(supplier=supplier, reference=read.reference)
        before = row.status if row is not None else ""
        same = row is not None and (before, row.amount) == (read.status, read.amount.minor)
        if charge is None or same or (before in _OVER and holds(read.status)):
            return None
        waiting = self._waiting(charge)  # lock order: settlements before journals
        if row is None:
            row = rows(
                supplier=supplier, reference=read.reference, charge=charge, status=read.status
            )
        row.status, row.amount = read.status, read.amount.minor
        self._tell(row)
        self._release(charge, waiting)
        return before

    def open_of(self, supplier: str) -> tuple[str, ...]:
        """The disputes of a partner's charges that may still change."""
        rows = select(d for d in self._tables.Dispute if d.supplier == supplier)
        return tuple(sorted(row.reference for row in rows if row.status not in RELEASED))

    def _charge(self, supplier: str, read: DisputeRead) -> Any:
        """Locked before the dispute, as in every read of a charge."""
        wanted, rows = list(read.of), self._tables.Charge
        if not wanted:
            return None
        found = select(
            c
            for c in rows
            if c.supplier == supplier and (c.reference in wanted or c.intent in wanted)
        )
        return next(iter(found.order_by(rows.id).for_update()), None)

    def _waiting(self, charge: Any) -> list[Any]:
        """Locks the settlements that wait for the end of a charge's disputes, and returns them in
        order.
        """
        rows, waits = self._tables.Settlement, str(SettlementState.NEEDS_ATTENTION)
        held = select(
            s
            for s in rows
            if s.payment.source == charge and s.state == waits and s.trouble in _HELD
        )
        found = held.order_by(lambda s: s.id).for_update()
        return sorted(found, key=lambda row: (row.made_at, row.id))

    def _release(self, charge: Any, waiting: Sequence[Any]) -> None:
        """Releases waiting settlements, oldest first, within what disputes no longer hold."""
        free = self._sums.free_of_charge(charge)
        free += sum(row.amount for row in waiting)
        for row in waiting:
            if row.amount <= free:
                self._held.release(row)
                free -= row.amount

    def _tell(self, row: Any) -> None:
        """Adds an entry for both sides of each payment of the charge."""
        disputed = holds(row.status) or row.status == LOST
        said = {"disputed": disputed, "dispute": row.reference, "status": row.status}
        charge = row.charge
        found = select(p for p in self._tables.Payment if p.source == charge)
        for paid in sorted(found, key=lambda each: each.id):
            sides = Sides.between(paid.supplier, paid.retailer)
            self._journal.tell(sides, GATEWAY, paid.id, "payment_disputed", **said)
