"""Reads a policy text for the controls of its rows, as the API does and in a thread.

The port gives what stands in a text, and None for what the API refuses to read, of which its check
says why and in which line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

Reader = Callable[[str], dict[str, Any] | None]
"""What stands in a text: lists and maps whose values are words as they are written."""


async def read(request: Request, text: str) -> dict[str, Any] | None:
    """What stands in a policy text; None where it is not to be read."""
    reader: Reader = request.app.state.read
    return await run_in_threadpool(reader, text)
