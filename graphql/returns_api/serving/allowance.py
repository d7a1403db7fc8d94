"""What each of those who ask may spend in time: a bucket of points that fills again by the second.

Buckets are kept in this process; where several processes serve, each gives its part.
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
"""Buckets; the one that was used longest ago is forgotten first, and most are full again then."""


class Left(Struct, frozen=True, kw_only=True, gc=False):
    """How a bucket stands: points that are left of `most`, and the seconds until it is full."""

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
    """There is not enough left; there will be in `seconds`."""

    def __init__(self, seconds: int, left: Left) -> None:
        self.seconds = seconds
        self.left = left
        super().__init__(f"again in {seconds} s")


@dataclass(slots=True)
class _Bucket:
    points: float
    at: float


class Allowance:
    """One bucket a name, with `most` points at first and `per_second` more; thread-safe."""

    def __init__(
        self, most: int, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self.per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._alone = threading.Lock()

    def take(self, name: str, points: float) -> None:
        """Takes points; raises `Spent`, and takes none, if there are fewer."""
        with self._alone:
            self._with(name, points).points -= points

    def check(self, name: str, points: float) -> None:
        """Takes none; raises `Spent` if there are fewer."""
        with self._alone:
            self._with(name, points)

    def settle(self, name: str, points: float) -> Left:
        """Takes more points, or gives some back if negative, for what was done already."""
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
