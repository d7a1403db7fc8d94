"""How long the first decider of a shape of policy takes, and a return of which a fact is not sent.

    .venv/bin/python -m bench.shapes               # a minute

A shape is made ready once; editions that differ in numbers share its code. A pattern is the set of
facts that is sent: its first return is printed apart from those that follow.
"""

from __future__ import annotations

import gc
import re
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from bench.items import make_items
from bench.machine import machine
from bench.ours import POLICIES, read_policy
from bench.tables import first_hits
from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.policy.model import Policy

NAMES: Final = ("typical", "rows_25", "rows_100")
UNSENT: Final = {"typical": "item_price", "rows_25": "reason", "rows_100": "reason"}
TIMES: Final = 6
COUNT: Final = 3_000
SEED: Final = 20_250_301

_ROW: Final = re.compile(r"(\s+- \{id: )([A-Z0-9-]+)(, when: \{)(.*)")


def longer(name: str, times: int) -> Policy:
    """A policy with each row written some times over, each time for another quantity."""
    lines: list[str] = []
    for line in (POLICIES / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
        row = _ROW.fullmatch(line)
        numbers = range(1, times + 1) if row else ()
        lines += [f"{row[1]}{row[2]}-{n}{row[3]}quantity: {n}, {row[4]}" for n in numbers if row]
        lines += [] if row else [line]
    return load("\n".join(lines).partition("\ntests:")[0], f"{name}.yaml").policy


def seconds(work: Callable[[], object]) -> float:
    """Processor time of some work."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def made_ready(policy: Policy) -> str:
    """A line with the rows of a policy and what its first decider takes."""
    rows = [row for table in policy.tables() for row in table.rows if not row.built_in]
    item = make_items(("general",), ("quantity",), 1, SEED)[0].facts
    taken = [seconds(lambda: Decider(policy).outcome(item)) for _ in range(3)]
    return f"{policy.id}: {len(rows)} rows, ready in {statistics.median(taken) * 1000:,.0f} ms"


def unsent(name: str) -> list[str]:
    """Microseconds of known returns, of those without a fact, and of the first of these."""
    policy = read_policy(name)
    tested = {fact for table in first_hits(policy) for fact in table.facts}
    words = policy.facts["category"].words or ("general",)
    known = [item.facts for item in make_items(words, tested, COUNT, SEED)]
    open_ = [{k: v for k, v in facts.items() if k != UNSENT[name]} for facts in known]
    decider = Decider(policy)
    cells = [name, UNSENT[name]]
    for way in (decider.outcome, decider.decide):
        base = _each(way, known)
        first = seconds(partial(way, open_[0])) * 1e6
        cells += [f"{base:,.1f}", f"{_each(way, open_) / base:.2f}", f"{first:,.0f}"]
    decider.close()
    return cells


def _each(way: Callable[[dict[str, object]], object], items: Iterable[dict[str, object]]) -> float:
    rounds = [seconds(lambda: [way(facts) for facts in items]) for _ in range(3)]
    return min(rounds) / COUNT * 1e6


def main() -> None:
    """Prints both."""
    console = Console(width=100, highlight=False)
    console.print(machine(), "", sep="\n")
    for policy in (*map(read_policy, NAMES), longer("rows_100", TIMES)):
        console.print(made_ready(policy))
    table = Table("policy", "not sent", box=box.SIMPLE_HEAD)
    for way in ("outcome", "decision"):
        for heading in (f"{way} µs", "not sent", "first µs"):
            table.add_column(heading, justify="right")
    for name in NAMES:
        table.add_row(*unsent(name))
    console.print(table)


if __name__ == "__main__":
    main()
