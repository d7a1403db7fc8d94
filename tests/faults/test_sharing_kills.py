"""Senders that are killed at random, while stock changes, leave every partner with the stock."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess

from adapters.channels.opening import ChannelOpener
from adapters.identity.principal import Kind
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address, read_address
from adapters.store.database import Store, open_store
from adapters.store.records import Location, Product
from adapters.store.stock.channels import Wanted
from adapters.store.stock.sharing import ChannelKind, Sync
from engine.stock.moves import Counted
from services.workers.sharing import Sharer
from tests.receiver import Receiver, receiving

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])
LEASE = 2.0
"""Longer than a call may take, as it is in use: a sender that is late would tell an older level."""
KILLS = 4
SKUS = tuple(f"SKU-{number}" for number in range(10))


def work(database_url: str, master_key: str) -> None:
    """One sender; runs until it is killed."""
    opener = ChannelOpener(vault=Vault.of(master_key), loopback=True)
    store = open_store(read_address(database_url))
    Sharer(store, opener, lease=LEASE, draw=lambda: 0.0).run(threading.Event())


def started(address: Address, master_key: str) -> ForkServerProcess:
    """A process of its own, forked from one that has everything imported."""
    sender = PROCESSES.Process(target=work, args=(str(address), master_key), daemon=True)
    sender.start()
    return sender


def opened(store: Store, receiver: Receiver, master_key: str) -> tuple[str, str]:
    """The ids of a supplier and of its channel to the receiver."""
    opener = ChannelOpener(vault=Vault.of(master_key), loopback=True)
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        store.partnerships.join(acme, store.partners.add("northwind", "N", Kind.RETAILER))
        store.goods.put(acme, [Product(sku=sku, title=sku, facts={}) for sku in SKUS])
        place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        store.goods.put_location(acme, place)
        who = store.partners.acting(acme)
    night = datetime.now(UTC) + timedelta(days=1)
    wanted = Wanted(
        retailer="northwind",
        kind=ChannelKind.WEBHOOK,
        address=receiver.address,
        snapshot_due=night,
    )
    with store.writing():
        channel = store.channels.put(who, wanted)
        secret = opener.new_secret(channel)
        store.channels.keep_secret(who, channel.id, secret.kept, timedelta(0))
    receiver.secret = secret.shown
    return acme.id, channel.id


@dataclass(slots=True)
class Run:
    """Two senders of which one is killed now and then, while counts go on."""

    store: Store
    address: Address
    receiver: Receiver
    supplier: str = ""
    channel: str = ""
    draw: random.Random = field(default_factory=lambda: random.Random(7))
    counts: int = 0

    def count(self) -> None:
        self.counts += 1
        said = Counted(
            sku=self.draw.choice(SKUS),
            location="main",
            quantity=self.draw.randrange(1_000),
            cause=f"count:{self.counts}",
        )
        with self.store.writing():
            self.store.stock.count(self.supplier, [said], "tests")

    def until_told(self) -> None:
        """Counts until the receiver has got one more message, and a moment longer."""
        before, until = len(self.receiver.ids), time.monotonic() + 30
        while len(self.receiver.ids) == before and time.monotonic() < until:
            self.count()
            time.sleep(0.02)
        time.sleep(self.draw.uniform(0, 0.06))

    def killed(self, master_key: str) -> None:
        running = [started(self.address, master_key) for _ in range(2)]
        for turn in range(KILLS):
            self.until_told()
            running[turn % 2].kill()
            running[turn % 2].join()
            running[turn % 2] = started(self.address, master_key)
        self.until_all_is_told()
        for each in running:
            each.kill()
            each.join()

    def until_all_is_told(self) -> None:
        until = time.monotonic() + 30
        while self.sync() != Sync() and time.monotonic() < until:
            time.sleep(0.05)

    def sync(self) -> Sync:
        with self.store.session():
            return self.store.feeds.sync([self.channel])[self.channel]


def test_senders_killed_at_random_tell_everything_and_nothing_older(address: Address) -> None:
    master_key, store = new_master_key(), open_store(address)
    with receiving() as receiver:
        receiver.seconds = 0.02
        run = Run(store, address, receiver)
        run.supplier, run.channel = opened(store, receiver, master_key)
        run.killed(master_key)
        with store.session():
            items = [store.stock.item(run.supplier, sku) for sku in SKUS]
            assert store.journal.verify() == ()
    store.close()

    there = {each.sku: (each.available, each.sequence) for each in items if each is not None}
    assert receiver.held == there
    assert receiver.wrong == []
    assert len(receiver.told) > KILLS
