"""`takeback worker`: runs background work until it is stopped."""

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
        int | None,
        typer.Option(min=1, max=64, help="How many run at once; by default TAKEBACK_WORKERS."),
    ] = None,
    database: Database = None,
) -> None:
    """Run background work without a server: payouts, stock feeds, deadlines.

    Use it beside servers with TAKEBACK_WORKERS=0. SIGTERM or Ctrl-C stops it
    after the current call.

    [bold]Example:[/bold] takeback worker --workers 2
    """
    from services.workers.running import at_work  # noqa: PLC0415
    from takeback.components import started  # noqa: PLC0415 - other commands need no store

    settings = settings_with(database=database, workers=workers)
    over = _ended_by(signal.SIGTERM, signal.SIGINT)
    parts = started(settings)
    try:
        with at_work(parts, settings.workers or 1):
            say(stderr(), "Working; Ctrl-C ends it.")
            while not over.wait(1.0):  # an endless wait could miss a signal just before it
                pass
    finally:
        parts.close()


def _ended_by(*signals: signal.Signals) -> threading.Event:
    """Returns an event that any of the signals sets; a second signal ends the process at once."""
    over = threading.Event()

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        over.set()

    for each in signals:
        signal.signal(each, end)
    return over
