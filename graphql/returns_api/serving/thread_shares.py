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


_Place = tuple[asyncio.AbstractEventLoop, str]


class Lanes:
    """A queue per name on each event loop, of which `most` run and the others wait."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lanes: dict[_Place, _Lane] = {}

    def turn(self, name: str) -> Turn:
        """Returns a context that waits for a free thread of the name."""
        return Turn(self, name)

    async def enter(self, name: str) -> None:
        """Waits for a turn; gives it back if the wait is interrupted."""
        place = asyncio.get_running_loop(), name
        lane = self._lanes.get(place)
        if lane is None:
            lane = self._lanes[place] = _Lane(asyncio.Semaphore(self._most))
        lane.users += 1
        try:
            await lane.turns.acquire()
        except BaseException:
            self._gone(place, lane)
            raise

    def leave(self, name: str) -> None:
        """Ends a turn."""
        place = asyncio.get_running_loop(), name
        lane = self._lanes[place]
        lane.turns.release()
        self._gone(place, lane)

    def _gone(self, place: _Place, lane: _Lane) -> None:
        lane.users -= 1
        if not lane.users:
            del self._lanes[place]


class Turn:
    """A turn in a block; a class rather than a generator, since each request needs one."""

    __slots__ = ("_lanes", "_name")

    def __init__(self, lanes: Lanes, name: str) -> None:
        self._lanes, self._name = lanes, name

    async def __aenter__(self) -> None:
        await self._lanes.enter(self._name)

    async def __aexit__(self, *_: object) -> None:
        self._lanes.leave(self._name)
