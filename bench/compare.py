"""Seconds of CPU for comparing two policies, and whether random returns bear every region out.

    .venv/bin/python -m bench.compare              # some minutes; --quick: a smoke run

Rows of 100 with one changed, with everything changed, rows that overlap, and each shipped policy
against three others of its currency. For each pair random returns are decided by both: none may
differ outside of a region, and none in two. A region should be shown by a return that both decide.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from rich.console import Console

from bench.machine import machine
from engine.comparing.policies import compare_policies
from engine.meaning.comparison import compare
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.properties.meaning.pairs import BENCH, changed, text_of, unlike
from tests.properties.meaning.regions import Held

Pair = tuple[str, Policy, Policy]
_HEADINGS = ("CPU s", "showing", "regions", "unshown", "drawn", "differ", "unknown")
_LINE = "{:58} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {}"


def made() -> Iterator[Pair]:
    """Pairs that show how the time grows."""
    for name in ("rows_25", "rows_100"):
        text = text_of(BENCH / f"{name}.yaml")
        for seed in (1, 2, 3):
            yield _pair(f"{name}, one number", text, changed(text, seed))
        yield _pair(f"{name}, every number", text, changed(text, 1, every=True))
    text = overlapping()
    yield _pair("101 overlapping rows, one number", text, text.replace("60 days", "61 days", 1))


def overlapping() -> str:
    """A policy of 101 rows of which many hold at once."""
    head = text_of(BENCH / "typical.yaml").partition("window:")[0]
    kinds = [f"k{number}" for number in range(12)]
    rows = []
    for number in range(100):
        when = (
            f"category: [{kinds[number % 12]}, {kinds[number * 7 % 12]}], "
            f"item_price: {{over: USD {number * 13 % 400}.00}}, "
            f"opened: {str(number % 3 == 0).lower()}"
        )
        rows.append(f"    - {{id: R{number}, when: {{{when}}}, within: {10 + number % 60} days}}\n")
    rows.append("    - {id: R-ELSE, otherwise: true, within: 60 days}\n")
    values = f"values:\n  category: [{', '.join(kinds)}]\n"
    window = f"deadlines:\n  request:\n    counted_from: delivered\n    rows:\n{''.join(rows)}"
    return f"{head.partition('values:')[0]}{values}{window}"


def _pair(name: str, one: str, other: str) -> Pair:
    before, after = (load(text, name).policy for text in (one, other))
    return name, before, after


def main() -> int:
    """Compares, then draws; the exit code says whether every difference lay in a region."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one other policy and 100 returns")
    parser.add_argument("--returns", type=int, default=2_000, help="drawn for each pair")
    said = parser.parse_args()
    others, returns = (1, 100) if said.quick else (3, said.returns)
    console = Console(width=110, highlight=False)
    console.print(machine(), f"{returns:,} returns a pair", "", sep="\n")
    console.print(_LINE.format("pair", *_HEADINGS))
    for pair in (*made(), *unlike(others)):
        console.print(_LINE.format(*_measured(pair, returns)))
    return 0


def _measured(pair: Pair, returns: int) -> Iterator[str]:
    """A row; raises `AssertionError` for a difference outside of every region."""
    name, before, after = pair
    began = time.process_time()
    compare(before, after)
    compared = time.process_time()
    found = compare_policies(before, after, native=True)
    shown = time.process_time()
    count = Held(before, after).holds(returns, seed=11)
    unknown = [each.field for each in found.fields if not each.proven]
    yield from (name, f"{compared - began:.2f}", f"{shown - compared:.2f}")
    missing = sum(change.example is None for change in found.changes)
    yield from (f"{len(found.changes):,}", str(missing))
    yield from (f"{count['returns']:,}", f"{count['differ']:,}", ", ".join(unknown) or "-")


if __name__ == "__main__":
    raise SystemExit(main())
