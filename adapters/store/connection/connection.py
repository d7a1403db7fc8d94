"""Pony's SQLite connection, which is closed when its thread has ended."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any, Final

from adapters.store.connection.deadline import is_past

_STEPS: Final = 10_000
"""SQLite instructions between two looks at the clock: a fraction of a millisecond."""


class ThreadConnection(sqlite3.Connection):
    """Closes itself when it is garbage-collected.

    Pony keeps one connection per thread and does not notice when a thread ends, as idle threads of
    the web server do. Python 3.13 warns of connections that are left open then.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # Pony keeps a connection to its thread, but garbage collection may close it in another.
        super().__init__(*arguments, **{**options, "check_same_thread": False})
        self.set_progress_handler(is_past, _STEPS)

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # the file could not be opened
            self.close()
