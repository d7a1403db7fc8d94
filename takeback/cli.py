"""The console script; it imports next to nothing, so that Ctrl-C is heard from the first moment."""

from __future__ import annotations

import sys

from engine.errors import BrokenInstallation
from takeback import interrupts


def main() -> None:
    """Runs the command line."""
    interrupts.leave_quietly()
    try:
        from takeback.app import app  # noqa: PLC0415 - takes longer than many a command
    except BrokenInstallation as error:
        sys.exit(f"takeback: {error}")

    app()
