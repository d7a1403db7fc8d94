"""Whatever dies or fails on the way, a partner ends up with the stock, and never with an older."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from adapters.channels.opening import ChannelOpener
from adapters.identity.principal import Kind, Principal
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.records import Location, Product
from adapters.store.stock.channels import Wanted
from adapters.store.stock.sharing import Channel, ChannelKind, Sync
from adapters.store.timestamps import kept
from engine.stock.moves import Counted
from services.workers import sharing
from services.workers.sharing import LEASE, Sharer
from tests.receiver import Receiver, receiving, unknown

HOUR = 3_600


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Desk:
    """`acme` has ten tents and five flasks and tells a partner that listens."""

    store: Store
    clock: Clock
    opener: ChannelOpener
    receiver: Receiver
    acme: Principal
    counts: int = 0

    def count(self, quantity: int, sku: str = "TENT") -> None:
        self.counts += 1
        said = Counted(sku=sku, location="main", quantity=quantity, cause=f"c{self.counts}")
        with self.store.writing():
            self.store.stock.count(self.acme.tenant, [said], "tests")

    def put(self, kind: ChannelKind = ChannelKind.WEBHOOK, **said: Any) -> Channel:
        address = self.receiver.address if kind is ChannelKind.WEBHOOK else ""
        usual: dict[str, Any] = {"retailer": "northwind", "kind": kind, "address": address}
        wanted = Wanted(**{**usual, "snapshot_due": self.clock() + timedelta(hours=12), **said})
        with self.store.writing():
            channel = self.store.channels.put(self.acme, wanted)
        if kind is ChannelKind.WEBHOOK:
            self.receiver.secret = self.new_secret(channel)
        return channel

    def new_secret(self, channel: Channel) -> str:
        secret = self.opener.new_secret(channel)
        with self.store.writing():
            self.store.channels.keep_secret(self.acme, channel.id, secret.kept, timedelta(hours=1))
        return secret.shown

    def share(self) -> int:
        """One turn of a worker that has just started."""
        return Sharer(self.store, self.opener, draw=lambda: 0.5).work()

    def later(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)

    def put_off_snapshot(self, channel: Channel) -> None:
        """Makes the next snapshot due after more than a day, as if it was just made."""
        with self.store.writing():
            row = self.store.channels._stock.Channel[channel.id]
            row.snapshot_due = kept(self.clock() + timedelta(hours=36))

    def sync(self, channel: Channel) -> Sync:
        with self.store.session():
            return self.store.feeds.sync([channel.id])[channel.id]

    def channel(self, key: str) -> Channel:
        with self.store.session():
            found = self.store.channels.visible(self.acme, key)
        assert found is not None
        return found


@pytest.fixture
def service(address: Address, tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    store = open_store(address, clock)
    folder = tmp_path / "feeds"
    folder.mkdir()
    opener = ChannelOpener(vault=Vault.of(new_master_key()), folder=folder, loopback=True)
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        for handle in ("northwind", "southgate"):
            store.partnerships.join(acme, store.partners.add(handle, handle, Kind.RETAILER))
        store.goods.put(acme, [Product(sku=s, title=s, facts={}) for s in ("TENT", "FLASK")])
        store.goods.put_location(
            acme, Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        )
        principal = store.partners.acting(acme)
    with receiving() as receiver:
        made = Desk(store, clock, opener, receiver, principal)
        made.count(10)
        made.count(5, "FLASK")
        yield made
        assert receiver.wrong == []
    store.close()


def crash(service: Desk, work: Callable[[], object]) -> None:
    """The process dies in `work`; another takes over when the lease is over."""
    with pytest.raises(Crash):
        work()
    service.store.close()
    service.later(LEASE + 1)


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("at", ["claim", "record"])
def test_a_crash_at_any_boundary_loses_nothing_and_sends_nothing_older(
    service: Desk, at: str, committed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = service.put()
    step = getattr(service.store.sending, at)

    def dying(*args: Any, **more: Any) -> None:
        if committed and at == "record":
            raise Crash("sent, and not recorded")
        step(*args, **more)
        raise Crash(f"{at} written, and not committed")

    def dying_after_claim(*_: Any) -> None:
        raise Crash("claimed and committed, and not sent")

    with monkeypatch.context() as patched:
        if committed and at == "claim":
            patched.setattr(Sharer, "_sent", dying_after_claim)
        else:
            patched.setattr(service.store.sending, at, dying)
        crash(service, service.share)
    service.count(11)
    service.share()

    assert service.receiver.held == {"TENT": (11, 2), "FLASK": (5, 1)}
    assert service.sync(channel) == Sync()
    assert service.share() == 0


def test_what_is_sent_again_after_a_crash_has_the_id_that_it_had(
    service: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.put()

    def dying(*_: Any) -> None:
        raise Crash("sent, and not recorded")

    with monkeypatch.context() as patched:
        patched.setattr(service.store.sending, "record", dying)
        crash(service, service.share)
    service.share()

    first, second = service.receiver.ids
    assert first == second


def test_a_partner_that_was_down_for_an_hour_gets_one_message_with_the_newest(
    service: Desk,
) -> None:
    channel = service.put()
    service.receiver.always = 500
    for quantity in range(20, 80):
        service.count(quantity)
        service.share()
        service.later(60)
    lag = service.clock() - service.sync(channel).behind_since  # type: ignore[operator]
    tries = len(service.receiver.ids)

    service.receiver.always = 200
    service.later(2 * HOUR)
    service.share()

    assert (tries, lag) == (4, timedelta(hours=1))
    assert service.receiver.told == [{"TENT": (79, 61), "FLASK": (5, 1)}]
    assert (service.sync(channel), service.share()) == (Sync(), 0)


def test_a_partner_that_is_not_there_is_tried_again(service: Desk) -> None:
    channel = service.put(address="http://127.0.0.1:9/")
    service.share()
    assert service.channel(channel.id).error.startswith("No connection")

    service.put()
    service.share()

    assert service.receiver.held == {"TENT": (10, 1), "FLASK": (5, 1)}
    assert service.channel(channel.id).error == ""


def test_a_partner_is_left_alone_for_as_long_as_it_asks(service: Desk) -> None:
    service.put()
    service.receiver.answers = [(429, {"retry-after": "120"})]
    service.share()

    service.later(119)
    assert service.share() == 0
    service.later(1)
    assert service.share() == 2


def test_partners_that_fail_take_half_of_a_senders_calls_and_no_more(
    service: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        handle = f"broken-{number}"
        with service.store.session():
            broken = service.store.partners.add(handle, handle, Kind.RETAILER)
            acme = service.store.partners.by_handle("acme")
            assert acme is not None
            service.store.partnerships.join(acme, broken)
        service.put(retailer=handle, address="http://127.0.0.1:9/")
    worker = Sharer(service.store, service.opener, draw=lambda: 0.5)
    while worker.work():
        pass
    service.later(6)
    service.put()
    monkeypatch.setattr(sharing, "AT_ONCE", 2)

    hanging = worker._claimed()
    assert hanging is not None
    worker._under_way[Future()] = hanging
    others = [worker._claimed(), worker._claimed()]

    assert hanging.channel.failures == 1
    assert [each and each.channel.retailer.handle for each in others] == ["northwind", None]


def test_a_partner_that_is_gone_is_not_asked_again(service: Desk) -> None:
    channel = service.put()
    service.receiver.always = 410
    service.share()
    service.later(30 * 24 * HOUR)

    assert service.share() == 0
    found = service.channel(channel.id)
    assert found.stopped_at is not None
    assert found.error == "The partner answered 410: it wants no more."


def test_after_the_last_try_a_sku_is_parked_and_tried_by_the_snapshot_of_each_night(
    service: Desk,
) -> None:
    channel = service.put()
    service.receiver.always = 500
    for _ in range(12):
        service.put_off_snapshot(channel)
        service.share()
        service.later(86_400)
    assert (service.sync(channel).parked, len(service.receiver.ids)) == (2, 10)

    service.receiver.always = 200
    service.later(20 * 86_400)
    service.share()

    assert service.sync(channel) == Sync()


def test_a_sku_that_is_unknown_there_leaves_the_others_alone(service: Desk) -> None:
    channel = service.put()
    service.receiver.body = unknown("TENT")
    service.share()
    service.count(6, "FLASK")
    service.count(11)

    service.receiver.body = b""
    service.share()

    assert service.sync(channel).parked == 1
    assert service.receiver.told[-1] == {"FLASK": (6, 2)}


def test_a_snapshot_is_told_once_a_night_by_whichever_worker_sees_it_first(service: Desk) -> None:
    service.put()
    service.share()
    workers = [Sharer(service.store, service.opener) for _ in range(2)]
    for worker in workers:
        worker.work()

    service.later(48 * HOUR)
    told = [worker.work() for worker in (*workers, *workers)]

    assert told == [2, 0, 0, 0]
    assert len(set(service.receiver.ids)) == len(service.receiver.ids) == 2


def test_while_a_secret_is_changed_a_partner_may_verify_by_either(service: Desk) -> None:
    channel = service.put()
    old = service.receiver.secret
    new = service.new_secret(channel)
    service.share()

    service.receiver.secret = new
    service.count(11)
    service.share()
    service.later(HOUR)
    service.count(12)
    service.share()

    assert service.receiver.held["TENT"] == (12, 3)
    service.receiver.secret = old
    service.count(13)
    service.share()
    assert service.receiver.wrong == [
        "signature: WebhookVerificationError('No matching signature found')"
    ]
    service.receiver.wrong.clear()


def test_a_secret_that_was_moved_to_another_channel_sends_nothing(service: Desk) -> None:
    mine, other = service.put(), service.put(retailer="southgate")
    rows = service.store.channels._stock.Channel
    with service.store.writing():
        rows[other.id].secret = rows[mine.id].secret
        rows[mine.id].paused_at = datetime(2025, 1, 1)  # noqa: DTZ001 - as it is stored

    service.share()

    assert service.receiver.ids == []
    assert "sealed by another master key, or for another owner" in service.channel(other.id).error


def test_this_machine_is_not_called_where_it_is_no_address(service: Desk) -> None:
    channel = service.put()
    strict = ChannelOpener(vault=service.opener.vault)
    Sharer(service.store, strict).work()

    assert service.receiver.ids == []
    assert "may not be called" in service.channel(channel.id).error


def test_a_file_holds_the_newest_of_each_sku_and_each_partner_has_its_own(service: Desk) -> None:
    service.put(ChannelKind.CSV)
    service.put(ChannelKind.CSV, retailer="southgate", buffer=8)
    service.share()
    service.share()
    service.count(3)
    service.share()
    service.share()

    folder = service.opener.folder
    assert folder is not None
    rows = {
        file.stem: [line.rsplit(",", 1)[0] for line in file.read_text().splitlines()]
        for file in sorted((folder / "acme").iterdir())
    }
    assert rows == {
        "northwind": ["sku,available,sequence", "FLASK,5,1", "TENT,3,2"],
        "southgate": ["sku,available,sequence", "FLASK,0,1", "TENT,0,2"],
    }


def test_the_file_of_a_channel_that_became_a_webhook_is_gone(service: Desk) -> None:
    channel = service.put(ChannelKind.CSV)
    service.put(ChannelKind.CSV, retailer="southgate")
    service.share()
    service.share()
    service.put()
    service.share()

    folder = service.opener.folder
    assert folder is not None
    assert [each.name for each in (folder / "acme").iterdir()] == ["southgate.csv"]
    assert service.receiver.held == {"TENT": (10, 1), "FLASK": (5, 1)}
    assert service.channel(channel.id).error == ""


def test_a_file_of_somebody_else_stays_when_a_channel_becomes_a_webhook(service: Desk) -> None:
    service.put(ChannelKind.CSV)
    folder = service.opener.folder
    assert folder is not None
    (folder / "acme").mkdir()
    (folder / "acme" / "northwind.csv").write_text("mine\n")
    service.put()
    service.share()

    assert (folder / "acme" / "northwind.csv").read_text() == "mine\n"
    assert service.receiver.held["TENT"] == (10, 1)


def test_a_folder_that_is_gone_is_told_and_tried_again(service: Desk) -> None:
    channel = service.put(ChannelKind.CSV)
    folder = service.opener.folder
    assert folder is not None
    folder.rmdir()
    service.share()

    assert "TAKEBACK_FEEDS" in service.channel(channel.id).error
    folder.mkdir()
    service.later(6)
    service.share()
    assert (folder / "acme" / "northwind.csv").exists()


def test_senders_that_race_tell_one_partner_one_thing_after_the_other(
    service: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Stock changes all the time while four workers send, and some answers are failures."""
    channel = service.put()
    service.receiver.answers = [(503, {"retry-after": "0"}), 200, (429, {"retry-after": "0"})] * 3
    over = threading.Event()
    workers = [Sharer(service.store, service.opener, draw=lambda: 0.0) for _ in range(4)]

    def work(worker: Sharer) -> None:
        worker.run(over)
        service.store.close()

    threads = [threading.Thread(target=work, args=(each,)) for each in workers]
    for thread in threads:
        thread.start()
    for quantity in range(30):
        service.count(quantity)
    until = datetime.now(UTC) + timedelta(seconds=20)
    while service.sync(channel) != Sync() and datetime.now(UTC) < until:
        service.later(1)
        over.wait(0.02)
    over.set()
    for thread in threads:
        thread.join()

    assert service.receiver.held == {"TENT": (29, 31), "FLASK": (5, 1)}
    assert [each.getMessage() for each in caplog.records] == []


def test_signatures_are_judged_by_the_library_of_the_standard() -> None:
    with receiving() as receiver:
        receiver.secret = "whsec_" + "A" * 43 + "="
        status, _ = receiver.take({"webhook-id": "m", "webhook-timestamp": "1"}, b"{}")

    assert (status, len(receiver.wrong)) == (401, 1)
    assert Webhook.__module__.startswith("standardwebhooks")
