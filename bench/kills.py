"""Kills workers at random while they settle, and counts the money.

Run: python -m bench.kills --settlements 500 --kills 200 --seed 1 [--database-url postgresql://…]

Workers are processes that are killed with SIGKILL; answers are lost, errors stick, keys are pruned,
their clock jumps by up to `--hours` either way, and banks end disputes. Orders are paid by one
charge or two, in dollars, in yen, or in another currency than was said, or by nothing that the
gateway knows. Printed at the end: what was paid twice, lost, wrong, or from another charge, what
did not end as it must, and whether journal, ledgers and comparison agree; all of it must be zero.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address, read_address
from adapters.store.database import open_store
from adapters.store.money.comparing import Comparison
from bench.clocked import leave_unchecked
from bench.mixed import SUPPLIER, Mixed, counted, unbalanced
from engine.settlement.charges import DisputeRead
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import SettlementState
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials, Gateways
from services.workers.settling import Settler

KEY: Final = "rk_test_acme"
LEASE: Final = 1.5
IN_FLIGHT: Final = 0.2
FAULTS: Final = {
    "drop_before": 0.06,
    "drop_after": 0.08,
    "error_stored": 0.03,
    "error_stored_done": 0.03,
    "error_fresh": 0.03,
    "conflict": 0.03,
    "too_many": 0.02,
}
_JUMPS: Final = 0.6
_ENDS: Final = 0.5
_PRUNED: Final = 0.2
"""Of all kills, or of all pauses between them, the share after which each happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came out of a run; all from `paid_twice` to `disagreeing` must be zero."""

    settlements: int
    kills: int
    jumps: int
    attempts: int
    generations: int
    paid_twice: int
    lost: int
    wrong_amount: int
    wrong_charge: int
    unfinished: int
    journal_broken: int
    ledger_unbalanced: int
    disagreeing: int
    seconds: float

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        names = ("paid_twice", "lost", "wrong_amount", "wrong_charge", "unfinished")
        return not any(getattr(self, each) for each in (*names, *_BOOKS))


_BOOKS: Final = ("journal_broken", "ledger_unbalanced", "disagreeing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often workers are killed, and by up to how many hours their clock jumps either way."""

    settlements: int
    kills: int
    seed: int
    workers: int = 2
    hours: float = 3.0


@dataclass(slots=True, kw_only=True)
class Chaos:
    """Processes that are killed, on a clock of their own that jumps, while banks end disputes."""

    address: Address
    stripe: SimulatedStripe
    mixed: Mixed
    plan: Plan
    clock: Any
    kills: int = 0
    jumps: int = 0

    def run(self) -> None:
        """Kills, jumps and disputes while something is open; then time to finish."""
        draw = random.Random(self.plan.seed)
        running = [self._started() for _ in range(self.plan.workers)]
        limit = time.monotonic() + 60 + self.plan.kills + 0.5 * self._open()
        while time.monotonic() < limit and (self._chaos_goes_on() or self._open()):
            time.sleep(draw.uniform(0.02, 0.5))
            if not self._chaos_goes_on():
                self._last()
                continue
            if self.kills < self.plan.kills:
                self._kill(running, draw)
            if self.plan.hours and draw.random() < _JUMPS:
                self._jump(draw.uniform(-self.plan.hours, self.plan.hours))
            if self.mixed.disputes and draw.random() < _ENDS:
                self._end_dispute(draw)
        for each in running:
            each.kill()
            each.join()

    def _chaos_goes_on(self) -> bool:
        return self.kills < self.plan.kills or bool(self.mixed.disputes)

    def _kill(self, running: list[BaseProcess], draw: random.Random) -> None:
        at = draw.randrange(len(running))
        running[at].kill()
        running[at].join()
        self.kills += 1
        if draw.random() < _PRUNED:
            self.stripe.ledger.prune_keys()
        running[at] = self._started()

    def _jump(self, hours: float) -> None:
        """With it the gateway forgets its keys, so that only its list knows what moved."""
        self.clock.value = 3_600 * hours
        self.stripe.ledger.prune_keys()
        self.jumps += 1

    def _end_dispute(self, draw: random.Random) -> None:
        moved = self.mixed.move_dispute(draw.choice(("won", "lost")))
        read = StripeGateway(KEY, base=self.stripe.address).dispute(moved)
        if not isinstance(read, DisputeRead):
            raise TypeError(f"a dispute was not read: {read}")
        with self.mixed.store.writing():
            self.mixed.store.disputes.know(SUPPLIER, read)

    def _last(self) -> None:
        """No clock is ahead of the last one, so that all that waits for its time goes on."""
        if self.plan.hours:
            self._jump(self.plan.hours + 1)

    def _open(self) -> int:
        with self.mixed.store.session():
            found = self.mixed.store.settlements.every()
        return sum(not self.mixed.right(each) for each in found)

    def _started(self) -> BaseProcess:
        """Forked from a process that has imported this module, which takes most of a start."""
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])
        what = (self.address, self.stripe.address, self.clock)
        started = context.Process(target=work, args=what, daemon=True)
        started.start()
        return started


