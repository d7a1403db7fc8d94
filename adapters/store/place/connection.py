"""Pony's connection to SQLite, which ends with the thread that it was made for."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any, Final

from adapters.store.place.deadline import is_past

_STEPS: Final = 10_000
"""Instructions of a statement between two looks at the clock: a fraction of a millisecond."""


class ThreadConnection(sqlite3.Connection):
    """Closes itself when it is forgotten.

    Pony keeps one connection for each thread and is not told when a thread ends, as those of the
    web server do when they are idle. Python 3.13 warns of a connection that is left open then.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # Pony sees to it that a connection stays in its thread; another may have to close it.
        super().__init__(*arguments, **{**options, "check_same_thread": False})
        self.set_progress_handler(is_past, _STEPS)

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # the file could not be opened
            self.close()
