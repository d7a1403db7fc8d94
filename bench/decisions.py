"""Decisions per CPU second of our engine, of GoRules Zen and of CEL, on the same policies.

    .venv/bin/pip install --editable ".[bench]"
    .venv/bin/python -m bench.decisions            # some minutes; --quick: a smoke run

First every engine decides 10,000 items, and no rate is printed if an answer differs. Then rounds
follow one another in which every way takes its turn with items of its own, new ones each time, so
that drift hits all alike and no memory of a value serves an item twice. A rate is the median of
the rounds. What each way does and leaves out is said in bench/README.md.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from bench import ours
from bench.machine import machine
from bench.ways import ZEN_TABLES, Contest, Way, contest, differences

POLICIES: Final = ("typical", "rows_25", "rows_100")
ITEMS: Final = 10_000
ROUNDS: Final = 5
SEED: Final = 20_250_301


def time_rounds(entered: Contest, count: int, rounds: int) -> None:
    """Times every way once a round, each round beginning with another."""
    seed, ways = SEED, entered.ways
    for number in range(rounds):
        start = number % len(ways)
        for way in (*ways[start:], *ways[:start]):
            seed += 1
            inputs = way.prepare(entered.items(count, seed))
            way.rates.append(count / _seconds(way, inputs))


def _seconds(way: Way, inputs: Sequence[object]) -> float:
    decide = way.decide
    gc.collect()
    gc.freeze()
    began = time.process_time()
    for each in inputs:
        decide(each)
    ended = time.process_time()
    gc.unfreeze()
    return ended - began


def show(ways: Sequence[Way], console: Console) -> None:
    """Prints the rates and how they stand to Zen's quicker way with tables, round by round."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("way")
    for heading in ("per CPU second", "lowest", "highest", "of Zen's table"):
        table.add_column(heading, justify="right")
    zen = [way for way in ways if way.name in ZEN_TABLES]
    base = max(zen, key=lambda way: statistics.median(way.rates))
    for way in ways:
        ratio = statistics.median(a / b for a, b in zip(way.rates, base.rates, strict=True))
        rates = (statistics.median(way.rates), min(way.rates), max(way.rates))
        table.add_row(way.name, *(f"{rate:,.0f}" for rate in rates), f"{ratio:.2f}")
    console.print(table)


def title(name: str, entered: Contest) -> str:
    """How many rows there are, and how many hold for an item."""
    rows = [row for table in entered.policy.tables() for row in table.rows if not row.built_in]
    facts = [item.facts for item in entered.items(1000, SEED)]
    asked = ours.Recorder(entered.policy)(facts)[0]
    fired = statistics.mean(map(ours.fired, asked))
    questions = statistics.mean(map(len, asked))
    explained = statistics.mean(len(entered.ways[0].decide(each).because) for each in facts)
    return (
        f"{name}: {len(rows)} rows; per item {fired:.1f} fire in the network "
        f"(asked {questions:.1f} times), {explained:.1f} are explained"
    )


def main() -> int:
    """Compares, then times; the exit code says whether all engines agreed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="300 items and one round")
    count, rounds = (300, 1) if parser.parse_args().quick else (ITEMS, ROUNDS)
    console = Console(width=100, highlight=False)
    console.print(
        machine("zen-engine", "common-expression-language"),
        f"{count:,} items a round, rounds: {rounds}",
        "",
        sep="\n",
    )
    for name in POLICIES:
        entered = contest(name)
        if wrong := differences(entered.ways, entered.items(count, SEED)):
            console.print(f"{name}: {len(wrong):,} answers differ, so no rates.\n{wrong[0]}")
            return 1
        time_rounds(entered, count, rounds)
        console.print(title(name, entered))
        show(entered.ways, console)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
