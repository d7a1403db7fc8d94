"""What a trading partner is to see of one SKU, and when it is told again after a failure.

Level-triggered: a feed says which sequence is wanted, sent and acknowledged; the sender reads the
stock of that moment. So ten restocks are one message, and a late one never overwrites a newer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FeedState(StrEnum):
    """How a partner stands with one SKU."""

    CURRENT = "current"
    """The partner acknowledged the newest."""
    BEHIND = "behind"
    """The newest waits to be sent."""
    RETRYING = "retrying"
    """Sending failed, and is tried again."""
    PARKED = "parked"
    """It is not tried again by itself."""
    PAUSED = "paused"
    """Its supplier paused the channel."""


WAITS: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each further try, as Standard Webhooks suggests; after the last it is parked."""

_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What is shared of a SKU: an absolute quantity, and the sequence that orders it."""

    sku: str
    available: int
    sequence: int


def shared_quantity(available: int, buffer: int) -> int:
    """What a partner may sell: what is there, less the units kept back for others."""
    return max(0, available - buffer)


def wait_after(attempts: int, draw: Callable[[], float]) -> float | None:
    """Seconds until the next try after `attempts` failures; None when it is parked.

    `draw` gives a number from 0 to 1 that spreads the tries of many feeds.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1]
    return wait * (1 + _JITTER * (2 * draw() - 1))


def state_of(*, want: int, acked: int, attempts: int, paused: bool, parked: bool) -> FeedState:
    """The state that a feed shows."""
    if paused:
        return FeedState.PAUSED
    if parked:
        return FeedState.PARKED
    if acked >= want:
        return FeedState.CURRENT
    return FeedState.RETRYING if attempts else FeedState.BEHIND
