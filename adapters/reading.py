"""Reads the texts of policies that anybody may have written, for as long as somebody waits."""

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
"""How long somebody waits for a text to be read, and an author for its checks."""
TOO_LONG: Final = "too_long_to_read"
FILE: Final = "policy.yaml"
"""What a text without a name is called in its faults."""


@contextmanager
def awaited(
    seconds: float | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """What is read or checked in the block is stopped after a while: raises `ChecksStopped`."""
    until = clock() + (SECONDS if seconds is None else seconds)
    with stopping(lambda: clock() > until):
        yield


@contextmanager
def reading() -> Iterator[None]:
    """The same for what is only read: raises `RequestFault` `too_long_to_read`."""
    try:
        with awaited():
            yield
    except ChecksStopped:
        said = f"It was not read within {SECONDS:g} seconds; make it smaller, or nest it less."
        raise RequestFault(TOO_LONG, said, "yaml") from None


def policy_of(text: str, find: FindBase, file: str = FILE, agreed: Map | None = None) -> PolicyFile:
    """The policy that a text is; raises `PolicyFaults`, or `RequestFault` as `reading` does."""
    with reading():
        return load(text, file, find, agreed)
