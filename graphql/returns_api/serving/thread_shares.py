"""Limits the threads of each caller, so that one with many requests leaves some to others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

MOST: Final = 4
"""Half of a server's threads."""


@dataclass(slots=True)
class _Lane:
    turns: asyncio.Semaphore
    users: int = 0


class Lanes:
    """A queue per name, of which `most` run and the others wait; used on the event loop only."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lanes: dict[str, _Lane] = {}

    def turn(self, name: str) -> Turn:
        """Returns a context that waits for a free thread of the name."""
        return Turn(self, name)

    async def enter(self, name: str) -> None:
        """Waits for a turn; gives it back if the wait is interrupted."""
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
        """Ends a turn."""
        lane = self._lanes[name]
        lane.turns.release()
        self._gone(name, lane)

    def _gone(self, name: str, lane: _Lane) -> None:
        lane.users -= 1
        if not lane.users:
            del self._lanes[name]


class Turn:
    """A turn in a block; a class rather than a generator, since each request needs one."""

    __slots__ = ("_lanes", "_name")

    def __init__(self, lanes: Lanes, name: str) -> None:
        self._lanes, self._name = lanes, name

    async def __aenter__(self) -> None:
        await self._lanes.enter(self._name)

    async def __aexit__(self, *_: object) -> None:
        self._lanes.leave(self._name)
