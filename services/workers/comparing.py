"""Compares each partner's account with its gateway every hour, or sooner after a webhook."""

from __future__ import annotations

import threading

from adapters.identity.actors import WORKER
from adapters.store.database import Store
from services.payments.comparing import Comparer
from services.payments.gateways import Gateways
from services.workers.repeating import repeated


class Reconciler:
    """One of any number of workers; each account is compared by one at a time."""

    def __init__(self, store: Store, gateways: Gateways) -> None:
        self._store = store
        self._comparer = Comparer(store, gateways)

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self._store, self.work, over)

    def work(self) -> int:
        """Compares the account that is due; returns 1, or 0 if none was due."""
        with self._store.writing():
            partner = self._store.accounts.claim_comparison()
            has_payments = partner is not None and self._store.payments.any_of(partner)
            if partner is not None:
                self._store.inbox.forget()
        if partner is None:
            return 0
        if has_payments:
            self._comparer.compare(partner, WORKER)
        return 1
