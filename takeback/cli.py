"""The console script; imports almost nothing at first, so that Ctrl-C works from the start."""

from __future__ import annotations

from takeback import interrupts


def main() -> None:
    """Runs the command line."""
    interrupts.leave_quietly()
    from takeback.app import app  # noqa: PLC0415 - takes longer than many a command

    app()
