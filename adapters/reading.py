"""Reads policy texts from untrusted authors within a time limit, because a caller waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from engine.errors import RequestFault
from engine.policy.editions import FindBase, PolicyFile, load
from engine.policy.text import Map
from engine.stopping import ChecksStopped, stopping

SECONDS: Final = 5.0
"""Seconds for reading a text while a caller waits, and for an author's checks."""
TOO_LONG: Final = "too_long_to_read"
FILE: Final = "policy.yaml"
"""The file name in faults of a text without a name."""


@contextmanager
def awaited(
    seconds: float | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Stops reading and checks in the block after the given seconds: raises `ChecksStopped`."""
    until = clock() + (SECONDS if seconds is None else seconds)
    with stopping(lambda: clock() > until):
        yield


@contextmanager
def reading() -> Iterator[None]:
    """The same for reading alone: raises `RequestFault` `too_long_to_read`."""
    try:
        with awaited():
            yield
    except ChecksStopped:
        said = f"It was not read within {SECONDS:g} seconds; make it smaller, or nest it less."
        raise RequestFault(TOO_LONG, said, "yaml") from None


def policy_of(text: str, find: FindBase, file: str = FILE, agreed: Map | None = None) -> PolicyFile:
    """Reads a policy; raises `PolicyFaults`, or `RequestFault` as `reading` does."""
    with reading():
        return load(text, file, find, agreed)