def run(address: Address, plan: Plan) -> Report:
    """Plans, kills and counts."""
    began = time.monotonic()
    clock = get_context("forkserver").Value("d", 0.0, lock=False)
    store = open_store(address, lambda: told_by(clock))
    with SimulatedStripe(seed=plan.seed) as stripe:
        mixed = Mixed(store=store, account=stripe.account(account_of(KEY)))
        mixed.plan(plan.settlements)
        gateways = Gateways(store, Vault.of(new_master_key()), base=stripe.address)
        with store.session():
            gateways.put(GatewayCredentials(partner=SUPPLIER, key=KEY), "bench")
        stripe.faults.set(FAULTS)
        chaos = Chaos(
            address=address,
            stripe=stripe,
            mixed=mixed,
            plan=plan,
            clock=clock,
        )
        chaos.run()
        stripe.faults.set({})
        compared = Comparer(store, gateways).compare(SUPPLIER, "bench")
        report = _counted(chaos, compared, time.monotonic() - began)
    store.close()
    return report


def told_by(clock: Any) -> datetime:
    """The time of a clock that is so many seconds off."""
    return datetime.now(UTC) + timedelta(seconds=clock.value)


def work(address: Address, base: str, clock: Any) -> None:
    """One worker; runs until it is killed, and says nothing."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    store = open_store(address, lambda: told_by(clock))
    leave_unchecked(store)
    gateway = StripeGateway(KEY, base=base, now=store.now)
    Settler(store, lambda _: gateway, lease=LEASE, in_flight=IN_FLIGHT).run(threading.Event())


def _counted(chaos: Chaos, compared: Comparison, seconds: float) -> Report:
    """`compared` is by the gateway's list, after all of it."""
    store = chaos.mixed.store
    with store.session():
        rows = {each.id: each for each in store.settlements.every()}
        broken, wrong_books = len(store.journal.verify()), unbalanced(store, rows)
    theirs = counted(chaos.mixed, rows)
    at_gateway = [each for each in rows.values() if each.instrument in AT_GATEWAY]
    return Report(
        settlements=len(rows),
        kills=chaos.kills,
        jumps=chaos.jumps,
        attempts=sum(each.attempts for each in rows.values()),
        generations=sum(each.generation for each in rows.values()),
        paid_twice=sum(count > 1 for count in theirs.moved.values()),
        lost=sum(
            each.state is SettlementState.SUCCEEDED and theirs.moved[each.id] == 0
            for each in at_gateway
        ),
        wrong_amount=theirs.wrong_amount,
        wrong_charge=theirs.wrong_charge,
        unfinished=sum(not chaos.mixed.right(each) for each in rows.values()),
        journal_broken=broken,
        ledger_unbalanced=wrong_books,
        disagreeing=len((*compared.missing, *compared.adopted, *compared.differing))
        + bool(compared.trouble),
        seconds=round(seconds, 1),
    )


def main() -> None:
    """Reads the arguments, runs, and says what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settlements", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hours", type=float, default=3.0, help="by which the clock jumps; 0: not")
    parser.add_argument("--database-url", help="by default a SQLite file that is thrown away")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = said.database_url or f"sqlite:///{Path(folder) / 'kills.sqlite'}"
        plan = {key: each for key, each in vars(said).items() if key != "database_url"}
        report = run(read_address(url), Plan(**plan))
    print(json.dumps({"at": datetime.now(UTC).isoformat(), **asdict(report)}, indent=2))
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
