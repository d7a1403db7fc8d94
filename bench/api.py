"""`eligibility` over HTTP beside strawberry's own execution and plain Starlette, in one run.

    .venv/bin/python -m bench.api             # three minutes; --seconds 2 --rounds 1 takes one
    .venv/bin/python -m bench.api --growth    # 1,000 to 100,000 orders, 10 to 2,000 partners

Requests for each second of the server's processor: ours with everything on (keys, limits, cost,
decisions kept), the same schema as strawberry executes it by itself over the reads of that time
(`serving/frozen.py`), and Starlette with orjson that answers as much and does nothing. The policy
has 25 rows, and each line is of another order. SQLite, unless `--database-url` names an empty
PostgreSQL database; the servers take turns, so that what else runs here meets them alike.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import orjson
from rich.console import Console
from rich.table import Table

from adapters.identity.vault import new_master_key
from bench.machine import machine
from bench.serving.driving import Bodies, Rate, Server, body, serving
from bench.serving.filled import Filled, filled, lines
from bench.serving.growth import growth

SIZES: Final = (1, 50)
TARGETS: Final = {1: 8.0, 50: 3.5}
ORDERS: Final = 1_000
COMMANDS: Final = {
    "ours": ["bench.serving.peer", "ours"],
    "strawberry": ["bench.serving.peer", "strawberry"],
    "plain": ["bench.serving.peer", "plain"],
}
QUERY: Final = """query ($lines: [EligibilityLineInput!]!) {
  eligibility(lines: $lines) {
    answer code sentence lastDay decisionId quantityReturnable
    settlement { kind net { amount currency } }
    returnShippingPaidBy labelBy
    orderLine { id number sku }
    edition { policy version }
    problem { code message path }
  }
}"""


def settings_of(url: str) -> dict[str, str]:
    """Of every server: limits are on, and too wide to be reached."""
    return {
        "TAKEBACK_PROFILE": "development",
        "TAKEBACK_DATABASE_URL": url,
        "TAKEBACK_MASTER_KEY": new_master_key(),
        "TAKEBACK_WORKERS": "0",
        "TAKEBACK_POINTS": str(10**8),
    }


def main() -> None:
    """Prints rates and ratios."""
    said = _arguments()
    Console().print(machine("strawberry-graphql", "graphql-core", "uvicorn", "pony"))
    with tempfile.TemporaryDirectory() as folder:
        if said.growth:
            growth(Path(folder), settings_of, said.orders, said.partners)
            return
        url = said.database_url or f"sqlite:///{Path(folder) / 'takeback.sqlite'}"
        rates = measured(url, said)
    Console().print(_table(rates))


def measured(url: str, said: argparse.Namespace) -> dict[tuple[str, int], list[Rate]]:
    """The rates of each server at each size, one for each round."""
    there = filled(url, ORDERS)
    found: dict[tuple[str, int], list[Rate]] = {}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(name, command, settings_of(url), there.key))
            for name, command in COMMANDS.items()
        ]
        for _ in range(said.rounds):
            for size in SIZES:
                for server in servers:
                    asked = bodies(server, servers[0], there, size)
                    rate = server.driven(asked, said.seconds, said.connections)
                    found.setdefault((server.name, size), []).append(rate)
    return found


def bodies(server: Server, ours: Server, there: Filled, size: int) -> Bodies:
    """What is sent; plain Starlette is sent an answer of ours to send back."""
    chance = random.Random(size)
    if server.name != "plain":
        return lambda: body(QUERY, {"lines": lines(there, size, chance)})
    ours.connect_anew()
    answer = orjson.loads(ours.send(body(QUERY, {"lines": lines(there, size, chance)})))
    sent = body(QUERY, {"answer": answer})
    return lambda: sent


def _table(rates: dict[tuple[str, int], list[Rate]]) -> Table:
    table = Table(title="eligibility: requests per CPU second of the server (p99 in ms)")
    table.add_column("server")
    for size in SIZES:
        table.add_column(f"{size} line{'s' * (size > 1)}", justify="right")
        table.add_column("to strawberry", justify="right")
    for name in COMMANDS:
        cells = []
        for size in SIZES:
            own, other = (_middle(rates[each, size]) for each in (name, "strawberry"))
            p99 = statistics.median(each.p99 for each in rates[name, size])
            wanted = f" (wanted {TARGETS[size]:g})" if name == "ours" else ""
            cells += [f"{own:,.0f} ({p99:.0f})", f"{own / other:.2f}{wanted}"]
        table.add_row(name, *cells)
    return table


def _middle(rates: list[Rate]) -> float:
    return statistics.median(each.per_cpu_second for each in rates)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8, help="for each server and size")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--growth", action="store_true", help="print growth instead")
    parser.add_argument("--orders", type=int, default=100_000, help="of growth, in thousands")
    parser.add_argument("--partners", type=int, default=2_000, help="of growth")
    return parser.parse_args()


if __name__ == "__main__":
    main()
