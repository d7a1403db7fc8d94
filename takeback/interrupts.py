"""What Ctrl-C does: it ends the process at once, or raises an exception while a command runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

CODE: Final = 130
"""The exit code of a command ended by Ctrl-C, by shell convention: 128 plus the signal number."""


def leave_quietly() -> None:
    """Makes Ctrl-C end the process from now on, unless the process was started ignoring it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


@contextmanager
def heard() -> Iterator[None]:
    """Makes Ctrl-C raise an exception again within the block, so that a command can clean up."""
    if signal.getsignal(signal.SIGINT) is not _leave:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _leave)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Ends without an exception, whose traceback an interrupted import or exit would print."""
    os._exit(CODE)
