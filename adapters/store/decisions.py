"""Decisions as they were given: written once, with their digest, and found by opaque id."""

from __future__ import annotations

from typing import Any

from adapters.identity.principal import Principal
from adapters.store.moments import given_back, kept
from adapters.store.records import Decided
from adapters.store.tables import Tables


class Decisions:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, decided: Decided) -> None:
        """Keeps a decision for good."""
        self._tables.DecisionRecord(
            id=decided.id,
            order_line=decided.order_line,
            retailer=decided.retailer,
            supplier=decided.supplier,
            edition=decided.edition,
            edition_digest=decided.edition_digest,
            facts=decided.facts,
            record=decided.record,
            digest=decided.digest,
            decided_at=kept(decided.decided_at),
            asked_by=decided.asked_by,
        )

    def visible(self, principal: Principal, key: str) -> Decided | None:
        """A decision about one of the principal's orders."""
        row = self._tables.DecisionRecord.get(id=key)
        if row is None or principal.tenant not in (row.retailer, row.supplier):
            return None
        return _read(row)


def _read(row: Any) -> Decided:
    return Decided(
        id=row.id,
        order_line=row.order_line,
        retailer=row.retailer,
        supplier=row.supplier,
        edition=row.edition,
        edition_digest=row.edition_digest,
        facts=row.facts,
        record=row.record,
        digest=row.digest,
        decided_at=given_back(row.decided_at),
        asked_by=row.asked_by,
    )
