"""Kills workers at random while they settle, and counts the money.

Run: python -m bench.kills --settlements 500 --kills 200 --seed 1 [--database-url postgresql://…]

Workers are processes that are killed with SIGKILL; answers are lost, errors stick, keys are pruned.
Printed at the end: settlements, kills, attempts, paid twice, lost. The last two must be zero.
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
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.payments import Payments
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.steps import Asked
from adapters.store.place.address import Address, read_address
from engine.money import Money
from engine.settlement.instruments import Ways
from engine.settlement.machine import SettlementState
from services.workers.settling import Settler

KEY: Final = "rk_test_acme"
SUPPLIER: Final = "acme"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came out of a run."""

    settlements: int
    kills: int
    attempts: int
    generations: int
    paid_twice: int
    lost: int
    wrong_amount: int
    unfinished: int
    journal_broken: int
    seconds: float


def run(address: Address, *, settlements: int, kills: int, seed: int, workers: int = 2) -> Report:
    """Plans, kills and counts."""
    began = time.monotonic()
    store = open_store(address)
    with SimulatedStripe(seed=seed) as stripe:
        _plan(store, stripe, settlements)
        stripe.faults.set(FAULTS)
        done = _killed(store, stripe, address, (kills, seed, workers))
        report = _counted(store, stripe, done, time.monotonic() - began)
    store.close()
    return report


def work(address: Address, base: str) -> None:
    """One worker; runs until it is killed, and says nothing."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    store = open_store(address)
    gateway = StripeGateway(KEY, base=base)
    Settler(store, lambda _: gateway, lease=LEASE, in_flight=IN_FLIGHT).run(threading.Event())


def _plan(store: Store, stripe: SimulatedStripe, settlements: int) -> None:
    """A third are refunds of one charge, a third of charges of their own, a third credits."""
    payments = stripe.account(account_of(KEY)).payments
    customer = payments.create_customer({"name": "northwind"})["id"]
    shared = _charge(payments, 100 * settlements)
    for at in range(settlements):
        charge = shared if at % 3 == 0 else _charge(payments, 100)
        with store.writing():
            paid = store.payments.add(
                NewPayment(
                    supplier=SUPPLIER,
                    retailer="northwind",
                    order=f"po_{'shared' if at % 3 == 0 else at}",
                    amount=Money(100 * settlements if at % 3 == 0 else 100, "USD"),
                    ways=Ways(charge=charge, customer=customer),
                    by="bench",
                )
            )
            store.settlements.plan(
                Asked(
                    return_line=f"rl_{at}",
                    sequence=1,
                    order_line=f"ol_{at}",
                    supplier=SUPPLIER,
                    retailer="northwind",
                    remedy="account_credit" if at % 3 == 2 else "refund",
                    amount=Money(100, "USD"),
                    line_most=100,
                    payment=paid.id,
                    actor="policy",
                )
            )


def _charge(payments: Payments, cents: int) -> str:
    asked = {"amount": str(cents), "currency": "usd", "payment_method": "pm_card_visa"}
    made = payments.create_payment_intent({**asked, "confirm": "true"})
    return str(made["id"])


def _killed(
    store: Store, stripe: SimulatedStripe, address: Address, plan: tuple[int, int, int]
) -> int:
    kills, seed, workers = plan
    draw, done = random.Random(seed), 0
    running = [_started(stripe, address) for _ in range(workers)]
    limit = time.monotonic() + 60 + kills + 0.5 * _open(store)
    while _open(store) and time.monotonic() < limit:
        time.sleep(draw.uniform(0.02, 0.5))
        if done >= kills:
            continue
        at = draw.randrange(workers)
        running[at].kill()
        running[at].join()
        done += 1
        if draw.random() < 0.2:
            stripe.ledger.prune_keys()
        running[at] = _started(stripe, address)
    for each in running:
        each.kill()
        each.join()
    return done


def _started(stripe: SimulatedStripe, address: Address) -> BaseProcess:
    """Forked from a process that has imported this module, which takes most of a start."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started = context.Process(target=work, args=(address, stripe.address), daemon=True)
    started.start()
    return started


def _open(store: Store) -> int:
    with store.session():
        return store.settlements.in_state(SettlementState.PLANNED, SettlementState.SUBMITTED)


def _counted(store: Store, stripe: SimulatedStripe, kills: int, seconds: float) -> Report:
    account, rows = account_of(KEY), {}
    with store.session():
        for line in store.settlements.every():
            rows[line.id] = line
        broken = len(store.journal.verify())
    moved: Counter[str] = Counter()
    wrong = 0
    for kind in ("refund", "customer_balance_transaction"):
        for made in stripe.ledger.listed(account, kind):
            key = made["metadata"].get("settlement_id", "")
            moved[key] += 1
            wrong += abs(made["amount"]) != rows[key].amount.minor
    return Report(
        settlements=len(rows),
        kills=kills,
        attempts=sum(each.attempts for each in rows.values()),
        generations=sum(each.generation for each in rows.values()),
        paid_twice=sum(count > 1 for count in moved.values()),
        lost=sum(
            each.state is SettlementState.SUCCEEDED and moved[each.id] == 0
            for each in rows.values()
        ),
        wrong_amount=wrong,
        unfinished=sum(each.state is not SettlementState.SUCCEEDED for each in rows.values()),
        journal_broken=broken,
        seconds=round(seconds, 1),
    )


def main() -> None:
    """Reads the arguments, runs, and says what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settlements", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database-url", help="by default a SQLite file that is thrown away")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = said.database_url or f"sqlite:///{Path(folder) / 'kills.sqlite'}"
        report = run(
            read_address(url),
            settlements=said.settlements,
            kills=said.kills,
            seed=said.seed,
            workers=said.workers,
        )
    print(json.dumps({"at": datetime.now(UTC).isoformat(), **asdict(report)}, indent=2))
    sys.exit(bool(report.paid_twice or report.lost or report.unfinished or report.journal_broken))


if __name__ == "__main__":
    main()
