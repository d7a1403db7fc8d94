"""Decisions as given: written once with their digest, and found by opaque id."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.connection.statements import Statements
from adapters.store.decision_history.pages import COLUMNS, as_given, decided
from adapters.store.records import Decided
from adapters.store.tables import Tables, select
from adapters.store.timestamps import written
from engine.replay.kept import Kind

_COLUMNS: Final = (
    *("id", "kind", "order_line", "retailer", "supplier", "edition", "edition_digest", "terms"),
    *("considered", "whole", "place", "facts", "told", "record", "digest", "versions"),
    *("decided_at", "asked_by"),
)

_FOUND: Final = f"SELECT {COLUMNS} FROM decision WHERE id = ?"  # noqa: S608 - our own names


class Decisions:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, tables: Tables) -> None:
        self._statements = statements
        self._tables = tables

    def add(self, given: Iterable[Decided]) -> None:
        """Adds decisions with the session's other writes.

        Rows are inserted without entities, which nobody would read and which take longer to make
        than the decisions themselves.
        """
        self._statements.insert_later("decision", _COLUMNS, _rows(given))

    def add_alone(self, given: Iterable[Decided]) -> None:
        """Adds decisions in a session that writes nothing else."""
        self._statements.insert_now("decision", _COLUMNS, _rows(given))

    def some(self, keys: Collection[str]) -> dict[str, Decided]:
        """Returns decisions by id; unscoped: no tenant check."""
        rows, wanted = self._tables.DecisionRecord, list(keys)
        found = select(d for d in rows if d.id in wanted) if wanted else ()
        return {row.id: decided(row) for row in found}

    def visible(self, principal: Principal, key: str) -> Decided | None:
        """Returns a decision about a line of the principal's orders, or None."""
        found = next(map(as_given, self._statements.rows(_FOUND, key)), None)
        if found is None or principal.tenant not in (found.retailer, found.supplier):
            return None
        return found if found.kind is not Kind.RETURN else None


class _Moments(dict[datetime, str]):
    """Caches how a moment is written; all decisions of a request share one."""

    def __missing__(self, moment: datetime) -> str:
        self[moment] = text = written(moment)
        return text


def _rows(given: Iterable[Decided]) -> list[tuple[object, ...]]:
    moments = _Moments()
    return [_row(each, moments[each.decided_at]) for each in given]


def _row(each: Decided, decided_at: str) -> tuple[object, ...]:
    return (
        each.id,
        each.kind.value,
        each.order_line,
        each.retailer,
        each.supplier,
        each.edition,
        each.edition_digest,
        each.terms,
        each.considered,
        each.whole,
        each.place,
        each.facts,
        each.told,
        each.record,
        each.digest,
        each.versions,
        decided_at,
        each.asked_by,
    )
