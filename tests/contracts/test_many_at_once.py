"""Many processes start on one new database at the same time, and none is in another's way."""

from __future__ import annotations

import multiprocessing as mp
import signal
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier, Event
from typing import Any

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.connection.backends import opened
from adapters.store.connection.schema import migrate, schema_of
from adapters.store.database import open_store

PROCESSES = 4
ROUNDS = {"sqlite": 12, "postgresql": 3}
MakeEmpty = Callable[[str], Address]


def start(number: int, addresses: list[Address], barrier: Barrier) -> None:
    try:
        for address in addresses:
            barrier.wait(timeout=60)
            store = open_store(address)
            with store.session(), store.atomic():
                store.partners.add(f"partner-{number}", "Partner", Kind.SUPPLIER)
            store.close()
    except BaseException:
        barrier.abort()
        raise


def migrate_and_stop_inside(address: Address, inside: Event) -> None:
    with opened(address) as backend:
        backend.settle()
        backend.ensure_internal_schema_updated()
        with backend.lock():
            inside.set()
            time.sleep(600)


def test_processes_start_on_a_new_database(kind: str, make_empty: MakeEmpty) -> None:
    context: Any = mp.get_context("forkserver")
    addresses, barrier = [make_empty(kind) for _ in range(ROUNDS[kind])], context.Barrier(PROCESSES)
    processes = [
        context.Process(target=start, args=(number, addresses, barrier))
        for number in range(PROCESSES)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join(timeout=120)

    assert [each.exitcode for each in processes] == [0] * PROCESSES
    for address in addresses:
        store = open_store(address)
        with store.session():
            assert all(store.partners.by_handle(f"partner-{n}") for n in range(PROCESSES))
        store.close()


def test_a_process_that_is_killed_while_it_migrates_blocks_nobody(empty: Address) -> None:
    context: Any = mp.get_context("forkserver")
    inside = context.Event()
    process = context.Process(target=migrate_and_stop_inside, args=(empty, inside))
    process.start()
    assert inside.wait(timeout=60)

    process.kill()
    process.join(timeout=20)

    assert process.exitcode == -signal.SIGKILL
    assert migrate(empty)
    assert schema_of(empty).pending == ()
