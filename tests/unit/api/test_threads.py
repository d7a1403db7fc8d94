"""Calls run in few threads, in turn, and whoever waits hears what came of theirs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from returns_api.serving.threads import Threads

MOST = 3


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(MOST)
    yield made
    made.close()


def test_many_calls_run_in_few_threads_in_the_order_in_which_they_came(threads: Threads) -> None:
    began: list[int] = []
    over = threading.Event()

    def call(number: int) -> tuple[int, int]:
        began.append(number)
        assert over.wait(20)
        return number, threading.get_ident()

    async def many() -> list[tuple[int, int]]:
        tasks = [asyncio.create_task(threads.run(call, number)) for number in range(5 * MOST)]
        while len(began) < MOST:
            await asyncio.sleep(0.001)
        assert set(began) == set(range(MOST))
        over.set()
        return await asyncio.gather(*tasks)

    found = asyncio.run(many())

    assert [number for number, _ in found] == list(range(5 * MOST))
    assert sorted(began) == list(range(5 * MOST))
    assert len({thread for _, thread in found}) == MOST


def test_whoever_was_busy_last_goes_on(threads: Threads) -> None:
    async def one_after_the_other() -> set[int]:
        return {await threads.run(threading.get_ident) for _ in range(20)}

    assert len(asyncio.run(one_after_the_other())) == 1


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), SystemExit(3)])
def test_what_a_call_raises_is_raised_to_who_waits(threads: Threads, error: BaseException) -> None:
    def fail() -> None:
        raise error

    async def told() -> BaseException | None:
        try:
            await threads.run(fail)
        except BaseException as raised:  # noqa: BLE001 - it is what the test is about
            return raised
        return None

    assert isinstance(_run(told), type(error))
    assert _run(lambda: threads.run(int, "7")) == 7


def test_the_end_of_an_iterator_is_no_end_of_whoever_waits(threads: Threads) -> None:
    with pytest.raises(RuntimeError):
        asyncio.run(threads.run(next, iter(())))


def test_who_gives_up_leaves_the_thread_to_others(threads: Threads) -> None:
    over = threading.Event()
    ran: list[str] = []

    async def given_up() -> int:
        held = [asyncio.create_task(threads.run(over.wait, 20)) for _ in range(MOST)]
        waiting = asyncio.create_task(threads.run(ran.append, "never"))
        await asyncio.sleep(0.01)
        for task in (*held, waiting):
            task.cancel()
        await asyncio.gather(*held, waiting, return_exceptions=True)
        over.set()
        return await threads.run(int, "7")

    assert asyncio.run(given_up()) == 7
    assert ran == []


def test_no_thread_is_left_after_the_end() -> None:
    made, before = Threads(MOST), threading.active_count()

    async def all_of_them() -> None:
        gate = threading.Barrier(MOST)
        await asyncio.gather(*(made.run(gate.wait, 20) for _ in range(MOST)))

    asyncio.run(all_of_them())
    assert threading.active_count() == before + MOST
    made.close()

    assert threading.active_count() == before


def _run(call: Callable[[], Any]) -> Any:
    async def run() -> Any:
        return await call()

    return asyncio.run(run())
