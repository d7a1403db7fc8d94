"""`takeback worker`: carries out what is due until it is ended."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from takeback.commands.serve import Database, settings_with
from takeback.terminal import say, stderr


def worker(
    *,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many at once; else TAKEBACK_WORKERS.")
    ] = None,
    database: Database = None,
) -> None:
    """Send settlements and stock, and look at them, apart from a server.

    Run it beside servers with TAKEBACK_WORKERS=0. SIGTERM or Ctrl-C ends it
    after the call in hand.

    [bold]Example:[/bold] takeback worker --workers 2
    """
    from services.workers.running import at_work  # noqa: PLC0415
    from takeback.parts import made  # noqa: PLC0415 - other commands need no store

    settings = settings_with(database=database, workers=workers)
    over = _ended_by(signal.SIGTERM, signal.SIGINT)
    parts = made(settings)
    try:
        with at_work(parts, settings.workers or 1):
            say(stderr(), "Working; Ctrl-C ends it.")
            while not over.wait(1.0):  # a signal between a look and an endless wait wakes nobody
                pass
    finally:
        parts.close()


def _ended_by(*signals: signal.Signals) -> threading.Event:
    """Set by any of the signals; a second one ends the process at once."""
    over = threading.Event()

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        over.set()

    for each in signals:
        signal.signal(each, end)
    return over
