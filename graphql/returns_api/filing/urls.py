"""The URL of a document's content."""

from __future__ import annotations

from returns_api.types.ids import NodeKind, encode


def url_of(key: str) -> str:
    """Relative to the root of this server."""
    return f"/files/{encode(NodeKind.DOCUMENT, key)}"
