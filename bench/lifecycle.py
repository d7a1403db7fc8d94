"""Returns per second from request to closed: over HTTP, with real workers and a stand-in Stripe.

Run: python -m bench.lifecycle --returns 300 [--database-url postgresql://…]

A server, its workers and the stand-in are processes of their own. Each return is requested, sent,
received, inspected, refunded by the stand-in and closed. Printed: one worker and four, on SQLite
and on the PostgreSQL if one is named, and each as a ratio of the first, all from one run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Final

from bench.machine import machine
from bench.walking import client
from bench.world import ended, world

CLIENTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`seconds` from the first request to the last return that was closed.

    `steps_seconds` until the last inspection was answered.
    """

    database: str
    workers: int
    returns: int
    seconds: float
    steps_seconds: float
    per_second: float


def measured(url: str, workers: int, returns: int) -> Result:
    """One way of running, from an empty database."""
    with ExitStack() as stack:
        here = stack.enter_context(world(url, returns))
        stack.enter_context(ended(here.serve()))
        for _ in range(workers):
            stack.enter_context(ended(here.work()))
        asking = client(here)
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(asking.walk, range(returns)))
        stepped = time.monotonic() - began
        while asking.closed() < returns:
            time.sleep(0.05)
        seconds = time.monotonic() - began
        return Result(
            database=url.partition(":")[0] or "sqlite",
            workers=workers,
            returns=returns,
            seconds=round(seconds, 2),
            steps_seconds=round(stepped, 2),
            per_second=round(returns / seconds, 1),
        )


def main() -> None:
    """Reads the arguments, runs every way, and prints the rates and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=300)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--database-url", help="of a PostgreSQL that may make databases")
    said = parser.parse_args()
    results = []
    for url in ["", *([said.database_url] if said.database_url else [])]:
        for workers in said.workers:
            results.append(measured(url, workers, said.returns))
            print(results[-1], file=sys.stderr)
    first = results[0].per_second
    ratios = [{**asdict(each), "ratio": round(each.per_second / first, 2)} for each in results]
    print(json.dumps({"machine": machine(), "results": ratios}, indent=2))


if __name__ == "__main__":
    main()
