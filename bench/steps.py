"""Processor time of the server for each step of a return of one line, asked over HTTP.

Run: python -m bench.steps --returns 300 [--database-url postgresql://…]

Each order is asked for one after the other, then all are sent, received and inspected: milliseconds
of the server's processor for each step, on SQLite and on the PostgreSQL if one is named.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.machine import machine
from bench.serving.driving import processor_seconds
from bench.walking import client
from bench.world import ended, world

WARM: Final = 20
"""Returns that are walked before, so that nothing is compiled while it is measured."""
STEPS: Final = ("request", "ship", "receive", "inspect")


def measured(url: str, returns: int) -> dict[str, float]:
    """Milliseconds for each step."""
    with world(url, WARM + returns) as here, ended(here.serve()) as server:
        asking = client(here)
        for at in range(WARM):
            asking.walk(at)
        found: dict[str, float] = {}
        given: Iterable[Any] = range(WARM, WARM + returns)
        for step in STEPS:
            before = processor_seconds(server.pid)
            made = _all(getattr(asking, step), given)
            found[step] = 1000 * (processor_seconds(server.pid) - before) / returns
            given = made if step == "request" else given
        return found


def _all(step: Callable[[Any], Any], given: Iterable[Any]) -> list[Any]:
    return [step(each) for each in given]


def main() -> None:
    """Reads the arguments, measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=300)
    parser.add_argument("--database-url", help="of a PostgreSQL that may make databases")
    said = parser.parse_args()
    table = Table("database", *STEPS, title="CPU ms a step (wanted 3)")
    for url in ["", *([said.database_url] if said.database_url else [])]:
        took = measured(url, said.returns)
        name = url.partition(":")[0] or "sqlite"
        table.add_row(name, *(f"{took[step]:.1f}" for step in STEPS))
    Console().print(machine("uvicorn", "pony"), table)


if __name__ == "__main__":
    main()
