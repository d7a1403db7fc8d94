"""Many partners: what each costs to publish and to keep, and how fast those are asked who are.

    .venv/bin/python -m bench.partners        # about 40 minutes; --quick: a smoke run of seconds

For 10, 100, 1,000 and 10,000 partners, once as one supplier with a policy for each retailer and
once as suppliers with one policy each. Policies are published by the code behind `publishPolicy`;
a fresh process then asks by the code behind `eligibility`, one order line a request, decisions
stored: one partner, 100 of them in turn, every partner once, and any partner. Last, 2,000
editions are replaced and asked, some of them withdrawn. Rates are requests per CPU second of the
process; `--database-url` takes a PostgreSQL. bench/README.md says what the columns mean.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Final, TypeVar, cast

from rich import box
from rich.console import Console
from rich.table import Table

from adapters.channels.opening import ChannelOpener
from adapters.identity.vault import Vault
from adapters.store.connection.address import Address, read_address
from adapters.store.database import open_store
from bench.crowd import Crowd, Layout, policy_text, question
from bench.machine import machine, resident_megabytes
from returns_api.context import Context, opener
from returns_api.eligibility import eligibility
from services.payments.gateways import Gateways
from services.returns.decision_service import View
from takeback.components import Components
from takeback.policy_cache import Library
from takeback.settings import policies_folder

SIZES: Final = (10, 100, 1_000, 10_000)
ASKED: Final = 3_000
REPLACED: Final = 2_000
WITHDRAWN: Final = 10
"""Of so many replacements one is withdrawn again."""

T = TypeVar("T")

HOT: Final = 100
NOW: Final = datetime(2025, 10, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured, and how often."""

    sizes: tuple[int, ...] = SIZES
    asked: int = ASKED
    replaced: int = REPLACED


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One way to ask: requests per CPU second, MB afterwards, and how often a decider was there."""

    name: str
    rate: float
    megabytes: float
    hits: float


class Server:
    """A server's store, library and sessions in this process."""

    def __init__(self, address: Address, layout: Layout) -> None:
        self.store = open_store(address, lambda: NOW)
        self.library = Library(policies_folder())
        self.crowd = Crowd(self.store, layout)
        vault = Vault.of()
        parts = Components(
            store=self.store,
            library=self.library,
            vault=vault,
            gateways=Gateways(self.store, vault),
            channels=ChannelOpener(vault=vault),
            now=lambda: NOW,
        )
        self._open = opener(parts)
        self._keys: dict[str, str] = {}
        self._chance = random.Random(7)

    def ask(self, number: int) -> None:
        """Asks for a partner's order; refuses to go on after an answer that is none."""
        with self._open(f"Bearer {self.key(number)}") as context:
            asked = [question(number, self._chance)]
            (answer,) = eligibility(cast("Context", context), asked, View())
        if answer.code in ("engine_disagreement", "no_policy") or answer.problem:
            raise RuntimeError(f"partner {number} was answered {answer.code}: {answer.sentence}")

    def key(self, number: int) -> str:
        """The API key that asks for a partner; issued when first needed."""
        retailer = self.crowd.retailer(number)
        if retailer not in self._keys:
            with self.store.session():
                self._keys[retailer] = self.crowd.key(number)
        return self._keys[retailer]

    def close(self) -> None:
        """Frees all that is not in use."""
        self.library.close()
        self.store.close()


def asked(address: Address, layout: Layout, size: int, count: int) -> list[Phase]:
    """Runs in a process of its own: every way to ask, one after another."""
    server, chance = Server(address, layout), random.Random(size)
    everybody = list(range(size))
    hot = chance.sample(everybody, min(HOT, size))
    for number in everybody:
        server.key(number)
    start = Phase(name="started", rate=0, megabytes=_settled(), hits=0)
    for number in hot:
        server.ask(number)
    ways: dict[str, Callable[[], Iterable[int]]] = {
        "one": lambda: [0] * count,
        "hot": lambda: (hot[turn % len(hot)] for turn in range(count)),
        "first": lambda: chance.sample(everybody, size),
        "any": lambda: chance.choices(everybody, k=count),
    }
    found = [_phase(name, server, list(numbers())) for name, numbers in ways.items()]
    server.close()
    return [start, *found]


def _phase(name: str, server: Server, numbers: list[int]) -> Phase:
    before = server.library.counts
    began = time.process_time()
    for number in numbers:
        server.ask(number)
    seconds = time.process_time() - began
    lent, made = (now - then for now, then in zip(server.library.counts, before, strict=True))
    return Phase(
        name=name,
        rate=len(numbers) / seconds,
        megabytes=_settled(),
        hits=1 - made / lent,
    )


