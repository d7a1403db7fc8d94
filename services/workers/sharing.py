"""Tells trading partners their stock in three moments: claim, send, record.

No session is open while a partner is called. Whatever is killed between them, the next worker sends
the stock of its own moment, under the same id if nothing changed meanwhile.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from adapters.channels.opening import ChannelOpener
from adapters.channels.webhook import TIMEOUT
from adapters.store.database import Store
from adapters.store.stock.sharing import ChannelKind, Claimed
from engine.errors import RequestFault
from engine.stock.channel import Delivered, Receipt
from services.workers.repeating import repeated

LEASE: Final = 8.0 * TIMEOUT
"""Seconds that a partner is taken for: a connection, a request and an answer, each at its limit."""
MOST: Final = {ChannelKind.WEBHOOK: 100, ChannelKind.CSV: 5_000}
"""SKUs in one message: a webhook stays under 20 kilobytes, a file is written once for all."""
SNAPSHOTS: Final = timedelta(seconds=30)
"""Between looks for snapshots that are due."""


class Sharer:
    """One worker; many may run, in threads or processes."""

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
        self._well = False

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self.work, over)

    def work(self) -> int:
        """Tells one partner what is due now; how many SKUs that were."""
        self._look_for_snapshots()
        taken = self._claimed()
        if taken is None:
            return 0
        receipts = self._sent(taken)
        draw = self._draw()  # one for all, so that what failed together is tried together
        with self._store.writing():
            self._store.sending.record(taken, self.owner, receipts, lambda: draw)
        return len(taken.told)

    def _claimed(self) -> Claimed | None:
        """Every other turn is for partners that answer, so that those that hang never hold up all.

        Where none of these is due, the turn goes to whichever is.
        """
        self._well = not self._well
        claim = self._store.sending.claim
        with self._store.writing():
            taken = claim(self.owner, self._lease, MOST, well=True) if self._well else None
            return taken or claim(self.owner, self._lease, MOST)

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
