"""One who asks much at once waits for themselves alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import pytest

from adapters.store.connection.deadline import Deadline
from returns_api.serving.endpoint import Endpoint
from returns_api.serving.guesses import Guesses, bearer_of, digest
from returns_api.serving.operations import Answer, Operations
from returns_api.serving.settings import Limits
from returns_api.serving.thread_shares import MOST, Lanes
from returns_api.serving.threads import THREADS


def test_who_has_their_part_of_the_threads_waits_and_others_do_not() -> None:
    async def three_of_one_and_one_of_another() -> list[str]:
        lanes, over, went = Lanes(2), asyncio.Event(), []

        async def hold(name: str) -> None:
            async with lanes.turn(name):
                went.append(name)
                await over.wait()

        tasks = [asyncio.create_task(hold(name)) for name in ("a", "a", "a", "b")]
        await asyncio.sleep(0)
        before = list(went)
        over.set()
        await asyncio.gather(*tasks)
        assert went == ["a", "a", "b", "a"]
        assert lanes._lanes == {}
        return before

    assert asyncio.run(three_of_one_and_one_of_another()) == ["a", "a", "b"]


def test_whoever_asks_on_another_event_loop_has_turns_there() -> None:
    """As two servers of one app have."""
    lanes, both = Lanes(2), threading.Barrier(2, timeout=20)

    async def in_turn(went: list[int]) -> None:
        async def hold(number: int) -> None:
            async with lanes.turn("a"):
                went.append(number)
                await asyncio.sleep(0.01)

        tasks = [asyncio.create_task(hold(number)) for number in range(5)]
        await asyncio.sleep(0)
        both.wait()
        await asyncio.gather(*tasks)

    orders: list[list[int]] = [[], []]
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(asyncio.run, in_turn(went)) for went in orders]:
            each.result()

    assert orders == [[*range(5)]] * 2
    assert lanes._lanes == {}


@dataclass
class Slow:
    """Operations that wait until all is over, but for those of `b`."""

    over: threading.Event = field(default_factory=threading.Event)
    running: list[str] = field(default_factory=list)

    def run(self, _ask: Any, caller: Any, _meter: Any) -> Answer:
        self.running.append(caller.payer)
        assert caller.payer == "b" or self.over.wait(20)
        return Answer(status=200, body={})


@dataclass
class Caller:
    """Whoever opened with a key such as `a/phone`, a partner and one of its keys or sessions."""

    payer: str


@contextmanager
def opened(header: str | None, _deadline: Deadline | None = None) -> Iterator[Any]:
    yield Caller(bearer_of(header).partition("/")[0])


async def asked(endpoint: Endpoint, key: str, told: list[Any] | None = None) -> None:
    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {key}".encode())]

    async def receive() -> Any:
        return {"type": "http.request", "body": b'{"query": "{ me { role } }"}'}

    async def send(message: Any) -> None:
        if told is not None:
            told.append(message)

    await endpoint({"type": "http", "method": "POST", "headers": headers}, receive, send)


def test_a_partner_that_asks_much_by_many_keys_leaves_threads_to_others() -> None:
    slow, guesses = Slow(), Guesses()
    for key in (*(f"a/{n}" for n in range(MOST + 2)), "b/0"):
        guesses.right(digest(key), key[0])
    endpoint = Endpoint(cast("Operations", slow), opened, Limits(), guesses)

    async def many_of_one_and_one_of_another() -> int:
        many = [asyncio.create_task(asked(endpoint, f"a/{n}")) for n in range(MOST + 2)]
        try:
            while len(slow.running) < MOST:
                await asyncio.sleep(0.01)
            await asyncio.wait_for(asked(endpoint, "b/0"), 20)
            return slow.running.count("a")
        finally:
            slow.over.set()
            await asyncio.gather(*many)

    assert asyncio.run(many_of_one_and_one_of_another()) == MOST == THREADS // 2
    assert slow.running.count("a") == MOST + 2


def test_a_key_that_was_right_is_known_as_whose_it_is() -> None:
    slow, guesses = Slow(), Guesses()
    endpoint = Endpoint(cast("Operations", slow), opened, Limits(), guesses)

    asyncio.run(asked(endpoint, "b/0"))

    assert guesses._right == {digest("b/0"): "b"}


def test_whoever_still_waits_when_the_server_stops_is_told_to_ask_again() -> None:
    """Of the API's answers each has a code, whatever the server says of a task that it ends."""
    slow, guesses, told = Slow(), Guesses(), list[Any]()
    endpoint = Endpoint(cast("Operations", slow), opened, Limits(), guesses)

    async def ended() -> None:
        task = asyncio.create_task(asked(endpoint, "a/0", told))
        while not slow.running:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        slow.over.set()

    asyncio.run(ended())
    endpoint.threads.close()

    start, body = told
    assert start["status"] == 503
    (error,) = orjson.loads(body["body"])["errors"]
    assert error["extensions"]["code"] == "unavailable"
