"""Who may hold how many threads at once, so that one who asks much leaves some to the others."""

from __future__ import annotations

import asyncio
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

    def turn(self, name: str) -> Turn:
        """Waits until it is one's turn."""
        return Turn(self, name)

    async def enter(self, name: str) -> None:
        """For a turn, which leaves whatever happens."""
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = _Lane(asyncio.Semaphore(self._most))
        lane.users += 1
        try:
            await lane.turns.acquire()
        except BaseException:
            self._gone(name, lane)
            raise

    def leave(self, name: str) -> None:
        """After a turn."""
        lane = self._lanes[name]
        lane.turns.release()
        self._gone(name, lane)

    def _gone(self, name: str, lane: _Lane) -> None:
        lane.users -= 1
        if not lane.users:
            del self._lanes[name]


class Turn:
    """A turn in a lane for a block; no generator, for there is one for each request."""

    __slots__ = ("_lanes", "_name")

    def __init__(self, lanes: Lanes, name: str) -> None:
        self._lanes, self._name = lanes, name

    async def __aenter__(self) -> None:
        await self._lanes.enter(self._name)

    async def __aexit__(self, *_: object) -> None:
        self._lanes.leave(self._name)
