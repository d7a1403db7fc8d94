"""Reads a page of any list by one statement, without any rows outside that page.

A cursor holds a row's sort value and key, so it stays valid when rows are added, removed or
changed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from pony.orm import Database

from adapters.store.lists.declared import ListOf
from adapters.store.lists.statements import Edge, ListQuery, Statement
from engine.errors import RequestFault

MOST_CHARACTERS: Final = 1_000
_LARGEST: Final = 2**63 - 1
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a list: at most `most` rows after and before cursors, from either end."""

    most: int
    after: str | None = None
    before: str | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The keys of a page, each with its cursor, and whether there are `more` beyond its end."""

    keys: tuple[tuple[str, Any], ...]
    more: bool


class Lists:
    """Every call runs inside a session of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, of: ListOf, asked: ListQuery, part: Part) -> Found:
        """Reads one page; raises `RequestFault` `unknown_cursor`."""
        edges = [
            _edge(of, asked, cursor, name)
            for name, cursor in (("after", part.after), ("before", part.before))
            if cursor is not None
        ]
        statement = self._statement(of, asked)
        sql = statement.page(edges, most=part.most + 1, from_end=part.from_end)
        rows = self._asked(sql, statement)
        keys = [(_cursor(asked.sort, value, key), key) for key, value in rows[: part.most]]
        if part.from_end:
            keys.reverse()
        return Found(keys=tuple(keys), more=len(rows) > part.most)

    def every(self, of: ListOf, asked: ListQuery, at_once: int = 500) -> Iterator[Any]:
        """Yields the keys of all rows in order, reading a page at a time; for commands."""
        after: str | None = None
        while True:
            found = self.page(of, asked, Part(most=at_once, after=after))
            yield from (key for _, key in found.keys)
            if not found.more:
                return
            after = found.keys[-1][0]

    def count(self, of: ListOf, asked: ListQuery) -> int:
        """Counts the rows of all pages; the time this takes grows with their number."""
        statement = self._statement(of, asked)
        return int(self._asked(statement.count(), statement)[0])

    def any_beyond(self, of: ListOf, asked: ListQuery, cursor: str, *, after: bool) -> bool:
        """Whether a row follows or precedes a cursor."""
        name = "after" if after else "before"
        statement = self._statement(of, asked)
        edges = [_edge(of, asked, cursor, name)]
        return bool(self._asked(statement.page(edges, most=1, from_end=not after), statement))

    def _statement(self, of: ListOf, asked: ListQuery) -> Statement:
        return Statement(of, asked, hinted=self._database.provider.dialect == "SQLite")

    def _asked(self, sql: str, statement: Statement) -> Sequence[Any]:
        select: Callable[..., Any] = self._database.select
        return list(select(sql, {}, statement.values))


def _cursor(sort: str, value: Any, key: Any) -> str:
    said = value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(msgspec.json.encode([sort, said, key])).rstrip(b"=").decode()


def _edge(of: ListOf, asked: ListQuery, cursor: str, name: str) -> Edge:
    """Decodes a cursor; raises `RequestFault` for any other text or another sort's cursor."""
    kind = of.sorts[asked.sort].kind
    found = _decoded(cursor)
    if found is None or not (_is(found[1], kind) and _is(found[2], of.key_kind)):
        raise RequestFault("unknown_cursor", "There is no such cursor.", f"page.{name}")
    if found[0] != asked.sort:
        said = "The cursor is of a list that is sorted otherwise; ask for its first page again."
        raise RequestFault("unknown_cursor", said, f"page.{name}")
    return Edge(value=found[1], key=found[2], after=name == "after")


def _decoded(cursor: str) -> tuple[str, Any, Any] | None:
    if not cursor.isascii() or len(cursor) > MOST_CHARACTERS:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(text, type=tuple[str, str | int, str | int])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None


def _is(value: object, kind: type) -> bool:
    if kind is int:
        return type(value) is int and abs(value) <= _LARGEST
    if not isinstance(value, str) or "\0" in value:
        return False
    return kind is str or _is_moment(value)


def _is_moment(text: str) -> bool:
    """Whether a text is a moment as columns hold it: in UTC, without an offset."""
    try:
        return bool(_MOMENT.match(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
