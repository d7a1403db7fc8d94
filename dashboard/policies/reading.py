"""Parses a policy text for the controls of its rows, as the API does, in a thread.

The port returns the content of a text, and None if the API refuses to read it; its check then says
why and in which line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

Reader = Callable[[str], dict[str, Any] | None]
"""Returns the content of a text: lists and maps whose values are words as written."""


async def read(request: Request, text: str) -> dict[str, Any] | None:
    """Returns the content of a policy text; None if it cannot be read."""
    reader: Reader = request.app.state.read
    return await run_in_threadpool(reader, text)
