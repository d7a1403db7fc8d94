"""Who may hold how many threads at once, so that one who asks much leaves some to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

MOST: Final = 4
"""Half of the threads of a server."""


@dataclass(slots=True)
class _Lane:
    turns: asyncio.Semaphore
    users: int = 0


class Lanes:
    """One for each name, in which `most` go on and the others wait; used on the event loop only."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Waits until it is one's turn."""
        lane = self._lanes.setdefault(name, _Lane(asyncio.Semaphore(self._most)))
        lane.users += 1
        try:
            async with lane.turns:
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[name]
