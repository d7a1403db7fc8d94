"""The console script; it imports next to nothing, so that Ctrl-C is heard from the first moment."""

from __future__ import annotations

from takeback import interrupts


def main() -> None:
    """Runs the command line."""
    interrupts.leave_quietly()
    from takeback.app import app  # noqa: PLC0415 - takes longer than many a command

    app()
