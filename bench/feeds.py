"""Tells stock to partners of whom some are hostile; the others must not wait for them.

Run: python -m bench.feeds --partners 50 --hostile 10 [--kinds silent] [--database-url postgresql://…]

One sender, one supplier, a webhook for each partner on one server of this machine. The hostile
ones are of every kind of `bench.hostile` in turn, or of those that are named. Printed: after how
many seconds the first, the median and the last of the others heard, and whether that took longer
than five.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from adapters.channels.opening import ChannelOpener
from adapters.identity.principal import Kind, Principal
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import read_address
from adapters.store.database import Store, open_store
from adapters.store.records import Location, Product
from adapters.store.stock.channels import Wanted
from adapters.store.stock.sharing import ChannelKind
from bench.hostile import HOSTILE, Crowd, crowd
from bench.machine import machine
from engine.stock.moves import Counted
from services.workers.sharing import Sharer

MOST: Final = 5.0
"""Seconds within which those that answer must have heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """When each partner that answers heard, in seconds; `late` did not hear at all."""

    seconds: tuple[float, ...]
    late: int
    trapped: int

    @property
    def good(self) -> bool:
        """Whether all heard in time, and no redirect was followed."""
        return not self.late and not self.trapped and max(self.seconds) <= MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many partners, how many of them hostile and in which ways, one after the other."""

    partners: int
    hostile: int
    kinds: tuple[str, ...] = tuple(HOSTILE)
    skus: int = 20


def measured(store: Store, told: Told, *, limit: float | None = None) -> Report:
    """Tells a new supplier's partners; `limit` is that of a call, in seconds."""
    opener = ChannelOpener(vault=Vault.of(new_master_key()), loopback=True)
    if limit is not None:
        opener = ChannelOpener(vault=opener.vault, loopback=True, seconds=limit)
    with crowd() as there:
        good = [there.url("good", number) for number in range(told.partners - told.hostile)]
        kinds = told.kinds
        bad = [there.url(kinds[at % len(kinds)], at) for at in range(told.hostile)]
        _fill(store, opener, [*bad, *good], told.skus)
        over, sender = threading.Event(), Sharer(store, opener)
        thread = threading.Thread(target=_work, args=(sender, store, over))
        began = time.monotonic()
        thread.start()
        paths = [url.removeprefix(there.address) for url in good]
        _wait(there, paths, began + 4 * MOST)
        over.set()
        thread.join()
        heard = [there.heard[path] - began for path in paths if path in there.heard]
        trapped = sum("trap" in path for path in there.calls)
    return Report(seconds=tuple(heard), late=len(good) - len(heard), trapped=trapped)


def _work(sender: Sharer, store: Store, over: threading.Event) -> None:
    sender.run(over)
    store.close()


def _wait(there: Crowd, paths: list[str], until: float) -> None:
    while time.monotonic() < until and not all(path in there.heard for path in paths):
        time.sleep(0.02)


def _fill(store: Store, opener: ChannelOpener, urls: list[str], skus: int) -> None:
    """Hostile ones first, as they would be served first."""
    acme = _supplier(store, tuple(f"SKU-{number}" for number in range(skus)))
    night = datetime.now(UTC) + timedelta(days=1)
    for number, url in enumerate(urls):
        with store.session():
            supplier = store.partners.by_handle("acme")
            assert supplier is not None
            retailer = store.partners.add(f"p-{number}", f"Partner {number}", Kind.RETAILER)
            store.partnerships.join(supplier, retailer)
        wanted = Wanted(
            retailer=retailer.handle, kind=ChannelKind.WEBHOOK, address=url, snapshot_due=night
        )
        with store.writing():
            channel = store.channels.put(acme, wanted)
            secret = opener.new_secret(channel)
            store.channels.keep_secret(acme, channel.id, secret.kept, timedelta(0))


def _supplier(store: Store, skus: tuple[str, ...]) -> Principal:
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        store.goods.put(acme, [Product(sku=sku, title=sku, facts={}) for sku in skus])
        place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        store.goods.put_location(acme, place)
        found = store.partners.acting(acme)
    said = [Counted(sku=sku, location="main", quantity=7, cause=f"c {sku}") for sku in skus]
    with store.writing():
        store.stock.count(found.tenant, said, "bench")
    return found


def main() -> None:
    """Reads the arguments, measures, and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=50)
    parser.add_argument("--hostile", type=int, default=10)
    parser.add_argument("--kinds", nargs="*", choices=tuple(HOSTILE), default=tuple(HOSTILE))
    parser.add_argument("--database-url")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = said.database_url or f"sqlite:///{Path(folder) / 'feeds.sqlite'}"
        store = open_store(read_address(url))
        kinds = tuple(said.kinds)
        told = Told(partners=said.partners, hostile=said.hostile, kinds=kinds)
        report = measured(store, told)
        store.close()
    print(machine("httpx", "pony"))
    heard = report.seconds or (0.0,)
    print(
        f"{said.partners} partners, {said.hostile} of them hostile. The others heard after "
        f"{min(heard):.2f} s (first), {statistics.median(heard):.2f} s (median), "
        f"{max(heard):.2f} s (last); {report.late} did not hear, "
        f"{report.trapped} redirects were followed."
    )
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
