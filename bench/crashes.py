"""Kills server and workers at random while returns are walked to their end; counts money and stock.

Run: python -m bench.crashes --returns 100 --kills 60 --seed 1 [--database-url postgresql://…]

Every process but the stand-in for Stripe is killed with SIGKILL, again and again, their clock jumps
by up to `--hours` either way, with `--apart` each process by its own, and banks end disputes.
Clients send what was not answered again, under the same key. Orders are paid by one charge or two,
some of them disputed, some in another currency than was said. Printed at the end: returns, kills,
and what was paid or restocked twice, lost, wrong, or left behind, all of which must be zero.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from adapters.store.connection.address import read_address
from adapters.store.database import open_store
from adapters.store.lists.of_returns import RETURNS
from adapters.store.lists.statements import ListQuery
from bench.clocked import clock, put
from bench.walking import Client, client
from bench.world import KEY, PRICE, Paid, Process, World, charge, world
from services.payments.comparing import Comparer
from takeback.components import made
from takeback.settings import Settings

_ENDS = 0.3
"""Of all kills, the share after which a bank ends a dispute."""
_PATIENCE = 20.0
"""Seconds in which workers are killed though nothing more is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came out; all but the first four must be zero."""

    returns: int
    kills: int
    jumps: int
    attempts: int
    paid_twice: int
    lost: int
    wrong_amount: int
    wrong_charge: int
    restocked_wrongly: int
    left_in_quarantine: int
    not_closed: int
    opened_twice: int
    journal_broken: int

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        return not any(list(asdict(self).values())[4:])


class Crew:
    """A server and two workers; any of them is killed and started anew, at another time of day."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._world, self._hours = world, plan.hours
        self._makers = (world.serve, world.work, world.work)
        own = [world.clock.with_name(f"clock-{at}") for at in range(len(self._makers))]
        self._apart = plan.apart
        self._clocks = own if plan.apart else [world.clock] * len(self._makers)
        for each in self._clocks:
            put(each, 0)
        self._running = [self._start(at) for at in range(len(self._makers))]
        self._draw = random.Random(plan.seed)
        self._disputes = [each.dispute for each in world.paid if each.dispute]
        self.lost: set[str] = set()
        self.kills = self.jumps = 0

    def kill_until(self, over: threading.Event, most: int) -> None:
        """Kills one after the other; the server gets time to come up."""
        while not over.wait(self._draw.uniform(0.05, 1.2)) and self.kills < most:
            at = self._draw.randrange(len(self._makers))
            self._end(at)
            self.kills += 1
            self._running[at] = self._start(at)
            if self._hours:
                off = self._draw.uniform(-self._hours, self._hours)
                self._jump(off, self._draw.choice(self._clocks))
            if self._draw.random() < _ENDS:
                self._end_disputes(1)

    def settle_down(self) -> None:
        """The last disputes end, and no clock was ahead of what it is now; keys are forgotten."""
        self._end_disputes(len(self._disputes))
        if self._hours:
            for clock in {self._world.clock, *self._clocks}:
                self._jump(self._hours + 1, clock)

    def _start(self, at: int) -> Process:
        return self._makers[at](self._clocks[at])

    def _jump(self, hours: float, clock: Path) -> None:
        put(clock, 3_600 * hours)
        if not self._apart:  # time has passed for the gateway too
            self._ordered("prune-keys", {})
        self.jumps += 1

    def _end_disputes(self, most: int) -> None:
        for _ in range(min(most, len(self._disputes))):
            dispute, end = self._disputes.pop(), self._draw.choice(("won", "lost"))
            self._ordered("move-dispute", {"key": KEY, "dispute": dispute, "status": end})
            if end == "lost":
                self.lost.add(dispute)

    def _ordered(self, name: str, said: dict[str, str]) -> None:
        httpx.post(f"{self._world.stripe}/_control/{name}", json=said).raise_for_status()

    def end(self) -> None:
        """Ends all of them."""
        for at in range(len(self._running)):
            self._end(at)

    def _end(self, at: int) -> None:
        self._running[at].kill()
        self._running[at].wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is done; clocks jump by up to `hours`, of each process `apart` or of all at once."""

    returns: int
    kills: int
    seed: int
    hours: float
    apart: bool


def run(url: str, plan: Plan) -> Report:
    """Walks, kills and counts."""
    returns, kills = plan.returns, plan.kills
    with world(url, returns, pay) as here:
        crew, over = Crew(here, plan), threading.Event()
        asking = client(here)
        killer = threading.Thread(target=crew.kill_until, args=(over, kills))
        killer.start()
        try:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(asking.walk, range(returns)))
            killer.join(_PATIENCE)  # what is settled after the last walk is killed as well
        finally:
            over.set()
            killer.join()
        crew.settle_down()
        compared(here)
        held = sum(each.held or each.dispute in crew.lost for each in here.paid)
        _wait_until_closed(asking, returns - held)
        crew.end()
        return _counted(here, crew)


def pay(http: httpx.Client, at: int) -> Paid:
    """By one charge or two, by one that is disputed, or by one of another currency than is said."""
    if at % 4 == 1:
        return Paid(charges={charge(http, cents): cents for cents in (1_000, PRICE - 1_000)})
    if at % 4 == 2:
        paid = charge(http)
        said = {"key": KEY, "payment_intent": paid}
        made = http.post("/_control/open-dispute", json=said).raise_for_status().json()
        return Paid(charges={paid: PRICE}, dispute=made["id"])
    if at % 4 == 3:
        return Paid(charges={charge(http, currency="eur"): PRICE}, held=True)
    return Paid(charges={charge(http): PRICE})


def compared(here: World) -> None:
    """What banks decided is read from the gateway, as workers do it every hour."""
    parts = made(Settings.from_environment(here.environment), clock(here.clock))
    with parts.store.session():
        acme = parts.store.partners.by_handle("acme")
    assert acme is not None
    Comparer(parts.store, parts.gateways).compare(acme.id, "bench")
    parts.close()


def _wait_until_closed(asking: Client, returns: int) -> None:
    limit = time.monotonic() + 120
    while asking.closed() < returns and time.monotonic() < limit:
        time.sleep(0.2)


def _counted(here: World, crew: Crew) -> Report:
    store, returns = (
        open_store(read_address(here.environment["TAKEBACK_DATABASE_URL"])),
        len(here.paid),
    )
    with store.session():
        acme = store.partners.by_handle("acme")
        assert acme is not None
        seen = store.partners.acting(acme)
        settlements = store.settlements.every()
        keys = list(store.lists.every(RETURNS, ListQuery(principal=seen, sort="NEWEST")))
        open_ = [key for key in keys if store.returns.now(key).state != "closed"]
        item = store.stock.item(acme.id, "LAMP")
        broken = len(store.journal.verify())
    store.close()
    held = [each for each in here.paid if each.held or each.dispute in crew.lost]
    due = {
        key: cents for each in here.paid if each not in held for key, cents in each.charges.items()
    }
    moved, amounts = _moved(here.stripe)
    return Report(
        returns=returns,
        kills=crew.kills,
        jumps=crew.jumps,
        attempts=sum(each.attempts for each in settlements),
        paid_twice=sum(count > 1 for count in moved.values()),
        lost=len(due.keys() - moved.keys()),
        wrong_amount=sum(due.get(charge, amount) != amount for charge, amount in amounts),
        wrong_charge=len(moved.keys() - due.keys()),
        restocked_wrongly=abs((item.available if item else 0) - returns),
        left_in_quarantine=item.quarantine if item else 0,
        not_closed=abs(len(open_) - len(held)),
        opened_twice=len(keys) - returns,
        journal_broken=broken,
    )


def _moved(stripe: str) -> tuple[Counter[str], list[tuple[str, int]]]:
    """How often and how much of each payment went back, by the stand-in's own list."""
    found: Counter[str] = Counter()
    amounts: list[tuple[str, int]] = []
    params = {"limit": "100"}
    with httpx.Client(base_url=stripe, headers={"authorization": f"Bearer {KEY}"}) as http:
        while True:
            page = http.get("/v1/refunds", params=params).raise_for_status().json()
            found.update(each["payment_intent"] for each in page["data"])
            amounts += [(each["payment_intent"], each["amount"]) for each in page["data"]]
            if not page["has_more"]:
                return found, amounts
            params["starting_after"] = page["data"][-1]["id"]


def main() -> None:
    """Reads the arguments, runs, and says what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=100)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=3.0, help="by which the clock jumps; 0: not")
    parser.add_argument(
        "--database-url", default="", help="of a PostgreSQL that may make databases"
    )
    parser.add_argument("--apart", action="store_true", help="each process has its own clock")
    said = parser.parse_args()
    url = vars(said).pop("database_url")
    report = run(url, Plan(**vars(said)))
    print(json.dumps(asdict(report), indent=2))
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
