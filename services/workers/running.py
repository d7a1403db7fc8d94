"""Runs the background loops in threads that end with the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from adapters.channels.opening import ChannelOpener
from adapters.files.port import Files
from adapters.identity.signing import Signer
from adapters.identity.vault import Vault
from adapters.store.database import Store
from engine.settlement.gateway import TIMEOUT
from services.payments.gateways import Gateways
from services.returns.filing import Filing
from services.returns.library import Library
from services.workers.comparing import Reconciler
from services.workers.dating import Dater
from services.workers.returning import Returner
from services.workers.settling import Settler
from services.workers.sharing import Sharer
from services.workers.sweeping import Sweeper
from services.workers.witnessing import Witness

PATIENCE: Final = TIMEOUT + 5
"""Seconds that shutdown waits for calls in progress; the rest is retried after its lease."""


class Parts(Protocol):
    """The services that the loops use, shared by all threads of a process."""

    @property
    def store(self) -> Store: ...
    @property
    def library(self) -> Library: ...
    @property
    def gateways(self) -> Gateways: ...
    @property
    def channels(self) -> ChannelOpener: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def files(self) -> Files: ...


class Loop(Protocol):
    """One kind of background work; any number may run, in threads or processes."""

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set, and finishes the task in hand; never raises."""
        ...


def loops(parts: Parts) -> tuple[Loop, ...]:
    """Returns one loop of every kind."""
    store = parts.store
    return (
        Settler(store, parts.gateways.of),
        Reconciler(store, parts.gateways),
        Returner(store, parts.library),
        Dater(store, parts.library),
        Sharer(store, parts.channels),
        Witness(store, Signer.of(parts.vault)),
        Sweeper(store, Filing(store, parts.files)),
    )


@contextmanager
def at_work(parts: Parts, workers: int) -> Iterator[None]:
    """Runs every loop `workers` times while the block runs."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_run, args=(each, parts.store, over), daemon=True)
        for _ in range(workers)
        for each in loops(parts)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)


def _run(loop: Loop, store: Store, over: threading.Event) -> None:
    try:
        loop.run(over)
    finally:
        store.close()  # the connection of this thread
