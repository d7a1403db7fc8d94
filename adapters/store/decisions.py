"""Decisions as they were given: written once, with their digest, and found by opaque id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pony.orm import Database

from adapters.identity.principal import Principal
from adapters.store.moments import given_back, kept
from adapters.store.records import Decided
from adapters.store.tables import Tables


class Decisions:
    """Every call runs inside a session of the store."""

    def __init__(self, database: Database, tables: Tables) -> None:
        self._database = database
        self._tables = tables

    def add(self, decided: Iterable[Decided]) -> None:
        """Keeps decisions for good.

        Rows go in without entities, which nobody would read and which take longer to make than
        the decisions themselves.
        """
        insert: Callable[..., None] = self._database.insert
        for each in decided:
            insert(
                "decision",
                id=each.id,
                order_line=each.order_line,
                retailer=each.retailer,
                supplier=each.supplier,
                edition=each.edition,
                edition_digest=each.edition_digest,
                facts=each.facts,
                record=each.record,
                digest=each.digest,
                decided_at=kept(each.decided_at).strftime("%Y-%m-%d %H:%M:%S.%f"),
                asked_by=each.asked_by,
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
