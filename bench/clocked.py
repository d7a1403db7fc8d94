"""A server or a worker on a clock that another process moves.

Run: python -m bench.clocked serve|work FILE

The file holds by how many seconds the clock is off, as a double of eight bytes.
"""

from __future__ import annotations

import struct
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.store.database import Store
from services.workers.running import at_work
from takeback.components import made
from takeback.server import serve
from takeback.settings import Settings


def clock(file: Path) -> Callable[[], datetime]:
    """The time by a file, read anew each time."""

    def now() -> datetime:
        (off,) = struct.unpack("d", file.read_bytes())
        return datetime.now(UTC) + timedelta(seconds=off)

    return now


def put(file: Path, off: float) -> None:
    """Moves the clock of whoever reads the file; no reader sees half of it."""
    new = file.with_suffix(".new")
    new.write_bytes(struct.pack("d", off))
    new.replace(file)


def leave_unchecked(store: Store) -> None:
    """The clock of the database's server cannot be moved, and would stop all work."""
    store.check_clock = lambda: None  # type: ignore[method-assign]


def main() -> None:
    """Serves, or works, until it is killed."""
    what, file = sys.argv[1:]
    settings = Settings.from_environment()
    parts = made(settings, clock(Path(file)))
    leave_unchecked(parts.store)
    if what == "serve":
        serve(settings, parts)
        return
    with at_work(parts, 1):
        threading.Event().wait()


if __name__ == "__main__":
    main()
