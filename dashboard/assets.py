"""The style sheet and the bundle, under file names that change with their content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

HERE: Final = Path(__file__).parent
BUILT: Final = HERE / "built"
_FOLDERS: Final = ("static", "built")
_FOR_GOOD: Final = {"cache-control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The files of one entry of the bundle, by name; None for missing ones."""

    script: str | None = None
    style: str | None = None


@cache
def style() -> tuple[str, bytes]:
    """Returns the name and content of the style sheet: `static/*.css` with those of the areas."""
    areas = sorted(path for path in HERE.glob("*/*.css") if path.parent.name not in _FOLDERS)
    files = [*sorted((HERE / "static").glob("*.css")), *areas]
    text = b"\n".join(path.read_bytes() for path in files)
    return f"style-{hashlib.sha256(text).hexdigest()[:12]}.css", text


@cache
def entry(name: str) -> Entry:
    """Returns an entry of the bundle; without files if Takeback was built without npm."""
    try:
        manifest = json.loads((BUILT / "manifest.json").read_text())
    except FileNotFoundError:
        return Entry()
    return Entry(**manifest[name])


async def _sent(request: Request) -> Response:
    name = request.path_params["name"]
    if name == style()[0]:
        return Response(style()[1], media_type="text/css", headers=_FOR_GOOD)
    path = BUILT / name
    if "/" in name or name.startswith(".") or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, headers=_FOR_GOOD)


ASSETS: Final = Route("/assets/{name}", _sent, name="asset")
