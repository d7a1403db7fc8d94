"""Tells trading partners their stock in three moments: claim, send, record.

No session is open while a partner is called. If a worker is killed between them, the next one sends
the stock as it is then, under the same id if nothing changed. Many partners are called at a time,
in threads that use no database; claims and records stay in the worker's own thread.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Final

from adapters.channels.opening import ChannelOpener
from adapters.channels.webhook import TIMEOUT
from adapters.store.database import Store
from adapters.store.stock.sharing import ChannelKind, Claimed
from engine.errors import RequestFault
from engine.stock.delivery import Delivered, Receipt
from services.workers.repeating import IDLE, log, repeated

LEASE: Final = 3.0 * TIMEOUT
"""Seconds that a partner stays claimed: a call at its timeout, and time to record it."""
AT_ONCE: Final = 64
"""Partners that one worker calls at a time; at most half of them after a failed message."""
PATIENCE: Final = 0.5
"""Seconds after which a call that still waits makes room for another."""
WAITING: Final = 1_024
"""Calls of one worker in all, including those that have made room; each occupies a thread."""
MOST: Final = {ChannelKind.WEBHOOK: 100, ChannelKind.CSV: 5_000}
"""SKUs in one message: a webhook stays under 20 kilobytes; a file holds all SKUs at once."""
SNAPSHOTS: Final = timedelta(seconds=30)
"""Time between checks for snapshots that are due."""


class Sharer:
    """One worker; any number may run, in threads or processes."""

    def __init__(
        self,
        store: Store,
        opener: ChannelOpener,
        *,
        lease: float = LEASE,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.owner = f"sharer-{secrets.token_hex(6)}"
        self._store = store
        self._opener = opener
        self._lease = lease
        self._draw = draw
        self._looked: datetime | None = None
        self._under_way: dict[Future[tuple[Receipt, ...]], Claimed] = {}
        self._began: dict[Future[tuple[Receipt, ...]], float] = {}

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set; a slow partner does not delay the others."""
        with ThreadPoolExecutor(WAITING, thread_name_prefix="feeds") as crew:
            repeated(self._store, lambda: self._turn(crew), over)
            wait(self._under_way)
            self._last_recorded()

    def work(self) -> int:
        """Tells one partner what is due now; returns the number of SKUs."""
        self._look_for_snapshots()
        taken = self._claimed()
        if taken is None:
            return 0
        self._record(taken, self._sent(taken))
        return len(taken.told)

    def _turn(self, crew: ThreadPoolExecutor) -> int:
        """Records finished calls and starts one more; waits if there is nothing to do."""
        self._look_for_snapshots()
        done = self._recorded()
        if self._has_room() and (taken := self._claimed()) is not None:
            call = crew.submit(self._sent, taken)
            self._under_way[call], self._began[call] = taken, time.monotonic()
            return 1
        if not done and self._under_way:
            return len(wait(self._under_way, IDLE, FIRST_COMPLETED).done) or 1
        return done

    def _has_room(self) -> bool:
        """Counts only recent calls: a partner that hangs occupies a thread, but no slot."""
        lately = time.monotonic() - PATIENCE
        fresh = sum(began > lately for began in self._began.values())
        return fresh < AT_ONCE and len(self._under_way) < WAITING

    def _claimed(self) -> Claimed | None:
        failing = sum(each.channel.failures > 0 for each in self._under_way.values())
        well = failing >= AT_ONCE // 2
        with self._store.writing():
            return self._store.sending.claim(self.owner, self._lease, MOST, well=well)

    def _recorded(self) -> int:
        ended = [each for each in self._under_way if each.done()]
        for call in ended:
            taken = self._under_way.pop(call)
            del self._began[call]
            self._record(taken, call.result())
        return len(ended)

    def _last_recorded(self) -> None:
        """Records the last calls; one that cannot be recorded is sent again after its lease."""
        while self._under_way:
            try:
                self._recorded()
            except Exception:  # noqa: BLE001 - a worker that ends never raises
                log.exception("an answer could not be recorded")

    def _record(self, taken: Claimed, receipts: tuple[Receipt, ...]) -> None:
        draw = self._draw()  # one for all, so that what failed together is retried together
        with self._store.writing():
            self._store.sending.record(taken, self.owner, receipts, lambda: draw)

    def _sent(self, taken: Claimed) -> tuple[Receipt, ...]:
        message = taken.message
        try:
            channel = self._opener.opened(taken.channel, self._store.now())
        except (RequestFault, OSError) as error:
            said = error.message if isinstance(error, RequestFault) else "No folder can be made."
            failed = Delivered.FAILED
            return tuple(
                Receipt(sku=each.sku, delivered=failed, sentence=said) for each in message.levels
            )
        return channel.send(message)

    def _look_for_snapshots(self) -> None:
        now = self._store.now()
        if self._looked is not None and now - self._looked < SNAPSHOTS:
            return
        while self._snapshot(now) is not None:
            pass
        self._looked = now

    def _snapshot(self, now: datetime) -> str | None:
        with self._store.writing():
            return self._store.sending.snapshot(
                lambda channel: self._opener.next_snapshot(channel, now)
            )