def _settled() -> float:
    gc.collect()
    return resident_megabytes()


def replaced(address: Address, layout: Layout, size: int, count: int) -> list[float]:
    """Runs in a process of its own: MB after each tenth of the replacements."""
    server, chance = Server(address, layout), random.Random(3)
    versions: dict[int, int] = {}
    found = []
    for turn in range(count):
        number = chance.randrange(size)
        versions[number] = versions.get(number, 1) + 1
        edition = server.crowd.publish(number, policy_text(layout, number, versions[number]))
        server.ask(number)
        if turn % WITHDRAWN == 0:
            server.crowd.withdraw(edition)
            server.ask(number)
        if (turn + 1) % (count // 10) == 0:
            found.append(_settled())
    server.close()
    return found


def apart(function: Callable[..., list[T]], *arguments: object) -> list[T]:
    """The answer of a function that runs in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def publish(crowd: Crowd, numbers: range) -> list[float]:
    """Publishes the policies of some partners; seconds on the wall for each."""
    crowd.join(numbers)
    found = []
    for number in numbers:
        text = policy_text(crowd.layout, number, 1)
        began = time.perf_counter()
        crowd.publish(number, text)
        found.append(time.perf_counter() - began)
    return found


def run(address: Address, layout: Layout, plan: Plan, console: Console) -> None:
    """Measures one layout and prints a row for every size."""
    table, there = _table(layout), 0
    crowd, base = Crowd(open_store(address, lambda: NOW), layout), None
    for size in plan.sizes:
        seconds = publish(crowd, range(there, size))
        phases = apart(asked, address, layout, size, plan.asked)
        base, there = base or phases, size
        table.add_row(f"{size:,}", *_published(seconds), *_cells(phases, base))
    console.print(table)
    resident = apart(replaced, address, layout, min(there, 1_000), plan.replaced)
    crowd.store.close()
    console.print(told(resident, plan.replaced), "", sep="\n")


def _table(layout: Layout) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=layout.value, title_justify="left")
    table.add_column("editions", justify="right")
    for heading in ("publish ms", "99 of 100", "MB", "one/s", "of 10"):
        table.add_column(heading, justify="right")
    for heading in ("hot 100/s", "MB", "first/s", "MB", "any/s", "of 10", "hits", "MB"):
        table.add_column(heading, justify="right")
    return table


def _published(seconds: list[float]) -> tuple[str, str]:
    ranked = sorted(seconds)
    return (
        f"{statistics.median(ranked) * 1e3:.0f}",
        f"{ranked[int(len(ranked) * 0.99)] * 1e3:.0f}",
    )


def _cells(phases: list[Phase], base: list[Phase]) -> list[str]:
    start, one, hot, first, any_ = phases
    return [
        f"{start.megabytes:.0f}",
        f"{one.rate:,.0f}",
        f"{one.rate / base[1].rate:.2f}",
        f"{hot.rate:,.0f}",
        f"{hot.megabytes:.0f}",
        f"{first.rate:,.0f}",
        f"{first.megabytes:.0f}",
        f"{any_.rate:,.0f}",
        f"{any_.rate / base[4].rate:.2f}",
        f"{any_.hits:.0%}",
        f"{any_.megabytes:.0f}",
    ]


def told(megabytes: list[float], count: int) -> str:
    """How memory went over replacements, measured ten times, and what each of them took."""
    later = megabytes[2:]  # the first fifth fills what is kept
    steps = [step * count / len(megabytes) for step in range(len(later))]
    slope = statistics.linear_regression(steps, later).slope if len(later) > 1 else 0.0
    every = ", ".join(f"{each:.0f}" for each in megabytes)
    return (
        f"{count:,} replacements, MB: {every}; {slope * 1024:+.2f} KB for each after the first 20%"
    )


def main() -> int:
    """Measures both layouts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="up to 40 partners, few questions")
    parser.add_argument(
        "--most", type=int, default=SIZES[-1], help="the largest number of partners"
    )
    parser.add_argument("--database-url", help="an empty database; by default a temporary file")
    said = parser.parse_args()
    sizes = tuple(size for size in SIZES if size <= said.most)
    plan = Plan(sizes=(10, 40), asked=100, replaced=40) if said.quick else Plan(sizes=sizes)
    console = Console(width=140, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        address = read_address(said.database_url or f"sqlite:///{folder}/bench.sqlite")
        console.print(machine(), f"{address}", "", sep="\n")
        for layout in Layout:
            run(address, layout, plan, console)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
