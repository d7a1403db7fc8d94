"""The journal of a tenant: what happened to its policies, orders, returns, money and stock."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Final

import msgspec
import strawberry

from adapters.identity.principal import Scope
from adapters.store.journal.kinds import Thing
from adapters.store.journal.register import KINDS
from engine.errors import RequestFault
from engine.journal import Entry
from returns_api import nodes
from returns_api.context import Context, Info
from returns_api.returns.types import Return, return_
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import JSON

MOST: Final = 500
_MEMBERS: Final = {
    name.upper(): strawberry.enum_value(name, description=kind.says) for name, kind in KINDS.items()
}
_Enum: Any = Enum  # mypy knows the members of a literal only
JournalKind: Any = strawberry.enum(_Enum("JournalKind", _MEMBERS), description="What happened.")
_NODES: Final = {
    Thing.PARTNER: NodeKind.PARTNER,
    Thing.PARTNERSHIP: NodeKind.PARTNERSHIP,
    Thing.POLICY: NodeKind.POLICY,
    Thing.EDITION: NodeKind.EDITION,
    Thing.GOODS: NodeKind.PARTNER,
    Thing.ORDER: NodeKind.ORDER,
    Thing.PAYMENT: NodeKind.PAYMENT,
    Thing.SETTLEMENT: NodeKind.SETTLEMENT,
    Thing.CLAIM: NodeKind.CLAIM,
    Thing.CREDIT: NodeKind.CREDIT,
    Thing.CHANNEL: NodeKind.CHANNEL,
    Thing.RETURN: NodeKind.RETURN,
    Thing.CONSUMER_RETURN: NodeKind.CONSUMER_RETURN,
    Thing.PARCEL: NodeKind.RECEIVED_PARCEL,
}
"""Kinds of subjects that can be looked up; of others there is one per partner, or none."""


@strawberry.type(description="One event in the journal; it never changes.")
class JournalEntry:
    """`hash` covers the entry and the one before it, so that none can be altered or left out."""

    entry: strawberry.Private[Entry]
    number: int
    """Rises with each entry written, over all tenants."""
    at: datetime
    kind: JournalKind
    actor: str
    """`key` and its public part, or `command line`, `policy`, `worker`, `gateway`."""
    subject: str
    """The key of its subject, as stored in the journal."""
    fact: str = strawberry.field(deprecation_reason="Use `kind`.")
    """The kind as a word."""
    before: str
    """The hash of the previous entry."""
    hash: str
    """The SHA-256 of the entry and the previous hash: no entry can be altered or left out."""

    @described("Ids, amounts and states; no personal data, and nothing that your key may not see.")
    def body(self) -> JSON:
        return JSON(msgspec.json.decode(self.entry.body))

    @described("Its subject, if that can be looked up; for goods, their supplier.")
    def about(self, info: Info) -> Node | None:
        kind = _NODES.get(KINDS[self.entry.fact].about)
        key = self.subject.rpartition(":")[2] if kind is NodeKind.CHANNEL else self.subject
        return nodes.node(info.context, encode(kind, key)) if kind else None

    @described("The return that it is about, if any.", asks=Scope.READ_RETURNS)
    def about_return(self, info: Info) -> Return | None:
        if KINDS[self.entry.fact].about is not Thing.RETURN:
            return None
        found = info.context.store.tenant_returns.visible(info.context.principal, self.subject)
        return return_(found) if found else None


def entries_after(
    context: Context,
    after: int,
    first: int,
    kinds: list[JournalKind] | None,
) -> list[JournalEntry]:
    """Returns the entries after a number; asking again with the last one's number misses none."""
    if not 1 <= first <= MOST:
        raise RequestFault("wrong_page", f"1 to {MOST} entries are given at once.", "first")
    only = None if kinds is None else [each.name.lower() for each in kinds]
    found = context.store.journal.seen(context.principal, after, first, only)
    return [journal_entry(each) for each in found]


def journal_entry(entry: Entry) -> JournalEntry:
    """Converts an entry to the API's type."""
    return JournalEntry(
        entry=entry,
        number=entry.seq,
        at=datetime.fromisoformat(entry.at),
        kind=JournalKind[entry.fact.upper()],
        actor=entry.actor,
        subject=entry.subject,
        fact=entry.fact,
        before=entry.before,
        hash=entry.hash,
    )
