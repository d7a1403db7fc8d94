"""What follows from a partner's answers: for each SKU, and for the partner as a whole.

Pure: receipts and counts of failures go in, what to store comes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.stock.channel import Delivered, Receipt
from engine.stock.feeds import Level, wait_after

MOST_WAIT: Final = 86_400.0
"""Seconds; a partner that asks to be left alone for longer is asked again after a day."""
MOST_BETWEEN: Final = 300.0
"""Seconds between messages to a partner that fails: others get their turn, and it is soon told
when it is back."""


class Parked(StrEnum):
    """Why a SKU is not told again before a person asks for it."""

    EXHAUSTED = "exhausted"
    """Every try failed."""
    UNKNOWN_SKU = "unknown_sku"
    """The partner does not know the SKU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What to store of one SKU; `wait` in seconds until the next try, none when parked or done."""

    acknowledged: bool = False
    attempts: int
    wait: float | None = None
    parked: Parked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnerwide:
    """What to store of the partner: messages that failed in a row, and how long it is left alone.

    One that `wants_no_more` is stopped until a person opens it again.
    """

    failures: int = 0
    slow: float | None = None
    wants_no_more: bool = False
    error: str = ""


def following(receipt: Receipt, attempts: int, draw: Callable[[], float]) -> Following:
    """What follows for one SKU that was tried `attempts` times before without success."""
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
    """What follows for a partner after a message; `failures` are those in a row before it."""
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
    """The id of a message: the same for the same levels, until somebody asks to resend them.

    Each level comes with how often it was asked to be resent.
    """
    said = [(each.sku, each.sequence, each.available, times) for each, times in levels]
    return f"msg_{hashlib.sha256(repr((channel, said)).encode()).hexdigest()[:32]}"


def next_snapshot(key: str, now: datetime, hour: int) -> datetime:
    """When a channel is next told everything again: at an hour of each day, in UTC.

    Channels are spread over that hour by their ids.
    """
    second = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % 3_600
    day = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    at = day + timedelta(seconds=second)
    return at if at > now else at + timedelta(days=1)


def _between(failures: int, draw: Callable[[], float]) -> float:
    return min(wait_after(failures + 1, draw) or MOST_BETWEEN, MOST_BETWEEN)
