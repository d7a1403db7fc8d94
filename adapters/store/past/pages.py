"""Reads past decisions in the order of their moments, a page at a time, each in its own session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from adapters.store.moments import given_back, kept
from adapters.store.records import Decided
from adapters.store.tables import Tables, select
from engine.replay.kept import Kind

PAGE: Final = 500
"""Decisions in memory at a time."""

FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""A range between these leaves no decision out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Decisions from a moment up to another one, which is left out; of one policy, if named."""

    since: datetime
    before: datetime
    policy: str | None = None


class Past:
    """Opens sessions itself, so that nobody waits while a long history is read."""

    def __init__(self, tables: Tables, session: Callable[[], AbstractContextManager[Any]]) -> None:
        self._tables = tables
        self._session = session

    def one(self, key: str) -> Decided | None:
        """A decision by its key, whoever asks."""
        with self._session():
            row = self._tables.DecisionRecord.get(id=key)
            return decided(row) if row else None

    def count(self, within: Range) -> int:
        """How many decisions there are."""
        with self._session():
            return int(self._within(within).count())

    def read(self, within: Range, page: int = PAGE) -> Iterator[Decided]:
        """Every decision in the order of its moment, then of its key."""
        key = ""
        while True:
            with self._session():
                found = self._page(within, key, page)
            yield from found
            if len(found) < page:
                return
            within, key = replace(within, since=found[-1].decided_at), found[-1].id

    def _page(self, within: Range, key: str, page: int) -> list[Decided]:
        """The next decisions: those of the first moment only after a key."""
        at = kept(within.since)
        rows = self._within(within).where(lambda d: d.decided_at > at or d.id > key)
        return [decided(row) for row in rows.order_by(lambda d: (d.decided_at, d.id)).limit(page)]

    def _within(self, within: Range) -> Any:
        since, before, policy = kept(within.since), kept(within.before), within.policy
        rows, editions = self._tables.DecisionRecord, self._tables.Edition
        found = select(d for d in rows if d.decided_at >= since and d.decided_at < before)
        if policy is None:
            return found
        of_policy = select(e.id for e in editions if e.policy == policy)
        return found.where(lambda d: d.edition in of_policy)


def decided(row: Any) -> Decided:
    """A decision as it was given."""
    return Decided(
        id=row.id,
        kind=Kind(row.kind),
        order_line=row.order_line,
        retailer=row.retailer,
        supplier=row.supplier,
        edition=row.edition,
        edition_digest=row.edition_digest,
        terms=row.terms,
        considered=row.considered,
        whole=row.whole,
        place=row.place,
        facts=row.facts,
        record=row.record,
        digest=row.digest,
        versions=row.versions,
        decided_at=given_back(row.decided_at),
        asked_by=row.asked_by,
    )
