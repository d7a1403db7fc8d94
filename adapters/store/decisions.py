"""Decisions as they were given: written once, with their digest, and found by opaque id."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pony.orm import Database

from adapters.identity.principal import Principal
from adapters.store.moments import written
from adapters.store.past.pages import decided
from adapters.store.records import Decided
from adapters.store.tables import Tables
from engine.replay.kept import Kind


class Decisions:
    """Every call runs inside a session of the store."""

    def __init__(self, database: Database, tables: Tables) -> None:
        self._database = database
        self._tables = tables

    def add(self, given: Iterable[Decided]) -> None:
        """Keeps decisions for good.

        Rows go in without entities, which nobody would read and which take longer to make than
        the decisions themselves.
        """
        insert: Callable[..., None] = self._database.insert
        for each in given:
            insert(
                "decision",
                id=each.id,
                kind=each.kind.value,
                order_line=each.order_line,
                retailer=each.retailer,
                supplier=each.supplier,
                edition=each.edition,
                edition_digest=each.edition_digest,
                terms=each.terms,
                considered=each.considered,
                whole=each.whole,
                place=each.place,
                facts=each.facts,
                told=each.told,
                record=each.record,
                digest=each.digest,
                versions=each.versions,
                decided_at=written(each.decided_at),
                asked_by=each.asked_by,
            )

    def visible(self, principal: Principal, key: str) -> Decided | None:
        """A decision about one line of the principal's orders."""
        row = self._tables.DecisionRecord.get(id=key)
        if row is None or principal.tenant not in (row.retailer, row.supplier):
            return None
        return decided(row) if row.kind != Kind.RETURN else None
