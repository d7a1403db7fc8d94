"""Kills server and workers at random while returns are walked to their end; counts money and stock.

Run: python -m bench.crashes --returns 100 --kills 60 --seed 1 [--database-url postgresql://…]

Every process but the stand-in for Stripe is killed with SIGKILL, again and again. Clients send what
was not answered again, under the same key. Printed at the end: returns, kills, and what was paid or
restocked twice, lost, or left behind, all of which must be zero.
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

import httpx

from adapters.store.database import open_store
from adapters.store.place.address import read_address
from bench.walking import Client, client
from bench.world import KEY, World, world


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came out; all but the first three must be zero."""

    returns: int
    kills: int
    attempts: int
    paid_twice: int
    lost: int
    restocked_wrongly: int
    left_in_quarantine: int
    not_closed: int
    opened_twice: int
    journal_broken: int

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        return not any(list(asdict(self).values())[3:])


class Crew:
    """A server and two workers; any of them is killed and started anew."""

    def __init__(self, world: World, seed: int) -> None:
        self._makers = (world.serve, world.work, world.work)
        self._running = [make() for make in self._makers]
        self._draw = random.Random(seed)
        self.kills = 0

    def kill_until(self, over: threading.Event, most: int) -> None:
        """Kills one after the other; the server gets time to come up."""
        while not over.wait(self._draw.uniform(0.05, 1.2)) and self.kills < most:
            at = self._draw.randrange(len(self._makers))
            self._end(at)
            self.kills += 1
            self._running[at] = self._makers[at]()

    def end(self) -> None:
        """Ends all of them."""
        for at in range(len(self._running)):
            self._end(at)

    def _end(self, at: int) -> None:
        self._running[at].kill()
        self._running[at].wait()


def run(url: str, *, returns: int, kills: int, seed: int) -> Report:
    """Walks, kills and counts."""
    with world(url, returns) as here:
        crew, over = Crew(here, seed), threading.Event()
        asking = client(here)
        killer = threading.Thread(target=crew.kill_until, args=(over, kills))
        killer.start()
        try:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(asking.walk, range(returns)))
            _wait_until_closed(asking, returns)
        finally:
            over.set()
            killer.join()
        _wait_until_closed(asking, returns)
        crew.end()
        return _counted(here, returns, crew.kills)


def _wait_until_closed(asking: Client, returns: int) -> None:
    limit = time.monotonic() + 300
    while asking.closed() < returns and time.monotonic() < limit:
        time.sleep(0.2)


def _counted(here: World, returns: int, kills: int) -> Report:
    store = open_store(read_address(here.environment["TAKEBACK_DATABASE_URL"]))
    with store.session():
        acme = store.partners.by_handle("acme")
        assert acme is not None
        seen = store.partners.acting(acme)
        settlements = store.settlements.every()
        keys = store.seen_returns.keys(seen)
        open_ = [key for key in keys if store.returns.now(key).state != "closed"]
        item = store.stock.item(acme.id, "LAMP")
        broken = len(store.journal.verify())
    store.close()
    moved = _moved(here.stripe)
    return Report(
        returns=returns,
        kills=kills,
        attempts=sum(each.attempts for each in settlements),
        paid_twice=sum(count > 1 for count in moved.values()) + max(0, len(moved) - returns),
        lost=returns - len(moved),
        restocked_wrongly=abs((item.available if item else 0) - returns),
        left_in_quarantine=item.quarantine if item else 0,
        not_closed=len(open_),
        opened_twice=len(keys) - returns,
        journal_broken=broken,
    )


def _moved(stripe: str) -> Counter[str]:
    """How often money of each charge went back, by the stand-in's own list."""
    found: Counter[str] = Counter()
    params = {"limit": "100"}
    with httpx.Client(base_url=stripe, headers={"authorization": f"Bearer {KEY}"}) as http:
        while True:
            page = http.get("/v1/refunds", params=params).raise_for_status().json()
            found.update(each["payment_intent"] for each in page["data"])
            if not page["has_more"]:
                return found
            params["starting_after"] = page["data"][-1]["id"]


def main() -> None:
    """Reads the arguments, runs, and says what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=100)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--database-url", default="", help="of a PostgreSQL that may make databases"
    )
    said = parser.parse_args()
    report = run(said.database_url, returns=said.returns, kills=said.kills, seed=said.seed)
    print(json.dumps(asdict(report), indent=2))
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
