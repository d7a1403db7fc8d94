"""How trading partners learn of stock: the messages, the channel port, and what answers mean.

Level-triggered: a feed records which sequence is wanted, sent and acknowledged, and the sender
reads the stock at the moment of sending. So ten restocks are one message, and a late message never
overwrites a newer one. Receipts and counts of failures go in; the values to store come out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol


class FeedState(StrEnum):
    """How up to date a partner is on one SKU."""

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
"""Seconds before each retry, as Standard Webhooks suggests; after the last the feed is parked."""

_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The stock of a SKU that partners learn: an absolute quantity, ordered by `sequence`."""

    sku: str
    available: int
    sequence: int


def shared_quantity(available: int, buffer: int) -> int:
    """Returns the units that a partner may sell: those available, less those kept for others."""
    return max(0, available - buffer)


def wait_after(attempts: int, draw: Callable[[], float]) -> float | None:
    """Returns the seconds until the next try after `attempts` failures; None if the feed is parked.

    `draw` returns a number from 0 to 1 that spreads the tries of many feeds.
    """
    if attempts > len(WAITS):
        return None
    return WAITS[attempts - 1] * (1 + _JITTER * (2 * draw() - 1))


def state_of(*, want: int, acked: int, attempts: int, paused: bool, parked: bool) -> FeedState:
    """Returns the state that a feed shows."""
    if paused:
        return FeedState.PAUSED
    if parked:
        return FeedState.PARKED
    if acked >= want:
        return FeedState.CURRENT
    return FeedState.RETRYING if attempts else FeedState.BEHIND


MOST_WAIT: Final = 86_400.0
"""Seconds; a partner that asks for a longer pause is sent to again after a day."""
MOST_BETWEEN: Final = 300.0
"""Seconds between messages to a failing partner: other partners get their turn, and this one is
told soon after it recovers."""


class Parked(StrEnum):
    """Why a SKU is not sent again until a person asks for it."""

    EXHAUSTED = "exhausted"
    """Every try failed."""
    UNKNOWN_SKU = "unknown_sku"
    """The partner does not know the SKU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What to store for a SKU; `wait` is seconds until the next try, None if parked or done."""

    acknowledged: bool = False
    attempts: int
    wait: float | None = None
    parked: Parked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnerwide:
    """What to store for a partner: failures in a row, and for how many seconds to leave it alone.

    A partner that `wants_no_more` is stopped until a person reopens it.
    """

    failures: int = 0
    slow: float | None = None
    wants_no_more: bool = False
    error: str = ""


def following(receipt: Receipt, attempts: int, draw: Callable[[], float]) -> Following:
    """Returns what to store for a SKU after a receipt; `attempts` failed before it."""
    if receipt.delivered is Delivered.ACKNOWLEDGED:
        return Following(acknowledged=True, attempts=0)
    if receipt.delivered is Delivered.UNKNOWN_SKU:
        return Following(attempts=attempts, parked=Parked.UNKNOWN_SKU)
    if receipt.delivered is Delivered.GONE:
        return Following(attempts=attempts, wait=0)
    if receipt.delivered is Delivered.SLOW_DOWN and receipt.retry_after is not None:
        return Following(attempts=attempts, wait=min(receipt.retry_after, MOST_WAIT))
    wait = wait_after(attempts + 1, draw)
    parked = Parked.EXHAUSTED if wait is None else None
    return Following(attempts=attempts + 1, wait=wait, parked=parked)


def partnerwide(
    receipts: Sequence[Receipt], failures: int, draw: Callable[[], float]
) -> Partnerwide:
    """Returns what to store for a partner after a message; `failures` in a row came before it."""
    said = {each.delivered: each for each in receipts}
    if gone := said.get(Delivered.GONE):
        return Partnerwide(wants_no_more=True, error=gone.sentence)
    if slow := said.get(Delivered.SLOW_DOWN):
        wait = slow.retry_after if slow.retry_after is not None else _between(failures, draw)
        return Partnerwide(failures=failures + 1, slow=min(wait, MOST_WAIT), error=slow.sentence)
    if failed := said.get(Delivered.FAILED):
        slow_for = _between(failures, draw)
        return Partnerwide(failures=failures + 1, slow=slow_for, error=failed.sentence)
    return Partnerwide()


def message_id(channel: str, levels: Iterable[tuple[Level, int]]) -> str:
    """Returns the id of a message: the same for the same levels, until a person has them resent.

    Each level comes with how often it was asked to be resent.
    """
    said = [(each.sku, each.sequence, each.available, times) for each, times in levels]
    return f"msg_{hashlib.sha256(repr((channel, said)).encode()).hexdigest()[:32]}"


def next_snapshot(key: str, now: datetime, hour: int) -> datetime:
    """Returns when a channel next sends all levels: once a day, within the given hour, in UTC.

    Channels are spread over that hour by their keys.
    """
    second = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % 3_600
    day = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    at = day + timedelta(seconds=second)
    return at if at > now else at + timedelta(days=1)


def _between(failures: int, draw: Callable[[], float]) -> float:
    return min(wait_after(failures + 1, draw) or MOST_BETWEEN, MOST_BETWEEN)


class Delivered(StrEnum):
    """What became of a message."""

    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    SLOW_DOWN = "slow_down"
    """The whole partner is left alone for `retry_after` seconds."""
    GONE = "gone"
    """The partner wants no more of it: parked, and somebody is told."""
    UNKNOWN_SKU = "unknown_sku"
    """That SKU is parked, not the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer for one SKU; `sentence` is for people and quotes nothing of the partner's body."""

    sku: str
    delivered: Delivered
    sentence: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Levels for one partner; `id` is the same on every try of the same levels."""

    id: str
    supplier: str
    as_of: str
    levels: Sequence[Level]


class Channel(Protocol):
    """The port through which one partner learns of stock; made with its address and its secret."""

    def send(self, message: Message) -> tuple[Receipt, ...]:
        """Returns one receipt per level, in order; never raises for a partner or network fault."""
