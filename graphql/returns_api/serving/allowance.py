"""Rate limits: a bucket of points for each payer, refilled every second.

Buckets are kept in this process; with several processes each grants its share.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

REMEMBERED: Final = 10_000
"""Buckets kept; the least recently used is dropped first, and by then most are full again."""


class Left(Struct, frozen=True, kw_only=True, gc=False):
    """The state of a bucket: the points left of `most`, and the seconds until it is full."""

    most: int
    points: int
    full_in: int

    @property
    def headers(self) -> dict[str, str]:
        """The RateLimit header fields."""
        return {
            "ratelimit-limit": str(self.most),
            "ratelimit-remaining": str(self.points),
            "ratelimit-reset": str(self.full_in),
        }


class Spent(Exception):
    """Raised if too few points are left; enough will be there in `seconds`."""

    def __init__(self, seconds: int, left: Left) -> None:
        self.seconds = seconds
        self.left = left
        super().__init__(f"again in {seconds} s")


@dataclass(slots=True)
class _Bucket:
    points: float
    at: float


class Allowance:
    """One bucket per name, with `most` points at first and `per_second` more; thread-safe."""

    def __init__(
        self, most: int, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self.per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._alone = threading.Lock()

    def take(self, name: str, points: float) -> None:
        """Takes points; raises `Spent`, and takes none, if there are too few."""
        with self._alone:
            self._with(name, points).points -= points

    def check(self, name: str, points: float) -> None:
        """Takes no points; raises `Spent` if there are too few."""
        with self._alone:
            self._with(name, points)

    def settle(self, name: str, points: float) -> Left:
        """Takes points for what was done already, or returns some if negative."""
        with self._alone:
            bucket = self._filled(name)
            bucket.points = min(bucket.points - points, self.most)
            return self._left(bucket)

    def _with(self, name: str, points: float) -> _Bucket:
        bucket = self._filled(name)
        if bucket.points < points:
            wait = math.ceil((points - bucket.points) / self.per_second)
            raise Spent(max(wait, 1), self._left(bucket))
        return bucket

    def _filled(self, name: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(self.most, now)
        bucket.points = min(bucket.points + (now - bucket.at) * self.per_second, self.most)
        bucket.at = now
        self._buckets.move_to_end(name)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket

    def _left(self, bucket: _Bucket) -> Left:
        return Left(
            most=self.most,
            points=max(math.floor(bucket.points), 0),
            full_in=math.ceil((self.most - bucket.points) / self.per_second),
        )
