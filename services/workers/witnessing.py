"""Signs a checkpoint of every journal that has grown, once an hour."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from adapters.identity.signing import Signer
from adapters.store.database import Store
from engine.errors import RequestFault
from services.workers.repeating import repeated

EVERY: Final = timedelta(hours=1)
LOOK: Final = timedelta(minutes=1)
"""Time between checks for journals that are due."""
BATCH: Final = 20
"""Journals per batch; `over` is checked between batches."""
log = logging.getLogger("services.workers")


class Witness:
    """One of any number of workers; a server without a master key signs nothing."""

    def __init__(self, store: Store, signer: Signer) -> None:
        self._store = store
        self._signer = signer
        self._looks_at: datetime | None = None

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self._store, self.work, over)

    def work(self) -> int:
        """Signs the journals that are due, each in its own transaction; returns their number."""
        now = self._store.now()
        if not self._signer.has_key or (self._looks_at is not None and now < self._looks_at):
            return 0
        with self._store.session():
            due = self._store.checkpoints.due(EVERY, BATCH)
        signed = sum(map(self._signed, due))
        if not signed:
            self._looks_at = now + LOOK
        return signed

    def _signed(self, tenant: str) -> bool:
        """A journal that contradicts its last checkpoint is not signed; an operator must
        investigate.
        """
        try:
            with self._store.writing():
                return self._store.checkpoints.add(tenant, self._signer.sign) is not None
        except RequestFault as fault:
            if fault.code != "journal_rewritten":
                raise
            log.error("the journal of %s is not signed any more: %s", tenant, fault.message)
            return False
