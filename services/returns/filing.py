"""Stores documents of returns, reads them, and deletes the files of erased or incomplete ones.

No file is read or written while a session of the store is open.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from adapters.files.port import Files, unavailable
from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.returns.documents import Document, NewDocument
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.documents import MOST_BYTES_IN_ALL, MOST_DOCUMENTS, judged, safe_name

LATE: Final = timedelta(hours=1)
"""Time after which an upload that was started is given up; no upload takes that long."""
_OPERATION: Final = "POST /files"

log = logging.getLogger("takeback.files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as sent: for a return (id or number), and one `line` of it or all."""

    return_: str
    line: str | None
    name: str
    content: bytes
    idempotency_key: str


class Filing:
    """Thread-safe; every call opens its own sessions."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files

    def add(self, principal: Principal, sent: Sent) -> Document:
        """Stores a file; sent again under the same idempotency key it is stored once.

        Raises `RequestFault` for an unknown kind of file, too much data, or another partner's
        return.
        """
        principal.must(Scope.REQUEST_RETURNS)
        kind = judged(sent.content)
        new = NewDocument(
            part_of=sent.return_,
            line=sent.line,
            sender=principal.tenant,
            by=principal.by,
            name=safe_name(sent.name, kind),
            kind=kind,
            size=len(sent.content),
            sha256=hashlib.sha256(sent.content).hexdigest(),
        )
        begun = self._begin(principal, sent.idempotency_key, new)
        if isinstance(begun, Document):
            return begun
        try:
            self._files.write(begun, sent.content)
            return self._finish(principal, sent.idempotency_key, begun)
        except RequestFault:
            self._give_up(begun)
            raise

    def read(self, principal: Principal, key: str) -> tuple[Document, bytes]:
        """Returns a document with its content; raises `RequestFault` `not_found` or
        `unavailable`.
        """
        principal.must(Scope.READ_RETURNS)
        with self._store.session():
            found = self._store.documents.visible(principal, key)
        if found is None:
            raise RequestFault("not_found", "There is no such document of yours.")
        content = self._files.read(found.id)
        if hashlib.sha256(content).hexdigest() != found.sha256:
            log.error("document %s is not what was kept", found.id)
            raise unavailable("This document was damaged where it is kept; send it again.")
        return found, content

    def sweep(self, most: int = 50) -> int:
        """Deletes erased or incomplete documents, first the file; returns their number."""
        late = self._store.now() - LATE
        with self._store.session():
            if not self._store.documents.any_left(late):
                return 0
        with self._store.writing():
            keys = self._store.documents.leftover(late, most)
        for key in keys:
            self._files.remove(key)
            with self._store.writing():
                self._store.documents.forget(key)
        return len(keys)

    def _begin(self, principal: Principal, key: str, new: NewDocument) -> str | Document:
        """Returns the key to write the file under, or the document of an earlier request."""
        with self._store.writing():
            of = self._return(principal, new.part_of)
            new = replace(new, part_of=of.id, line=_line(of, new.line))
            before = self._store.idempotency.before(principal, key, _OPERATION, _asked(new))
            if before is not None:
                return self._again(principal, str(before))
            self._check_room(principal, new)
            return self._store.documents.begin(new)

    def _finish(self, principal: Principal, key: str, begun: str) -> Document:
        with self._store.writing():
            found = self._store.documents.keep(self._held(begun))
            if found is None:
                raise RequestFault("not_found", "The return's documents were erased meanwhile.")
            before = self._store.idempotency.before(principal, key, _OPERATION, _asked(found))
            if before is not None:  # the same request was sent twice at once
                raise RequestFault("conflict", "The same was sent twice at once; ask again.")
            asked = (_OPERATION, _asked(found))
            self._store.idempotency.keep(principal, key, asked, found.id)
            said = {"kind": found.kind, "size": found.size, "sha256": found.sha256}
            self._store.returns.tell(found.part_of, found.by, "return_document", **said)
            return found

    def _return(self, principal: Principal, said: str) -> Return:
        """Locks and returns the return, so that its room for documents is checked by
        one at a time.
        """
        seen = self._store.tenant_returns
        found = seen.visible(principal, said) or seen.numbered(principal, said)
        held = self._store.returns.held(found.id) if found else None
        if held is None:
            raise RequestFault("not_found", "There is no such return of yours.", "return")
        return held

    def _held(self, key: str) -> str:
        """Locks the return of a document, which comes before the document in the lock order."""
        of = self._store.documents.return_of(key)
        if of is not None:
            self._store.returns.held(of)
        return key

    def _again(self, principal: Principal, key: str) -> Document:
        found = self._store.documents.visible(principal, key)
        if found is None:
            raise RequestFault("not_found", "This document was erased meanwhile.")
        return found

    def _check_room(self, principal: Principal, new: NewDocument) -> None:
        sizes = self._store.documents.sizes(new.part_of, principal.tenant)
        if len(sizes) >= MOST_DOCUMENTS or sum(sizes) + new.size > MOST_BYTES_IN_ALL:
            raise RequestFault(
                "too_many_documents",
                f"You may send {MOST_DOCUMENTS} documents of {MOST_BYTES_IN_ALL:,} bytes in all "
                "to one return.",
                "return",
            )

    def _give_up(self, begun: str) -> None:
        """Marks the document as incomplete; a worker deletes its file."""
        with self._store.writing():
            self._held(begun)
            self._store.documents.give_up(begun)


def _line(of: Return, said: str | None) -> str | None:
    if said is not None and said not in {each.id for each in of.lines}:
        raise RequestFault("not_found", "This return has no such line.", "line")
    return said


def _asked(new: NewDocument) -> dict[str, object]:
    """Returns the values by which two requests are the same."""
    return {"return": new.part_of, "line": new.line, "name": new.name, "sha256": new.sha256}
