"""Stock counted and shared: what partners are told of it is told by their channels."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.journal.world import World, chapter
from tests.receiver import unknown


def count(world: World, units: int, sku: str = "LAMP-1") -> None:
    level = {"sku": sku, "location": "main", "available": units}
    world.do("acme", "setStock", levels=[level])


def share(world: World) -> None:
    world.work("Sharer")


@chapter("setStock", by="acme", acme="stock_moved")
def levels_that_were_counted(world: World) -> None:
    count(world, 10)


@chapter(
    "putChannel",
    by="acme",
    acme="channel_put channel_secret",
    northwind="channel_put channel_secret",
)
def a_channel_to_a_retailer(world: World) -> None:
    address = world.receiver.address
    said = {"partner": "northwind", "kind": "WEBHOOK", "address": address, "buffer": 2}
    made = world.do("acme", "putChannel", **said)
    world.kept["channel"], world.receiver.secret = made["channel"]["id"], made["secret"]
    world.secrets.append(made["secret"])


@chapter("rotateChannelSecret", by="acme", acme="channel_secret", northwind="channel_secret")
def another_secret(world: World) -> None:
    made = world.do("acme", "rotateChannelSecret", channel=world.kept["channel"])
    world.receiver.secret = made["secret"]
    world.secrets.append(made["secret"])


@chapter("pauseFeeds", by="acme", acme="feeds_paused", northwind="feeds_paused")
def nothing_more_for_a_while(world: World) -> None:
    world.do("acme", "pauseFeeds", channel=world.kept["channel"])


@chapter("resumeFeeds", by="acme", acme="feeds_resumed", northwind="feeds_resumed")
def on_again(world: World) -> None:
    world.do("acme", "resumeFeeds", channel=world.kept["channel"])


@chapter("resendFeeds", by="acme", acme="feeds_resent", northwind="feeds_resent")
def all_of_it_again(world: World) -> None:
    world.do("acme", "resendFeeds", channel=world.kept["channel"])


@chapter("reportStock", by="northwind", acme="stock_reported", northwind="stock_reported")
def what_a_retailer_holds(world: World) -> Iterator[None]:
    share(world)
    yield
    levels = [{"sku": "LAMP-1", "available": 4}]
    world.do("northwind", "reportStock", supplier="acme", levels=levels)


@chapter("Sharer", by="worker", acme="feeds_parked", northwind="feeds_parked")
def a_sku_that_the_retailer_does_not_know(world: World) -> Iterator[None]:
    world.receiver.body, world.receiver.answers = unknown("LAMP-1"), [200]
    count(world, 11)
    yield
    share(world)
    world.receiver.body = b""


@chapter("Sharer", by="worker", acme="feeds_stopped", northwind="feeds_stopped")
def a_retailer_that_wants_no_more(world: World) -> Iterator[None]:
    world.do("acme", "retryFeeds", channel=world.kept["channel"])
    share(world)
    world.receiver.answers = [410]
    count(world, 12)
    yield
    share(world)


@chapter("retryFeeds", by="acme", acme="feeds_retried", northwind="feeds_retried")
def once_more(world: World) -> None:
    world.do("acme", "retryFeeds", channel=world.kept["channel"])


@chapter("Sharer", by="worker")
def a_level_that_is_told(world: World) -> None:
    share(world)
