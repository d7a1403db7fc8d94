"""One thread works off what waits, others help with what is slow, and nobody is told before what
they keep is stored."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import count
from typing import Any

import pytest

from adapters.store.connection.deadline import Deadline, current, within
from adapters.store.group_commit import GRACE, GroupCommit
from returns_api.serving.threads import Threads

WAIT = 20
MOST = 4


class Stopped(BaseException):
    """Ends a commit, as an exit does."""


class Disk:
    """Takes what calls keep; `refuses` what it is told to, and never two commits at a time."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.refuses = ""
        self.error: type[BaseException] = OSError
        self._one = threading.Lock()
        self.together = GroupCommit(nullcontext, self._commit)

    def _commit(self, decided: Sequence[Any]) -> None:
        assert self._one.acquire(blocking=False), "two commit at once"
        try:
            time.sleep(0.001)
            if self.refuses in decided:
                raise self.error(self.refuses)
            self.commits.append(list(decided))
        finally:
            self._one.release()

    @property
    def kept(self) -> list[str]:
        return [each for commit in self.commits for each in commit]

    def keep(self, name: str) -> int:
        """A call that keeps something; returns its thread."""
        self.together.keep([name])  # type: ignore[list-item]
        return threading.get_ident()


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture(params=[0, 0.005, WAIT])
def threads(request: pytest.FixtureRequest, disk: Disk) -> Iterator[Threads]:
    made = Threads(MOST, request.param, disk.together)
    yield made
    made.close()


@pytest.fixture
def patient(disk: Disk) -> Iterator[Threads]:
    """Threads of which one does all that is quick, however slow this machine is."""
    made = Threads(MOST, WAIT, disk.together)
    yield made
    made.close()


@pytest.fixture
def helping(disk: Disk) -> Iterator[Threads]:
    made = Threads(MOST, 0.005, disk.together)
    yield made
    made.close()


async def kept(threads: Threads, disk: Disk, name: str) -> int | BaseException:
    try:
        thread = await threads.run(disk.keep, name)
    except (OSError, Stopped) as error:
        return error
    assert name in disk.kept, "told before it was stored"
    return thread


async def all_kept(threads: Threads, disk: Disk, names: str) -> list[int | BaseException]:
    return await asyncio.gather(*(kept(threads, disk, name) for name in names))


def test_nobody_is_told_before_what_they_keep_is_stored(threads: Threads, disk: Disk) -> None:
    names = "abcdefghijklmnopqrstuvwxyz"

    asyncio.run(all_kept(threads, disk, names))

    assert sorted(disk.kept) == list(names)


def test_one_thread_works_off_what_waits_and_commits_it_together(
    patient: Threads, disk: Disk
) -> None:
    async def at_once() -> set[int | BaseException]:
        def first() -> None:
            assert begun.wait(WAIT)

        begun = threading.Event()
        waiting = asyncio.create_task(patient.run(first))
        others = asyncio.create_task(all_kept(patient, disk, "abcdef"))
        await asyncio.sleep(0.01)
        begun.set()
        await waiting
        return set(await others)

    assert len(asyncio.run(at_once())) == 1
    assert [sorted(each) for each in disk.commits] == [list("abcdef")]


@pytest.mark.parametrize("error", [OSError, Stopped])
@pytest.mark.parametrize("bad", "bd")
def test_what_cannot_be_stored_is_told_to_its_own_call_alone(
    threads: Threads, disk: Disk, bad: str, error: type[BaseException]
) -> None:
    disk.refuses, disk.error = bad, error

    found = asyncio.run(all_kept(threads, disk, "abcd"))

    told = zip("abcd", found, strict=True)
    assert [name for name, each in told if isinstance(each, error)] == [bad]
    assert sorted(disk.kept) == sorted(set("abcd") - {bad})


def test_what_a_failed_call_kept_is_not_stored(threads: Threads, disk: Disk) -> None:
    def fail() -> None:
        disk.keep("a")
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        asyncio.run(threads.run(fail))

    assert disk.kept == []


def test_neither_who_waits_nor_what_is_held_waits_for_a_slow_call(
    helping: Threads, disk: Disk
) -> None:
    over = threading.Event()

    async def one_slow_between() -> None:
        first = asyncio.create_task(helping.run(time.sleep, 0.002))
        await asyncio.sleep(0)
        held = asyncio.create_task(kept(helping, disk, "a"))
        await asyncio.sleep(0)
        slow = asyncio.create_task(helping.run(over.wait, WAIT))
        await asyncio.sleep(0)
        after = asyncio.create_task(kept(helping, disk, "b"))
        await asyncio.wait_for(asyncio.gather(first, held, after), WAIT / 2)
        over.set()
        assert await slow

    asyncio.run(one_slow_between())
    assert sorted(disk.kept) == ["a", "b"]


def test_as_many_slow_calls_run_as_there_are_threads(helping: Threads) -> None:
    gate = threading.Barrier(MOST)

    async def slow() -> None:
        await asyncio.gather(*(helping.run(gate.wait, WAIT) for _ in range(MOST)))

    asyncio.run(slow())


def test_who_comes_while_all_are_at_slow_calls_begins_at_once(disk: Disk) -> None:
    made = Threads(MOST, 0.2, disk.together)
    over = threading.Event()

    async def meanwhile() -> float:
        slow = asyncio.create_task(made.run(over.wait, WAIT))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        await made.run(int, "7")
        took = time.monotonic() - began
        over.set()
        await slow
        return took

    try:
        assert asyncio.run(meanwhile()) < 0.15
    finally:
        made.close()


