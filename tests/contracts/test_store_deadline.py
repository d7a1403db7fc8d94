"""Work on the database ends at its deadline, and leaves nothing behind; what is committed stays."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from math import inf

import pytest

from adapters.store.connection.address import Address, SqliteFile
from adapters.store.connection.deadline import Deadline, within
from adapters.store.database import Store
from adapters.store.records import Product
from engine.errors import RequestFault
from tests.contracts.conftest import World
from tests.locking import locked

WAITING = 4
MARGIN = 1.5
"""Seconds that a busy machine may take for what waits for nothing."""

ENDLESS = {
    True: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    False: "SELECT pg_sleep(600)",
}


def endless(store: Store, address: Address) -> None:
    store._database.execute(ENDLESS[isinstance(address, SqliteFile)])


def timeout(world: World, address: Address) -> str:
    """What PostgreSQL was told, or 0: SQLite is told nothing."""
    if isinstance(address, SqliteFile):
        return "0"
    (found,) = world.store._database.execute("SHOW statement_timeout").fetchone()
    return str(found)


def titles(world: World) -> set[str]:
    with world.store.session():
        found = world.store.goods.named(world.partners["acme"].id, {"LAMP-1", "NEW"})
        return {each.title for each in found.values()}


def put(world: World, title: str) -> None:
    world.store.goods.put(world.partners["acme"], [Product(sku="NEW", title=title, facts={})])


def test_a_statement_that_runs_is_ended(world: World, address: Address) -> None:
    with (
        pytest.raises(RequestFault, match=r"longer than 0\.1 seconds") as fault,
        within(Deadline(0.1)),
        world.store.session(),
    ):
        endless(world.store, address)

    assert fault.value.code == "took_too_long"


def test_no_statement_begins_after_it_and_what_was_written_is_undone(world: World) -> None:
    deadline = Deadline(60)

    def write() -> None:
        with within(deadline), world.store.session(), world.store.atomic():
            put(world, "Written in time")
            world.store._database.flush()
            deadline.until = 0
            put(world, "Written late")

    with pytest.raises(RequestFault, match="nothing of it was kept"):
        write()

    assert "Written in time" not in titles(world)


def test_what_is_committed_may_be_read_however_late(world: World, address: Address) -> None:
    deadline = Deadline(60)
    deadline.ends_with_commit = True
    with within(deadline), world.store.session():
        with world.store.atomic():
            put(world, "Committed")
        assert deadline.until == inf
        assert "Committed" in titles(world)
        assert timeout(world, address) == "0"


def test_a_commit_of_a_query_gives_it_no_more_time(world: World) -> None:
    deadline = Deadline(60)
    with within(deadline), world.store.session():
        with world.store.atomic():
            put(world, "Committed")
        deadline.until = 0
        with pytest.raises(RequestFault, match="was stopped"):
            titles(world)


def test_who_comes_next_is_not_held_to_it(world: World, address: Address) -> None:
    with pytest.raises(RequestFault), within(Deadline(0.05)), world.store.session():
        endless(world.store, address)

    with world.store.session():
        assert titles(world) == {"Lamp"}
        assert timeout(world, address) == "0"


def test_nobody_waits_for_others_who_write_beyond_the_deadline(
    world: World, address: Address
) -> None:
    """However many wait at once: the last waits no longer than the first."""

    def told(title: str) -> tuple[str, float]:
        began = time.monotonic()
        try:
            with within(Deadline(0.5)), world.store.session(), world.store.atomic():
                put(world, title)
        except RequestFault as fault:
            return fault.code, time.monotonic() - began
        return "done", 0.0

    with ThreadPoolExecutor(WAITING) as pool:
        with locked(address, "product"):
            found = [pool.submit(told, f"Lamp {at}") for at in range(WAITING)]
            time.sleep(0.5 + MARGIN + 0.2)
        codes, took = zip(*(each.result() for each in found), strict=True)
        again = [code for code, _ in pool.map(told, ["Lamp 7"])]

    assert set(codes) <= {"took_too_long", "unavailable"}
    assert max(took) < 0.5 + MARGIN
    assert again == ["done"]
