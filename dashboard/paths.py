"""Encodes partners' texts in the paths of pages, so that each leads only to the page of that text.

Browsers resolve the segments `.` and `..` in a path even if they are quoted. So slashes between
such segments are quoted, and a text that is one of them gets a tilde before it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

_MARK: Final = "~"
_STEPS: Final = {".", ".."}
_LOST: Final = {"", *_STEPS}
"""Segments that are not transmitted as they are; a proxy may join slashes."""


class _Text(Convertor[str]):
    """`{name:text}` in the path of a route: any text, including slashes, as encoded by
    `written`.
    """

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value.removeprefix(_MARK)

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("text", _Text())


def written(text: str) -> str:
    """Encodes any text as the end of a path, for a route that takes it as `text`."""
    marked = f"{_MARK}{text}" if text in _LOST or text.startswith(_MARK) else text
    return quote(marked, safe="" if _LOST & set(marked.split("/")) else "/")


def here(request: Request) -> str:
    """Returns the path of the request, from the root of this host."""
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    path = raw.decode("latin-1").replace("\\", "%5C")
    return f"/{path.lstrip('/')}"
