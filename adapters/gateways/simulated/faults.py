"""Faults to switch on, drawn with a seed: lost answers, stored errors, rate limits."""

from __future__ import annotations

import random
import threading
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """A fault of one POST."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    ERROR_STORED = "error_stored"
    """An error 500 that is replayed for the key from then on; nothing was done."""
    ERROR_STORED_DONE = "error_stored_done"
    """The same error, although the call was carried out."""
    ERROR_FRESH = "error_fresh"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Shares:
    """For each fault, the share (0 to 1) of POSTs with an idempotency key that it strikes."""

    drop_before: float = 0.0
    drop_after: float = 0.0
    error_stored: float = 0.0
    error_stored_done: float = 0.0
    error_fresh: float = 0.0
    conflict: float = 0.0
    too_many: float = 0.0


class Faults:
    """Draws faults for calls; thread-safe."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - faults that can be repeated
        self._lock = threading.Lock()
        self.shares = Shares()

    def set(self, said: dict[str, Any]) -> Shares:
        """Replaces the shares; raises ValueError for an unknown fault."""
        known = {field.name for field in fields(Shares)}
        if not set(said) <= known:
            raise ValueError(f"known faults are {', '.join(sorted(known))}")
        self.shares = Shares(**{name: float(share) for name, share in said.items()})
        return self.shares

    def drawn(self) -> Fault | None:
        """Draws at most one fault for a call."""
        with self._lock:
            at = self._draw.random()
        for name, share in asdict(self.shares).items():
            if at < share:
                return Fault(name)
            at -= share
        return None
