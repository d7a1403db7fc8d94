"""What happened to a tenant's returns and money, entry after entry: its log of events."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
import strawberry

from adapters.identity.principal import Scope
from engine.errors import RequestFault
from engine.journal import Entry
from returns_api.context import Context, Info
from returns_api.returns.types import Return, return_
from returns_api.types.described import described
from returns_api.types.scalars import JSON

MOST: Final = 500


@strawberry.type(description="One thing that happened; it never changes.")
class JournalEntry:
    """`hash` covers the entry and the one before it, so that none can be altered or left out."""

    entry: strawberry.Private[Entry]
    number: int
    at: datetime
    actor: str
    subject: str
    fact: str
    before: str
    hash: str

    @described("Ids, amounts and states; nothing personal.")
    def body(self) -> JSON:
        return JSON(msgspec.json.decode(self.entry.body))

    @described("The return that it is about, if it is about one.")
    def about_return(self, info: Info) -> Return | None:
        if not self.fact.startswith("return_"):
            return None
        found = info.context.store.seen_returns.visible(info.context.principal, self.subject)
        return return_(found) if found else None


def entries_after(context: Context, after: int, first: int) -> list[JournalEntry]:
    """The entries that follow a number; asked again with the last one's, none is missed."""
    context.principal.must(Scope.READ_RETURNS)
    if not 1 <= first <= MOST:
        raise RequestFault("wrong_page", f"1 to {MOST} entries are given at once.", "first")
    return [
        _shown(each) for each in context.store.journal.after(context.principal.tenant, after, first)
    ]


def _shown(entry: Entry) -> JournalEntry:
    return JournalEntry(
        entry=entry,
        number=entry.seq,
        at=datetime.fromisoformat(entry.at),
        actor=entry.actor,
        subject=entry.subject,
        fact=entry.fact,
        before=entry.before,
        hash=entry.hash,
    )
