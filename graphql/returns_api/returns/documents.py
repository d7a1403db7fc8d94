"""Documents of a return as the API shows them; their content is at `url`."""

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
    """Never changed; deleted once its consumer is erased."""

    record: strawberry.Private[store.Document]
    name: str = strawberry.field(
        description="The file name, made safe, with the ending of its media type."
    )
    media_type: str = strawberry.field(
        description=(
            "The media type by its content: image/jpeg, image/png, image/webp, image/heic or "
            "application/pdf."
        )
    )
    size: int = strawberry.field(description="The size in bytes.")
    sha256: str = strawberry.field(description="The SHA-256 of its content, in hexadecimal.")
    line: strawberry.ID | None = strawberry.field(
        description="The return line that it belongs to; null for all lines."
    )
    sent_at: datetime = strawberry.field(description="When it was stored.")
    url: URL = strawberry.field(
        description=(
            "The URL of its content on this server, as an attachment; send the same key as to the "
            "API."
        )
    )

    @described("The partner that sent it.")
    def sender(self, info: Info) -> Partner | None:
        found = info.context.store.partners.visible(info.context.principal, self.record.sender)
        return partner(found) if found else None


def document(found: store.Document) -> ReturnDocument:
    """Converts a document to the API's type."""
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
