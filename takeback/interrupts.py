"""What Ctrl-C does: it ends the process at once, or raises an exception while a command runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

CODE: Final = 130
"""What shells say of a command that Ctrl-C has ended: 128 and the number of the signal."""


def leave_quietly() -> None:
    """From now on Ctrl-C ends the process; one that was started deaf to it stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


@contextmanager
def heard() -> Iterator[None]:
    """Within, Ctrl-C is an exception again, so that a command can clean up."""
    if signal.getsignal(signal.SIGINT) is not _leave:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _leave)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """No exception: an import that is cut short, or an exit that has begun, would show it."""
    os._exit(CODE)
