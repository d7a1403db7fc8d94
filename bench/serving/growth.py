"""What requests take when there is more of everything: orders, and partners with their policies."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.serving.driving import Rate, body, serving
from bench.serving.filled import Filled, filled

SECONDS: Final = 4
CONNECTIONS: Final = 2
_ONE: Final = """query ($order: String!) {
  eligibility(lines: [{order: $order, line: "1", reason: "defective"}]) { answer code }
}"""
_QUERIES: Final = {
    "eligibility of one line": (_ONE, {"order": "B-7"}),
    "orders, by number": ('{ orders(number: "B-7") { nodes { id } } }', {}),
    "orders, first 20": ("{ orders(first: 20) { nodes { id number } } }", {}),
    "policies, first 20": ("{ policies(page: {first: 20}) { nodes { name } } }", {}),
    "partnerships, first 20": ("{ partnerships(first: 20) { nodes { id } } }", {}),
}
Settings = Callable[[str], dict[str, str]]


def growth(folder: Path, settings: Settings, orders: int, partners: int) -> None:
    """Prints milliseconds of the server's processor for a request, of few and of many."""
    few, many = Sizes(1_000, 10), Sizes(orders, partners)
    found = {
        (name, size): rate
        for size, each in (("few", few), ("many", many))
        for name, rate in _rates(each.database(folder / size), settings).items()
    }
    table = Table(title=f"CPU ms a request: {few} / {many}")
    for column in ("asked for", "few", "many", "ratio"):
        table.add_column(column, justify="left" if column == "asked for" else "right")
    for name in _QUERIES:
        one, other = (1_000 / found[name, size].per_cpu_second for size in ("few", "many"))
        table.add_row(name, f"{one:.2f}", f"{other:.2f}", f"{other / one:.1f}")
    Console().print(table)


class Sizes:
    """How many orders and partners a database has."""

    def __init__(self, orders: int, partners: int) -> None:
        self._orders, self._partners = orders, partners

    def __str__(self) -> str:
        return f"{self._orders:,} orders, {self._partners:,} partners"

    def database(self, file: Path) -> tuple[str, Filled]:
        """A new SQLite database; of each thousand orders the first is added, the others copied."""
        url = f"sqlite:///{file}.sqlite"
        there = filled(url, min(self._orders, 1_000), self._partners)
        with closing(sqlite3.connect(f"{file}.sqlite")) as database, database:
            for copy in range(1, self._orders // 1_000):
                for table in ("purchase", "purchase_line"):
                    _copy(database, table, f"~{copy}")
        return url, there


def _copy(database: sqlite3.Connection, table: str, suffix: str) -> None:
    """Every row that is no copy itself once more, under another key and number."""
    changed = {"purchase": ("id", "number"), "purchase_line": ("id", "order")}[table]
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    taken = [f"\"{name}\" || '{suffix}'" if name in changed else f'"{name}"' for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    database.execute(
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(taken)} FROM {table}"
        " WHERE id NOT LIKE '%~%'"
    )


def _rates(there: tuple[str, Filled], settings: Settings) -> dict[str, Rate]:
    url, found = there
    with serving("ours", ["bench.serving.peer", "ours"], settings(url), found.key) as server:
        return {
            name: server.driven(partial(body, *asked), SECONDS, CONNECTIONS)
            for name, asked in _QUERIES.items()
        }
