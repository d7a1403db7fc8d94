"""Faults to switch on, drawn with a seed: answers that are lost, errors that stick, crowding."""

from __future__ import annotations

import random
import threading
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What happens to one POST."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    ERROR_STORED = "error_stored"
    """An error 500 that the key replays for good; nothing was done."""
    ERROR_STORED_DONE = "error_stored_done"
    """The same, though it was done."""
    ERROR_FRESH = "error_fresh"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all POSTs that carry a key, the share from 0 to 1 that each fault strikes."""

    drop_before: float = 0.0
    drop_after: float = 0.0
    error_stored: float = 0.0
    error_stored_done: float = 0.0
    error_fresh: float = 0.0
    conflict: float = 0.0
    too_many: float = 0.0


class Faults:
    """Draws a fault for a call; thread-safe."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - faults that can be repeated
        self._lock = threading.Lock()
        self.shares = Shares()

    def set(self, said: dict[str, Any]) -> Shares:
        """Replaces the shares; raises ValueError for a fault that there is not."""
        known = {field.name for field in fields(Shares)}
        if not set(said) <= known:
            raise ValueError(f"known faults are {', '.join(sorted(known))}")
        self.shares = Shares(**{name: float(share) for name, share in said.items()})
        return self.shares

    def drawn(self) -> Fault | None:
        """At most one fault for a call."""
        with self._lock:
            at = self._draw.random()
        for name, share in asdict(self.shares).items():
            if at < share:
                return Fault(name)
            at -= share
        return None
