"""Each partner is told the newest of each SKU once, and is left alone when it asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.lists.declared import ListOf
from adapters.store.lists.of_goods import CHANNELS, FEEDS, SHARED_STOCK, STOCK
from adapters.store.lists.statements import ListQuery
from adapters.store.stock.channels import Wanted
from adapters.store.stock.feeds import Reported, StockDifference
from adapters.store.stock.sharing import Channel, ChannelKind, Claimed, Feed, Sync
from engine.errors import RequestFault
from engine.stock.delivery import Delivered, FeedState, Receipt
from engine.stock.moves import Bucket, Counted, StockMove
from tests.contracts.conftest import World

START = datetime(2025, 6, 1, 12, tzinfo=UTC)
MOST = {ChannelKind.WEBHOOK: 100, ChannelKind.CSV: 100}
TOLD = Delivered.ACKNOWLEDGED


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Shop:
    """`acme` has 10 lamps and 5 shoes, and tells `northwind` of them."""

    store: Store
    clock: Clock
    world: World
    causes: Iterator[str] = field(default_factory=lambda: (f"c{at}" for at in range(1_000)))

    def count(self, quantity: int, sku: str = "LAMP-1", supplier: str = "acme") -> None:
        said = Counted(sku=sku, location="main", quantity=quantity, cause=next(self.causes))
        with self.store.writing():
            self.store.stock.count(self.world.partners[supplier].id, [said], "tests")

    def put(self, retailer: str = "northwind", supplier: str = "acme", **said: Any) -> Channel:
        usual: dict[str, Any] = {
            "kind": ChannelKind.WEBHOOK,
            "address": "https://partner.example/stock",
            "snapshot_due": START + timedelta(hours=12),
        }
        with self.store.writing():
            wanted = Wanted(retailer=retailer, **{**usual, **said})
            return self.store.channels.put(self.world.principals[supplier], wanted)

    def claim(
        self, owner: str = "one", most: dict[ChannelKind, int] | None = None, **said: bool
    ) -> Any:
        with self.store.writing():
            return self.store.sending.claim(owner, 100, most or MOST, **said)

    def record(self, taken: Claimed, *said: Delivered, owner: str = "one", **more: Any) -> bool:
        answers = said * len(taken.told) if len(said) == 1 else said
        receipts = [
            Receipt(sku=each.level.sku, delivered=what, sentence="So.", **more)
            for each, what in zip(taken.told, answers, strict=True)
        ]
        with self.store.writing():
            return self.store.sending.record(taken, owner, receipts, lambda: 0.5)

    def tell(self, said: Delivered = TOLD, **more: Any) -> dict[str, tuple[int, int]]:
        """One message: what it said of each SKU; nothing if none is due."""
        taken = self.claim()
        if taken is None:
            return {}
        assert self.record(taken, said, **more)
        return levels(taken)

    def act(self, name: str, *said: Any, supplier: str = "acme") -> Channel:
        with self.store.writing():
            act = getattr(self.store.channels, name)
            found: Channel = act(self.world.principals[supplier], *said)
            return found

    def feeds(self, channel: Channel, only: str = "") -> dict[str, Feed]:
        with self.store.session():
            said = {"channel": channel.id, **({only: True} if only else {})}
            keys = listed(self.world, FEEDS, "acme", **said)
            return {each.sku: each for each in self.store.feeds.of(channel.id, keys).values()}

    def sync(self, channel: Channel) -> Sync:
        with self.store.session():
            return self.store.feeds.sync([channel.id])[channel.id]

    def channel(self, key: str) -> Channel:
        with self.store.session():
            found = self.store.channels.visible(self.world.principals["acme"], key)
        assert found is not None
        return found

    def report(
        self, said: dict[str, int], retailer: str = "northwind"
    ) -> tuple[StockDifference, ...]:
        levels = [Reported(sku=sku, available=units) for sku, units in said.items()]
        with self.store.writing():
            return self.store.feeds.report(self.world.principals[retailer], "acme", levels)

    def snapshots(self) -> list[str]:
        found = []
        while True:
            with self.store.writing():
                key = self.store.sending.snapshot(lambda _: self.clock() + timedelta(days=1))
            if key is None:
                return found
            found.append(key)


@pytest.fixture
def shop(world: World, address: Address) -> Iterator[Shop]:
    clock = Clock()
    store = open_store(address, clock)
    made = Shop(store, clock, world)
    made.count(10)
    made.count(5, "SHOE-9")
    yield made
    store.close()


def levels(taken: Claimed) -> dict[str, tuple[int, int]]:
    """Quantity and sequence by SKU."""
    return {each.sku: (each.available, each.sequence) for each in taken.message.levels}


def test_without_a_channel_nobody_is_told(shop: Shop) -> None:
    assert shop.claim() is None


def test_a_new_channel_is_told_all_that_was_counted_and_nothing_else(shop: Shop) -> None:
    move = StockMove(
        sku="LAMP-1", location="main", bucket=Bucket.AVAILABLE, delta=1, cause="restocked"
    )
    shop.count(3, "SHOE-9", "globex")
    with shop.store.writing():
        shop.store.stock.apply(shop.world.partners["globex"].id, [move], "tests")
    shop.put("southgate", "globex")

    assert shop.tell() == {"SHOE-9": (3, 1)}
    shop.count(8, supplier="globex")
    assert shop.tell() == {"LAMP-1": (8, 2)}


def test_ten_changes_are_one_message_with_the_stock_of_that_moment(shop: Shop) -> None:
    shop.put()
    shop.tell()
    for quantity in range(11, 21):
        shop.count(quantity)

    assert shop.tell() == {"LAMP-1": (20, 11)}
    assert shop.tell() == {}


def test_each_partner_is_told_for_itself_with_its_buffer(shop: Shop) -> None:
    near = shop.put(buffer=4)
    far = shop.put("southgate", buffers={"LAMP-1": 100})

    taken = [shop.claim(), shop.claim("two")]

    told = {each.channel.id: levels(each) for each in taken}
    assert told[near.id] == {"LAMP-1": (6, 1), "SHOE-9": (1, 1)}
    assert told[far.id] == {"LAMP-1": (0, 1), "SHOE-9": (5, 1)}
    with shop.store.session():
        assert shop.store.channels.buffers(far.id) == {"LAMP-1": 100}


def test_another_buffer_is_told_with_a_higher_sequence_to_its_partner_only(shop: Shop) -> None:
    shop.put()
    shop.put("southgate")
    assert (len(shop.tell()), len(shop.tell())) == (2, 2)

    shop.put(buffer=2)
    shop.put("southgate")

    assert shop.tell() == {"LAMP-1": (8, 2), "SHOE-9": (3, 2)}
    assert shop.tell() == {}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"buffer": -1}, "wrong_buffer"),
        ({"buffers": {"LAMP-1": 1_000_001}}, "wrong_buffer"),
        ({"buffers": {"NONE": 1}}, "unknown_sku"),
        ({"retailer": "nobody"}, "not_found"),
        ({"supplier": "globex"}, "not_found"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(shop: Shop, said: dict[str, Any], code: str) -> None:
    with pytest.raises(RequestFault) as fault:
        shop.put(**said)

    assert fault.value.code == code


def test_one_message_is_under_way_to_a_partner_and_others_do_not_wait(shop: Shop) -> None:
    shop.put()
    shop.put("southgate")

    first = shop.claim("one", {ChannelKind.WEBHOOK: 1, ChannelKind.CSV: 1})
    second, third = shop.claim("two"), shop.claim("three")

    assert first.channel.id != second.channel.id
    assert third is None
    shop.record(first, TOLD)
    assert len(shop.claim("three").told) == 1


def test_eight_senders_at_once_take_a_partner_once(shop: Shop) -> None:
    shop.put()
    shop.put("southgate")
    found: list[Any] = []
    ready = threading.Barrier(8)

    def claim() -> None:
        ready.wait()
        found.append(shop.claim(f"s{threading.get_ident()}"))
        shop.store.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = [each.channel.id for each in found if each is not None]
    assert len(taken) == len(set(taken)) >= 1
    assert len(found) == 8


def test_who_lost_its_lease_changes_nothing_and_the_next_says_the_same(shop: Shop) -> None:
    shop.put()
    slow = shop.claim("one")
    shop.clock.pass_(101)
    quick = shop.claim("two")

    assert quick.message.id == slow.message.id
    assert shop.record(quick, TOLD, owner="two")
    assert not shop.record(slow, Delivered.GONE, owner="one")
    assert shop.channel(quick.channel.id).stopped_at is None


def test_what_changed_under_way_is_told_next(shop: Shop) -> None:
    channel = shop.put()
    taken = shop.claim()
    shop.count(11)
    assert shop.claim("two") is None

    shop.record(taken, TOLD)

    assert shop.sync(channel).behind == 1
    assert shop.tell() == {"LAMP-1": (11, 2)}
    assert shop.sync(channel) == Sync()


def test_lag_is_the_age_of_the_oldest_change_until_it_is_told(shop: Shop) -> None:
    channel = shop.put()
    shop.tell()
    shop.clock.pass_(100)
    shop.count(11)
    shop.clock.pass_(100)
    shop.count(12)
    shop.tell(Delivered.FAILED)

    late, feed = shop.sync(channel), shop.feeds(channel, "behind")["LAMP-1"]
    assert (late.behind, late.behind_since) == (1, START + timedelta(seconds=100))
    assert (feed.state, feed.want, feed.sent, feed.acked) == (FeedState.RETRYING, 3, 3, 1)
    shop.clock.pass_(6)
    shop.tell()
    assert shop.sync(channel).behind_since is None
    assert shop.feeds(channel)["LAMP-1"].state is FeedState.CURRENT


def test_failures_wait_and_end_parked_and_a_person_may_try_again(shop: Shop) -> None:
    channel = shop.put()
    tries = 0
    while shop.feeds(channel)["LAMP-1"].state is not FeedState.PARKED:
        assert shop.tell(Delivered.FAILED)
        tries += 1
        shop.clock.pass_(86_400)

    shop.count(11)
    found = shop.channel(channel.id)
    assert (tries, found.failures, found.error) == (10, 10, "So.")
    assert found.error_since == START
    assert (shop.sync(channel).parked, shop.tell()) == (2, {})
    shop.act("retry", channel.id)
    assert shop.tell() == {"LAMP-1": (11, 2), "SHOE-9": (5, 1)}
    assert shop.sync(channel) == Sync()
    assert shop.channel(channel.id).error_since is None


def test_a_partner_that_fails_is_not_tried_with_every_batch(shop: Shop) -> None:
    channel = shop.put()
    one = {ChannelKind.WEBHOOK: 1, ChannelKind.CSV: 1}
    shop.record(shop.claim(most=one), Delivered.FAILED)

    assert shop.claim() is None
    shop.clock.pass_(6)
    assert len(shop.claim().told) == 2
    assert shop.channel(channel.id).slow_until == START + timedelta(seconds=5)


def test_partners_that_answer_may_be_taken_before_those_that_fail(shop: Shop) -> None:
    failing = shop.put()
    shop.tell(Delivered.FAILED)
    answering = shop.put("southgate")
    shop.clock.pass_(6)

    well = shop.claim(well=True)
    with_all = shop.claim("two")

    assert (well.channel.id, with_all.channel.id) == (answering.id, failing.id)
    assert shop.claim("three", well=True) is None


def test_a_partnership_that_ended_is_told_nothing(shop: Shop) -> None:
    shop.put()
    rows = shop.store.channels._tables.Partnership
    with shop.store.writing():
        for row in rows.select():
            row.status = "ended"

    assert shop.claim() is None


def test_a_partner_that_asks_for_time_is_left_alone_and_no_try_is_counted(shop: Shop) -> None:
    channel = shop.put()
    shop.tell(Delivered.SLOW_DOWN, retry_after=60.0)
    shop.count(11)

    shop.clock.pass_(59)
    assert shop.claim() is None
    shop.clock.pass_(1)
    assert shop.tell() == {"LAMP-1": (11, 2), "SHOE-9": (5, 1)}
    assert shop.feeds(channel)["LAMP-1"].attempts == 0


def test_a_partner_that_wants_no_more_is_stopped_until_a_person_says_so(shop: Shop) -> None:
    channel = shop.put()
    shop.tell(Delivered.GONE)
    shop.clock.pass_(86_400)

    assert shop.claim() is None
    assert shop.channel(channel.id).stopped_at == START
    assert shop.feeds(channel)["LAMP-1"].state is FeedState.PARKED
    with shop.store.session():
        told = shop.store.journal.about(channel.supplier.id, f"channel:{channel.id}")
    assert [each.fact for each in told] == ["channel_put", "feeds_stopped"]
    shop.act("retry", channel.id)
    assert len(shop.tell()) == 2


def test_a_sku_that_is_unknown_there_is_parked_alone(shop: Shop) -> None:
    channel = shop.put()
    shop.record(shop.claim(), Delivered.UNKNOWN_SKU, TOLD)
    shop.count(6, "SHOE-9")

    assert list(shop.feeds(channel, "parked")) == ["LAMP-1"]
    assert shop.tell() == {"SHOE-9": (6, 2)}
    with shop.store.session():
        told = shop.store.journal.about(channel.supplier.id, f"channel:{channel.id}")
    assert '"why":"unknown_sku"' in told[-1].body


def test_a_paused_partner_is_told_the_newest_once_it_is_resumed(shop: Shop) -> None:
    channel = shop.put()
    shop.tell()
    shop.act("pause", channel.id)
    shop.count(11)
    shop.count(12)

    assert shop.claim() is None
    assert shop.feeds(channel)["LAMP-1"].state is FeedState.PAUSED
    shop.act("resume", channel.id)
    assert shop.tell() == {"LAMP-1": (12, 3)}


def test_what_is_resent_is_a_new_message_with_the_same_sequence(shop: Shop) -> None:
    channel = shop.put()
    first = shop.claim()
    shop.record(first, TOLD)

    shop.act("resend", channel.id, "SHOE-9")
    one = shop.claim()
    shop.record(one, TOLD)
    shop.act("resend", channel.id)
    every = shop.claim()

    assert levels(one) == {"SHOE-9": (5, 1)}
    assert levels(every) == levels(first)
    assert len({each.message.id for each in (first, one, every)}) == 3
    assert shop.sync(channel).behind == 0
    with pytest.raises(RequestFault, match="not shared"):
        shop.act("resend", channel.id, "NONE")


def test_a_resend_while_a_message_is_under_way_is_not_lost(shop: Shop) -> None:
    channel = shop.put()
    taken = shop.claim()
    shop.act("resend", channel.id)

    shop.record(taken, TOLD)

    assert shop.tell() == levels(taken)


def test_a_new_address_is_told_everything_and_old_answers_do_not_count(shop: Shop) -> None:
    channel = shop.put()
    taken = shop.claim()

    moved = shop.put(address="https://other.example/")

    assert moved.id == channel.id
    assert not shop.record(taken, TOLD)
    assert shop.tell() == levels(taken)


def test_the_same_channel_again_changes_nothing(shop: Shop) -> None:
    first = shop.put(buffers={"LAMP-1": 1})
    shop.tell()

    assert shop.put(buffers={"LAMP-1": 1}).id == first.id
    assert shop.claim() is None


def test_a_snapshot_is_due_each_night_and_survives_whoever_forgets(shop: Shop) -> None:
    channel = shop.put()
    shop.tell()
    assert shop.snapshots() == []

    shop.clock.pass_(13 * 3_600)

    assert shop.snapshots() == [channel.id]
    assert shop.snapshots() == []
    assert shop.tell() == {"LAMP-1": (10, 1), "SHOE-9": (5, 1)}
    assert shop.channel(channel.id).snapshot_due == shop.clock() + timedelta(days=1)


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=400)], ids=str)
@pytest.mark.parametrize("what", ["claimed", "failed", "slowed", "counted", "snapshot"])
def test_what_a_process_with_a_wrong_clock_set_far_off_is_due_at_once(
    shop: Shop, what: str, ahead: timedelta
) -> None:
    channel = shop.put()
    shop.tell()
    shop.clock.at += ahead
    shop.count(11)
    if what == "claimed":
        assert shop.claim("dead") is not None
    elif what in ("failed", "slowed"):
        shop.tell(Delivered.FAILED if what == "failed" else Delivered.SLOW_DOWN, retry_after=60.0)
    elif what == "snapshot":
        assert shop.snapshots() == [channel.id]
    shop.clock.at -= ahead

    assert shop.tell()["LAMP-1"][0] == 11
    assert shop.snapshots() == ([channel.id] if what == "snapshot" else [])
    assert shop.tell() in ({}, {"LAMP-1": (11, 2), "SHOE-9": (5, 1)})
    assert (shop.snapshots(), shop.tell()) == ([], {})


def test_a_snapshot_tries_what_is_parked_once(shop: Shop) -> None:
    channel = shop.put()
    shop.record(shop.claim(), Delivered.UNKNOWN_SKU, TOLD)
    shop.clock.pass_(13 * 3_600)
    shop.snapshots()

    shop.record(shop.claim(), Delivered.UNKNOWN_SKU, TOLD)

    assert shop.sync(channel).parked == 1
    assert shop.claim() is None
    shop.clock.pass_(25 * 3_600)
    shop.snapshots()
    shop.tell()
    assert shop.sync(channel) == Sync()


def test_what_a_partner_holds_otherwise_is_listed_and_not_overwritten(shop: Shop) -> None:
    channel = shop.put()
    shop.tell()

    found = shop.report({"LAMP-1": 7, "SHOE-9": 5, "NONE": 1})

    assert found == (StockDifference(sku="LAMP-1", reported=7, acknowledged=10),)
    assert (shop.sync(channel).drifting, shop.claim()) == (1, None)
    assert shop.feeds(channel, "drifting")["LAMP-1"].reported == 7
    shop.clock.pass_(13 * 3_600)
    shop.snapshots()
    assert list(shop.tell()) == ["SHOE-9"]
    shop.act("resend", channel.id, "LAMP-1")
    assert shop.tell() == {"LAMP-1": (10, 1)}
    assert shop.sync(channel).drifting == 0


def test_a_difference_is_gone_when_the_partner_says_so_or_was_not_told_the_newest(
    shop: Shop,
) -> None:
    channel = shop.put()
    shop.tell()
    shop.report({"LAMP-1": 7})
    assert shop.report({"LAMP-1": 10}) == ()
    assert shop.sync(channel).drifting == 0

    shop.count(11)

    assert shop.report({"LAMP-1": 10}) == ()


def test_only_those_who_are_told_may_report(shop: Shop) -> None:
    shop.put()

    with pytest.raises(RequestFault) as fault:
        shop.report({"LAMP-1": 1}, "southgate")

    assert fault.value.code == "not_found"


def test_a_retailer_sees_what_it_may_sell_and_nothing_of_others(shop: Shop) -> None:
    shop.put(buffer=3)
    shop.count(7, supplier="globex")
    shop.put("southgate", "globex")

    def seen(retailer: str, sku: str | None = None) -> list[tuple[str, str, int, int]]:
        with shop.store.session():
            keys = listed(shop.world, SHARED_STOCK, retailer, **({"sku": sku} if sku else {}))
            found = shop.store.feeds.shared(shop.world.principals[retailer], keys)
        shared = [found[key] for key in keys]
        return [(each.supplier.handle, each.sku, each.available, each.sequence) for each in shared]

    assert seen("northwind") == [("acme", "LAMP-1", 7, 1), ("acme", "SHOE-9", 2, 1)]
    assert seen("northwind", "SHOE-9") == [("acme", "SHOE-9", 2, 1)]
    assert seen("southgate") == [("globex", "LAMP-1", 7, 1)]


def test_channels_are_seen_from_both_sides_and_changed_from_one(shop: Shop) -> None:
    channel = shop.put()
    people = shop.world.principals

    with shop.store.session():
        asked = {each: ListQuery(principal=people[each], sort="HANDLE") for each in people}
        lists, channels = shop.store.lists, shop.store.channels
        seen = {
            each: tuple(channels.some(list(lists.every(CHANNELS, asked[each]))).values())
            for each in people
        }
        found = {each: shop.store.channels.visible(people[each], channel.id) for each in people}
        assert shop.store.channels.visible(people["acme"], "none") is None
    for who in ("acme", "northwind"):
        assert (seen[who], found[who]) == ((channel,), channel)
    for who in ("globex", "southgate"):
        assert (seen[who], found[who]) == ((), None)
    for act in ("pause", "resume", "retry", "resend"):
        for who in ("globex", "northwind"):
            with pytest.raises(RequestFault, match="no such channel"):
                shop.act(act, channel.id, supplier=who)


def test_while_a_secret_is_changed_the_one_before_is_kept(shop: Shop) -> None:
    channel = shop.put()
    hour = timedelta(hours=1)

    first = shop.act("keep_secret", channel.id, ("sealed-1", "print-1"), hour)
    second = shop.act("keep_secret", channel.id, ("sealed-2", "print-2"), hour)

    assert (first.secret, first.old_secret, first.old_until) == ("sealed-1", "", None)
    assert (second.secret, second.old_secret) == ("sealed-2", "sealed-1")
    assert (second.fingerprint, second.old_until) == ("print-2", START + hour)


def test_stock_is_found_by_sku_and_by_location(shop: Shop) -> None:
    def skus(**said: Any) -> list[str]:
        with shop.store.session():
            keys = listed(shop.world, STOCK, "acme", **said)
            found = shop.store.stock.some(keys)
        return [found[key].sku for key in keys]

    assert skus() == ["LAMP-1", "SHOE-9"]
    assert skus(sku="SHOE-9") == ["SHOE-9"]
    assert skus(location="main") == ["LAMP-1", "SHOE-9"]
    assert skus(location="none") == skus(sku="none") == []


def listed(world: World, of: ListOf, by: str, **filters: object) -> list[Any]:
    asked = ListQuery(principal=world.principals[by], sort="DECLARED", filters=filters)
    return list(world.store.lists.every(of, asked))
