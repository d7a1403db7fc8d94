"""Tells a clock of this process that is off that of the database's server."""

from __future__ import annotations

from typing import Final

from engine.errors import RequestFault

MOST_OFF: Final = 3_600.0
"""Seconds by which a clock may be off for a server to start, and for background work."""


def check(ahead: float) -> None:
    """Raises `RequestFault` `wrong_clock` for a clock that is off by more than `MOST_OFF`."""
    if abs(ahead) > MOST_OFF:
        raise RequestFault("wrong_clock", clock_sentence(ahead))


def clock_sentence(ahead: float) -> str:
    """Says that this process's clock is off by some seconds from the database server's."""
    word = "ahead of" if ahead > 0 else "behind"
    return (
        f"The clock of this machine is {abs(round(ahead)):,} seconds {word} that of the "
        "database's server; set it right (NTP)."
    )
