"""Rows of photos and papers; their bytes are stored elsewhere, under the same key.

A row exists before its bytes (`coming`) and until they are removed (`gone`), so that a crash in
between leaves a row by which they are found and removed. Only `kept` documents are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from adapters.identity.principal import Principal
from adapters.store.ids import new_id
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept
from engine.returns.documents import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A photo or paper to be stored; `sender` is the partner, `size` is in bytes."""

    part_of: str
    line: str | None
    sender: str
    by: str
    name: str
    kind: DocumentKind
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(NewDocument):
    """A stored document; its id is also the key of its bytes."""

    id: str
    at: datetime


class _State(StrEnum):
    COMING = "coming"
    KEPT = "kept"
    GONE = "gone"


class Documents:
    """Every call runs inside a session of the store; additions need a locked return.

    Lock order: returns before documents.
    """

    def __init__(self, tables: ReturnTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def begin(self, new: NewDocument) -> str:
        """Adds a row, and returns the key for storing the bytes."""
        row = self._tables.Document(
            id=new_id(),
            part_of=new.part_of,
            line=new.line or "",
            sender=new.sender,
            by=new.by,
            name=new.name,
            kind=new.kind,
            size=new.size,
            sha256=new.sha256,
            state=_State.COMING,
            at=kept(self._now()),
        )
        return str(row.id)

    def return_of(self, key: str) -> str | None:
        """The return of a document, or None; unscoped: no tenant check."""
        row = self._tables.Document.get(id=key)
        return str(row.part_of.id) if row else None

    def sizes(self, whole: str, sender: str) -> tuple[int, ...]:
        """Sizes in bytes of the documents that a side sent to a return, including those to come."""
        rows = self._tables.Document
        found = select(d for d in rows if d.part_of.id == whole and d.sender == sender)
        return tuple(each.size for each in found if each.state != _State.GONE)

    def keep(self, key: str) -> Document | None:
        """Marks a document as stored; None if it was given up or erased meanwhile."""
        row = self._tables.Document.get_for_update(id=key)
        if row is None or row.state != _State.COMING:
            return None
        row.state = _State.KEPT
        return _document(row)

    def visible(self, principal: Principal, key: str) -> Document | None:
        """Returns a document of one of the principal's returns, or None."""
        row = self._tables.Document.get(id=key)
        if row is None or row.state != _State.KEPT:
            return None
        mine = principal.tenant in (row.part_of.supplier, row.part_of.retailer)
        return _document(row) if mine else None

    def of(self, whole: str) -> tuple[Document, ...]:
        """The documents of a return, in the order in which they were sent."""
        rows = self._tables.Document
        found = select(d for d in rows if d.part_of.id == whole and d.state == _State.KEPT)
        return tuple(map(_document, found.order_by(lambda d: (d.at, d.id))))

    def erase(self, whole: str) -> None:
        """Hides the documents of a consumer's return, and clears their names and digests."""
        returns, rows = self._tables.Return, self._tables.Document
        held = select(r for r in returns if r.part_of.id == whole).order_by(lambda r: r.id)
        for each in held.for_update()[:]:
            for row in select(d for d in rows if d.part_of == each).for_update()[:]:
                _let_go(row)

    def give_up(self, key: str) -> None:
        """Gives up a document that was begun and whose bytes do not come."""
        row = self._tables.Document.get_for_update(id=key)
        if row is not None and row.state == _State.COMING:
            _let_go(row)

    def any_left(self, begun_before: datetime) -> bool:
        """Whether there is anything for `leftover`; locks nothing."""
        rows, before = self._tables.Document, kept(begun_before)
        late = select(d for d in rows if d.state == _State.COMING and d.at < before)
        return bool(late.exists() or select(d for d in rows if d.state == _State.GONE).exists())

    def leftover(self, begun_before: datetime, most: int) -> tuple[str, ...]:
        """Keys of bytes to be removed, including documents begun before a moment that never came.

        Runs inside a writing session, because it gives up documents that never came.
        """
        rows, before = self._tables.Document, kept(begun_before)
        late = select(d for d in rows if d.state == _State.COMING and d.at < before)
        for row in late.for_update(skip_locked=True)[:most]:
            _let_go(row)
        gone = select(d for d in rows if d.state == _State.GONE).order_by(lambda d: (d.at, d.id))
        return tuple(row.id for row in gone[:most])

    def forget(self, key: str) -> None:
        """Deletes the row of a document whose bytes were removed."""
        row = self._tables.Document.get_for_update(id=key)
        if row is not None and row.state == _State.GONE:
            row.delete()


def _let_go(row: Any) -> None:
    row.state, row.name, row.sha256, row.size = _State.GONE, "", "", 0


def _document(row: Any) -> Document:
    return Document(
        id=row.id,
        part_of=row.part_of.id,
        line=row.line or None,
        sender=row.sender,
        by=row.by,
        name=row.name,
        kind=DocumentKind(row.kind),
        size=row.size,
        sha256=row.sha256,
        at=given_back(row.at),
    )
