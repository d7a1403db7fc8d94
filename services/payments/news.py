"""Takes what Stripe tells: believed by its signature, taken once, and only a hint where to look."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from adapters.gateways.webhooks import Hint, hint_of
from adapters.store.database import Store
from adapters.store.money.accounts import Account
from services.payments.gateways import Gateways

_MOVEMENTS: Final = ("refund", "credit_note", "customer_balance_transaction")


class News:
    """Webhooks of all partners' accounts."""

    def __init__(
        self, store: Store, gateways: Gateways, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._clock = clock

    def take(self, handle: str, body: bytes, signature: str) -> None:
        """Takes an event for a partner; raises `RequestFault` `wrong_signature` or `wrong_event`.

        A stranger does not learn who has an account here: for nobody's endpoint no signature fits.
        """
        with self._store.session():
            partner = self._store.partners.by_handle(handle)
            account = self._store.accounts.of(partner.id) if partner else None
        secrets = self._gateways.signing_secrets(account) if account else ()
        hint = hint_of(body, signature, secrets, self._clock)
        # An endpoint of the operator hears of every account that is connected to it.
        if account is None or hint.account not in ("", account.account):
            return
        if account.connected and not hint.account:
            return
        with self._store.writing():
            if self._store.inbox.first(account.partner, hint.event, hint.type):
                self._act(account, hint)

    def _act(self, account: Account, hint: Hint) -> None:
        store, partner = self._store, account.partner
        if not hint.readable:
            store.accounts.compare_soon(partner)
        elif hint.kind == "dispute":
            store.payments.dispute(partner, hint.reference, hint.of, hint.status)
        elif hint.kind in _MOVEMENTS:
            ours = store.settlements.news(partner, hint.reference, hint.settlement)
            if not ours and store.payments.known_by(partner, *hint.of):
                store.accounts.compare_soon(partner)  # somebody moved it at the gateway
        elif hint.kind == "charge" and (paid := store.payments.known_by(partner, *hint.of)):
            store.settlements.look_at_payment(paid.id)
