"""Texts of partners in the paths of pages: each leads to the page of that text and nowhere else.

Browsers take segments that are `.` or `..` for steps in the path, also where these are quoted. So
slashes between such segments are quoted, and a text that is one has a tilde before it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

_MARK: Final = "~"
_STEPS: Final = {".", ".."}
_LOST: Final = {"", *_STEPS}
"""Segments that do not arrive as they were sent; a proxy may join slashes."""


class _Text(Convertor[str]):
    """`{name:text}` in the path of a route: any text, slashes too, as `written` writes it."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value.removeprefix(_MARK)

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("text", _Text())


def written(text: str) -> str:
    """Any text as the end of a path, for a route that has it as `text`."""
    marked = f"{_MARK}{text}" if text in _LOST or text.startswith(_MARK) else text
    return quote(marked, safe="" if _LOST & set(marked.split("/")) else "/")


def here(request: Request) -> str:
    """The path of a page as it was asked for, from the root of this host."""
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    path = raw.decode("latin-1").replace("\\", "%5C")
    return f"/{path.lstrip('/')}"
