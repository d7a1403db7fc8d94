"""Amendments of orders that a retailer proposed, and the supplier's answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from adapters.identity.principal import Principal
from adapters.store.ids import new_id
from adapters.store.ordering.records import Amendment, Change, Speaker
from adapters.store.ordering.tables import OrderingTables
from adapters.store.records import Order, Standing
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept


class Amendments:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: OrderingTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def propose(self, order: Order, change: Change, speaker: Speaker, why: str) -> Amendment:
        """Stores a proposed change until the supplier answers; the order itself does not change."""
        rows, key = self._tables.Amendment, order.id
        last = select(max(a.number) for a in rows if a.order == key).first()
        row = rows(
            id=new_id(),
            order=order.id,
            number=1 + (last or 0),
            supplier=order.supplier.id,
            retailer=order.retailer.id,
            standing=Standing.PROPOSED,
            change=msgspec.to_builtins(change),
            why=why,
            said_by=speaker.by,
            said_at=kept(self._now()),
        )
        return _amendment(row)

    def visible(self, principal: Principal, key: str) -> Amendment | None:
        """Returns an amendment of one of the principal's orders, or None."""
        row = self._tables.Amendment.get(id=key)
        mine = row is not None and principal.tenant in (row.supplier, row.retailer)
        return _amendment(row) if mine else None

    def held(self, key: str) -> Amendment:
        """Locks and returns an amendment; raises LookupError."""
        row = self._tables.Amendment.get_for_update(id=key)
        if row is None:
            raise LookupError(key)
        return _amendment(row)

    def of(self, order: str) -> tuple[Amendment, ...]:
        """All amendments proposed for an order, oldest first; unscoped: no tenant check."""
        rows = self._tables.Amendment
        found = select(a for a in rows if a.order == order)
        return tuple(map(_amendment, found.order_by(lambda a: a.number)))

    def waiting(self, order: str, change: Change) -> Amendment | None:
        """The unanswered proposal of the same change, or None."""
        found = (each for each in self.of(order) if each.standing is Standing.PROPOSED)
        return next((each for each in found if each.change == change), None)

    def answer(self, key: str, standing: Standing, by: str, why: str) -> None:
        """Records the supplier's answer to a locked proposal."""
        row = self._tables.Amendment[key]
        row.standing, row.answered_by, row.answer_why = standing, by, why
        row.answered_at = kept(self._now())


def _amendment(row: Any) -> Amendment:
    return Amendment(
        id=row.id,
        order=row.order,
        number=row.number,
        supplier=row.supplier,
        retailer=row.retailer,
        standing=Standing(row.standing),
        change=msgspec.convert(row.change.get_untracked(), Change),
        why=row.why,
        said_by=row.said_by,
        said_at=given_back(row.said_at),
        answered_by=row.answered_by,
        answered_at=given_back(row.answered_at) if row.answered_at else None,
        answer_why=row.answer_why,
    )
