"""Photos and papers of a return as clients see them; their bytes are at `url`."""

from __future__ import annotations

from datetime import datetime

import strawberry

from adapters.store.returns import documents as store
from returns_api.context import Info
from returns_api.filing.urls import url_of
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import URL
from returns_api.types.trade import Partner, partner


@strawberry.type(description="A photo or paper that was sent to a return by `POST /files`.")
class ReturnDocument(Node):
    """Never changed; removed once its consumer is erased."""

    record: strawberry.Private[store.Document]
    name: str = strawberry.field(description="Made safe, with the ending of what it is.")
    media_type: str = strawberry.field(
        description="By its content: image/jpeg, image/png, image/webp, image/heic or "
        "application/pdf."
    )
    size: int = strawberry.field(description="In bytes.")
    sha256: str = strawberry.field(description="Of its bytes, in hexadecimal.")
    line: strawberry.ID | None = strawberry.field(
        description="The line of the return that it shows; null for all of them."
    )
    sent_at: datetime = strawberry.field(description="When it was kept.")
    url: URL = strawberry.field(
        description="`GET` it from this server with the same key as the API; an attachment."
    )

    @described("Which side sent it.")
    def sender(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.sender)
        return partner(found) if found else None


def document(found: store.Document) -> ReturnDocument:
    """A document as clients see it."""
    return ReturnDocument(
        record=found,
        id=encode(NodeKind.DOCUMENT, found.id),
        name=found.name,
        media_type=found.kind.media_type,
        size=found.size,
        sha256=found.sha256,
        line=encode(NodeKind.RETURN_LINE, found.line) if found.line else None,
        sent_at=found.at,
        url=URL(url_of(found.id)),
    )
