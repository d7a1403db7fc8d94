"""Reads past decisions in order of time, a page at a time, each page in its own session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from pony.orm import Database

from adapters.store.records import Decided
from adapters.store.tables import Tables
from adapters.store.timestamps import given_back, written
from engine.replay.kept import Kind

PAGE: Final = 500
"""Decisions in memory at a time."""

_NAMES: Final = Decided.__struct_fields__
COLUMNS: Final = ", ".join(_NAMES)
"""All columns of a decision."""
_WITHIN: Final = (
    "decided_at >= $since AND decided_at < $before AND (decided_at > $since OR id > $key)"
)
_OF_POLICY: Final = "edition IN (SELECT id FROM edition WHERE policy = $policy)"
_PAGED: Final = "ORDER BY decided_at, id LIMIT $most"

FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""`FIRST` and `LAST` are bounds of a range that includes every decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Decisions since a moment and before another one; of one policy, if named."""

    since: datetime
    before: datetime
    policy: str | None = None


class DecisionHistory:
    """Opens sessions itself, so that reading a long history blocks nobody.

    Rows come without entities, which take longer to make than the decisions themselves.
    """

    def __init__(
        self, database: Database, tables: Tables, session: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        self._database = database
        self._tables = tables
        self._session = session

    def one(self, key: str) -> Decided | None:
        """Returns a decision by its id, or None; unscoped: no tenant check."""
        with self._session():
            row = self._tables.DecisionRecord.get(id=key)
            return decided(row) if row else None

    def count(self, within: Range) -> int:
        """Counts the decisions of a range."""
        with self._session():
            return int(self._asked("count(*)", within).fetchone()[0])

    def read(self, within: Range, page: int = PAGE) -> Iterator[Decided]:
        """Yields every decision of a range, by moment and then by id."""
        key = ""
        while True:
            with self._session():
                rows = self._asked(COLUMNS, within, key, page).fetchall()
            for row in rows:
                last = as_given(row)
                yield last
            if len(rows) < page:
                return
            within, key = replace(within, since=last.decided_at), last.id

    def _asked(self, what: str, within: Range, key: str = "", most: int = -1) -> Any:
        """Runs a query and returns its cursor; rows of the first moment must have an id after
        `key`.
        """
        since, before = written(within.since), written(within.before)
        of_policy = f" AND {_OF_POLICY}" if within.policy is not None else ""
        paged = f" {_PAGED}" if most >= 0 else ""
        values = {"since": since, "before": before, "key": key, "most": most}
        # Only this module's own texts are joined; callers' values are parameters.
        sql = f"SELECT {what} FROM decision WHERE {_WITHIN}{of_policy}{paged}"  # noqa: S608
        execute: Callable[..., Any] = self._database.execute
        return execute(sql, {}, {**values, "policy": within.policy})


def decided(row: Any) -> Decided:
    """Reads a decision from its entity."""
    return as_given([getattr(row, name) for name in _NAMES])


def as_given(values: Sequence[Any]) -> Decided:
    """Reads a decision from the values of `COLUMNS`."""
    found = dict(zip(_NAMES, values, strict=True))
    found["kind"] = Kind(found["kind"])
    found["decided_at"] = given_back(found["decided_at"])
    return Decided(**found)
