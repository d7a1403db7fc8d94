"""The port to a trading partner's stock system: absolute levels out, an acknowledgement back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from engine.stock.feeds import Level


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
    """The answer for one SKU; `sentence` is for people and holds nothing of the partner's body."""

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
    """How stock reaches one partner; made with its address and its secret."""

    def send(self, message: Message) -> tuple[Receipt, ...]:
        """One receipt a level, in order; never raises for what the partner or the network does."""
        ...
