"""Decisions replayed per CPU second, as a share of deciding them, and of deciding and keeping them.

    .venv/bin/python -m bench.replay --count 100000      # some minutes; --count 2000: a smoke run

Items are decided once with the rule network, kept in a SQLite file of their own, and derived again
by a replay that has compiled nothing yet: read in pages, derived, and held against what was kept.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table

from adapters.identity.principal import Kind
from adapters.store.connection.address import SqliteFile
from adapters.store.database import Store, open_store
from adapters.store.decision_history.keeping import About, Applied, keep_line
from adapters.store.decision_history.pages import FIRST, LAST, Range
from adapters.store.records import Edition
from bench.decisions import POLICIES, SEED
from bench.machine import machine
from bench.ours import read_policy
from bench.ways import contest
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.replay.kept import Finding
from takeback.policy_cache import Library
from takeback.replay.replayer import Replayer
from takeback.settings import policies_folder

BATCH: Final = 100
START: Final = datetime(2025, 6, 1, tzinfo=UTC)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that was done to every decision, and the CPU seconds that it took."""

    name: str
    seconds: float


def timed(name: str, do: Callable[[], T]) -> tuple[T, Part]:
    """What something gave, and what it took."""
    began = time.process_time()
    given = do()
    return given, Part(name=name, seconds=time.process_time() - began)


def publish(store: Store, policy: Policy, text: str) -> Edition:
    """The edition that decides, without the checks before publishing."""
    with store.session(), store.atomic():
        owner = store.partners.add("bench", "bench", Kind.SUPPLIER)
        return store.editions.add(owner, load(text, policy.reference), "bench", {})


def keep(store: Store, edition: Edition, policy: Policy, made: Sequence[Decision]) -> None:
    """Keeps decisions as a server does, some a transaction."""
    by = Applied(edition=edition.id, digest=policy.digest, terms={})
    for start in range(0, len(made), BATCH):
        at = START + timedelta(seconds=start)
        about = About(retailer="r", supplier="s", decided_at=at, asked_by="bench")
        with store.session(), store.atomic():
            store.decisions.add(
                keep_line(about, by, "line", each, ()) for each in made[start : start + BATCH]
            )


def replay(store: Store, *, plain: bool) -> Counter[Finding]:
    """Every decision of the store, by a replay that remembers nothing."""
    with closing(Library(policies_folder())) as library:
        replayer = Replayer(store, library, plain=plain)
        every = store.decision_history.read(Range(since=FIRST, before=LAST))
        return Counter(replayer.replay(past).finding for past in every)


def measure(name: str, count: int, folder: Path) -> list[Part]:
    """All parts for one policy; raises AssertionError if one decision came out otherwise."""
    policy, text = read_policy(name), (Path(__file__).parent / "policies" / f"{name}.yaml")
    facts = [item.facts for item in contest(name).items(count, SEED)]
    with closing(open_store(SqliteFile(path=folder / f"{name}.sqlite"))) as store:
        edition = publish(store, policy, text.read_text(encoding="utf-8"))
        policy = load(edition.text, edition.reference).policy
        with closing(Decider(policy)) as decider:
            made, decided = timed("decide", lambda: [decider.decide(each) for each in facts])
        _, kept = timed("keep", lambda: keep(store, edition, policy, made))
        same, derived = timed("replay", lambda: replay(store, plain=False))
        plainly, by_twin = timed("replay --plain", lambda: replay(store, plain=True))
    assert same == plainly == Counter({Finding.SAME: count}), (same, plainly)
    return [decided, kept, derived, by_twin]


def show(name: str, count: int, parts: Sequence[Part], console: Console) -> None:
    """Rates, and each part as a share of the rate of deciding, and of deciding and keeping."""
    table = Table(box=box.SIMPLE_HEAD, title=f"{name}: {count:,} decisions", title_justify="left")
    for heading in ("part", "per CPU second", "of deciding", "of deciding and keeping"):
        table.add_column(heading, justify="left" if heading == "part" else "right")
    decide, both = parts[0].seconds, parts[0].seconds + parts[1].seconds
    for part in parts:
        shares = f"{decide / part.seconds:.2f}", f"{both / part.seconds:.2f}"
        table.add_row(part.name, f"{count / part.seconds:,.0f}", *shares)
    console.print(table)


def main() -> None:
    """Measures each policy in a folder that is gone at the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000)
    count = parser.parse_args().count
    console = Console(width=100, highlight=False)
    console.print(machine("msgspec", "pony"))
    with tempfile.TemporaryDirectory() as folder:
        for name in POLICIES:
            show(name, count, measure(name, count, Path(folder)), console)


if __name__ == "__main__":
    main()
