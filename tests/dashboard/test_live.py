"""Open pages hear of what happened: after a number, what their key may read, until they go."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import takewhile

import pytest

from dashboard import live
from dashboard.live import Live
from tests.dashboard.world import OTHER, SUPPLIER, SUPPORT, Who, World


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that end by themselves, after a look or two."""
    monkeypatch.setattr(live, "LONGEST", 0.3)
    monkeypatch.setattr(live, "EVERY", 0.05)
    monkeypatch.setattr(live, "BEAT", 0.2)


def heard(world: World, who: Who, after: int | None, by: str = "header") -> tuple[list[str], int]:
    """The kinds that a stream told, and the number it came to."""
    headers = {"last-event-id": str(after)} if after is not None and by == "header" else {}
    query = f"?after={after}" if after is not None and by == "query" else ""
    answer = world.person(who).get(f"/live{query}", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.splitlines()
    kinds = [kind for line in lines if line[:5] == "data:" for kind in json.loads(line[5:])]
    return kinds, [int(line[3:]) for line in lines if line[:3] == "id:"][-1]


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("by", ["header", "query"])
def test_a_page_that_comes_back_hears_what_it_missed(world: World, by: str) -> None:
    kinds, number = heard(world, SUPPLIER, 0, by)

    assert "RETURN_INSPECT" in kinds
    assert heard(world, SUPPLIER, number, by) == ([], number)
    assert "SETTLEMENT_NEEDS_ATTENTION" in kinds or "SETTLEMENT_PLANNED" in kinds


@pytest.mark.usefixtures("short")
def test_a_page_hears_what_its_key_may_read_alone(world: World) -> None:
    assert "KEY_ISSUED" in heard(world, SUPPLIER, 0)[0]
    kinds, number = heard(world, SUPPORT, 0)

    assert "RETURN_INSPECT" in kinds
    assert "KEY_ISSUED" not in kinds
    assert number == heard(world, SUPPLIER, 0)[1]


@pytest.mark.usefixtures("short")
def test_a_new_page_hears_of_what_comes_and_not_of_what_was(world: World) -> None:
    kinds, number = heard(world, OTHER, None)

    assert kinds == []
    assert number == heard(world, OTHER, 0)[1]


def test_who_is_not_signed_in_hears_nothing(world: World) -> None:
    assert world.client().get("/live").status_code == 303


class Told:
    """Journals whose ends a test sets, and which count how often they are asked."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.asked: list[set[str]] = []

    def ends(self, handles: Collection[str]) -> Mapping[str, int]:
        self.asked.append(set(handles))
        return self.numbers


def test_two_hundred_pages_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 0.01)
    told = Told()

    async def many() -> list[int | None]:
        watch = Live(told)
        pages = [asyncio.create_task(watch.beyond(f"p{at % 2}", 5)) for at in range(200)]
        await asyncio.sleep(0.03)
        told.numbers = {"p0": 6, "p1": 7}
        return await asyncio.gather(*pages)

    found = asyncio.run(many())

    assert sorted(set(found)) == [6, 7]
    assert all(each <= {"p0", "p1"} for each in told.asked)
    assert len(told.asked) < 20


def test_pages_of_two_event_loops_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As two servers of one app have; each page is told on its own."""
    monkeypatch.setattr(live, "EVERY", 0.02)
    monkeypatch.setattr(live, "BEAT", 5.0)
    told, turns = Told(), threading.Barrier(2, timeout=20)
    watch = Live(told)

    async def pages(number: int) -> float:
        opened = []
        for _ in range(20):
            turns.wait()
            opened.append(asyncio.create_task(watch.beyond(f"p{number}", 5)))
            await asyncio.sleep(0.001)
        turns.wait()
        before = len(told.asked)
        await asyncio.sleep(0.4)
        looks = len(told.asked) - before
        turns.wait()
        told.numbers = {"p0": 6, "p1": 6}
        began = time.monotonic()
        assert await asyncio.gather(*opened) == [6] * 20
        assert time.monotonic() < began + live.BEAT / 2
        return looks

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(asyncio.run, pages(number)) for number in range(2)]
        looks = [each.result() for each in found]

    assert max(looks) <= 0.4 / 0.02 + 1


def test_nobody_is_asked_while_no_page_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 0.01)
    monkeypatch.setattr(live, "BEAT", 0.02)
    told = Told()

    async def one() -> int:
        assert await Live(told).beyond("p", 1) is None
        await asyncio.sleep(0.05)
        before = len(told.asked)
        await asyncio.sleep(0.05)
        return len(told.asked) - before

    assert asyncio.run(one()) == 0


def test_as_many_streams_are_open_as_may_be_and_no_more() -> None:
    watch = Live(Told(), most=2 * (live.MOST_OF_SESSION + 2))
    with ExitStack() as opened:

        def more(handle: str, token: str) -> int:
            """How many more there is room for."""
            tries = (opened.enter_context(watch.opened(handle, token)) for _ in range(100))
            return sum(takewhile(bool, tries))

        assert more("acme", "one") == live.MOST_OF_SESSION
        assert more("acme", "two") == 2  # of a partner half of all
        assert more("globex", "three") == live.MOST_OF_SESSION
        assert more("initech", "four") == 2  # of all
    assert more("acme", "one") == live.MOST_OF_SESSION


@pytest.mark.usefixtures("short")
def test_one_more_is_told_when_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person(SUPPLIER)
    for _ in range(3):
        monkeypatch.setattr(live, "MOST_OF_SESSION", 1)
        assert person.get("/live").status_code == 200  # the one before has ended

        monkeypatch.setattr(live, "MOST_OF_SESSION", 0)
        answer = person.get("/live")
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "Too many pages" in answer.text


def test_a_server_that_stops_ends_all_streams() -> None:
    async def stopped() -> int | None:
        watch = Live(Told())
        page = asyncio.create_task(watch.beyond("p", 5))
        await asyncio.sleep(0.01)
        watch.close()
        return await asyncio.wait_for(page, 1)

    assert asyncio.run(stopped()) == 5