def test_what_is_held_when_all_ends_is_stored(disk: Disk) -> None:
    made = Threads(MOST, WAIT, disk.together)

    async def left() -> None:
        task = asyncio.create_task(made.run(disk.keep, "a"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    for _ in range(50):
        asyncio.run(left())
    made.close()

    assert set(disk.kept) <= {"a"}
    assert not made._held


def test_whoever_waits_on_another_event_loop_is_told_as_soon(patient: Threads, disk: Disk) -> None:
    """Calls of two loops are held for one commit; a loop that is told by none sleeps on."""
    begun, gate = threading.Barrier(3, timeout=WAIT), threading.Event()
    told: list[float] = []

    async def first() -> None:
        waiting = asyncio.create_task(patient.run(gate.wait, WAIT))
        await asyncio.sleep(0.01)
        begun.wait()
        assert await waiting

    async def keeping(name: str) -> None:
        await asyncio.sleep(0.02)
        mine = asyncio.create_task(kept(patient, disk, name))
        await asyncio.sleep(0)
        begun.wait()
        await mine
        told.append(time.monotonic())

    ways = [first(), keeping("a"), keeping("b")]
    loops = [threading.Thread(target=asyncio.run, args=(way,), daemon=True) for way in ways]
    for each in loops:
        each.start()
    time.sleep(0.1)
    opened = time.monotonic()
    gate.set()
    for each in loops:
        each.join(WAIT / 4)

    assert [sorted(each) for each in disk.commits] == [["a", "b"]]
    assert len(told) == 2
    assert max(told) < opened + WAIT / 4


def test_who_waits_is_not_forgotten_while_a_thread_is_between_two_calls(disk: Disk) -> None:
    """A look that finds no call in work, since one was just told of, is not the last one."""
    made = Threads(MOST, 0.2, disk.together)
    gate, looked, over = threading.Event(), threading.Event(), threading.Event()

    async def begun(call: Any, *arguments: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(made.run(call, *arguments))
        await asyncio.sleep(0.05)
        return task

    async def between() -> None:
        loop = asyncio.get_running_loop()
        slow_to_tell(loop, 2, looked)
        tasks = [await begun(gate.wait, WAIT), await begun(int, "7")]
        gate.set()
        await asyncio.gather(*tasks)
        tasks = [await begun(over.wait, WAIT), await begun(int, "8")]
        loop.call_later(0.1, looked.set)
        await asyncio.wait(tasks, timeout=WAIT / 4, return_when=asyncio.FIRST_COMPLETED)
        assert tasks[1].done()
        over.set()
        await asyncio.gather(*tasks)

    try:
        asyncio.run(between())
    finally:
        over.set()
        made.close()


def slow_to_tell(loop: asyncio.AbstractEventLoop, number: int, until: threading.Event) -> None:
    """Keeps a thread that tells so many of their calls from going on, as a busy loop may."""
    tell, told = loop.call_soon_threadsafe, count(1)

    def tell_slowly(*what: Any) -> None:
        tell(*what)  # type: ignore[arg-type]
        if next(told) == number:
            until.wait(WAIT)

    loop.call_soon_threadsafe = tell_slowly  # type: ignore[assignment, method-assign]


def test_one_look_at_a_time_is_planned_on_each_event_loop(helping: Threads) -> None:
    """However often calls of two loops alternate while something is in work."""
    over, looks = threading.Event(), [0, 0]
    turns = threading.Barrier(2, timeout=WAIT)

    async def alternating(number: int) -> None:
        loop = asyncio.get_running_loop()
        later = loop.call_later

        def planned(*what: Any, **more: Any) -> asyncio.TimerHandle:
            looks[number] += 1
            return later(*what, **more)

        slow = asyncio.create_task(helping.run(over.wait, WAIT))
        await asyncio.sleep(0)
        for _ in range(100):
            turns.wait()
            await helping.run(int, "7")
        loop.call_later = planned  # type: ignore[assignment]
        began = loop.time()
        while loop.time() < began + 0.5:
            await helping.run(time.sleep, 0.001)
        over.set()
        await slow

    loops = [threading.Thread(target=asyncio.run, args=(alternating(at),)) for at in range(2)]
    for each in loops:
        each.start()
    for each in loops:
        each.join()

    assert max(looks) <= 2 * 0.5 / 0.005


class Locked(Disk):
    """Commits nothing before the deadline, as a database that somebody else writes to."""

    def _commit(self, _: Sequence[Any]) -> None:
        deadline = current()
        assert deadline is not None
        time.sleep(max(deadline.left(), 0))
        raise OSError("locked")

    def keep_within(self, deadline: Deadline, name: str) -> None:
        """As an operation does, which begins nothing after its deadline."""
        if deadline.left() <= 0:
            raise OSError("late")
        with within(deadline):
            self.keep(name)


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_told_long_after_the_deadline_while_nothing_can_be_stored(seed: int) -> None:
    """Whenever each came, and however much of its time was over then."""
    disk, drawn = Locked(), random.Random(seed)
    made = Threads(MOST, 0.005, disk.together)
    ways = [(drawn.uniform(0, 2), drawn.choice([0.05, 0.3, 2.0])) for _ in range(24)]

    async def late(after: float, seconds: float) -> float:
        await asyncio.sleep(after)
        deadline = Deadline(seconds)
        with pytest.raises(OSError, match=r"late|locked"):
            await made.run(disk.keep_within, deadline, "a")
        return -deadline.left()

    async def all_of_them() -> float:
        return max(await asyncio.gather(*(late(*each) for each in ways)))

    try:
        assert asyncio.run(all_of_them()) < GRACE + 0.6
    finally:
        made.close()
