"""Takes Stripe's webhooks: verified by signature, processed once, and only a hint what to read."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Final

from adapters.gateways.webhooks import Hint, hint_of
from adapters.store.database import Store
from adapters.store.money.accounts import Account
from adapters.store.money.unread import Unread
from engine.errors import RequestFault
from engine.settlement.charges import DisputeRead
from engine.settlement.gateway import Answered
from services.payments.gateways import Gateways

log = logging.getLogger("services.payments")

_NO_HANDLE: Final = re.compile(r"[^\x21-\x7e]")
"""Characters that no handle contains; some databases reject a query with them."""
_WHY: Final = {Answered.REFUSED: Unread.NOT_FOUND, Answered.LOCKED_OUT: Unread.NOT_ALLOWED}
_MOVEMENTS: Final = ("refund", "credit_note", "customer_balance_transaction")


class WebhookInbox:
    """The webhook inbox of all partners' accounts."""

    def __init__(
        self, store: Store, gateways: Gateways, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._clock = clock

    def take(self, handle: str, body: bytes, signature: str) -> None:
        """Takes an event for a partner; raises `RequestFault` `wrong_signature` or `wrong_event`.

        An unknown handle fails like a wrong signature, so a stranger cannot learn who has an
        account here.
        """
        with self._store.session():
            known = _NO_HANDLE.search(handle) is None
            partner = self._store.partners.by_handle(handle) if known else None
            account = self._store.accounts.of(partner.id) if partner else None
        secrets = self._secrets(account) if account else ()
        hint = hint_of(body, signature, secrets, self._clock)
        # An endpoint of the operator receives events of every connected account.
        if account is None or hint.account not in ("", account.account):
            return
        if account.connected and not hint.account:
            return
        self._take(account, hint)

    def take_connected(self, body: bytes, signature: str) -> None:
        """Takes an event of a connected account or of the operator's own; raises as `take`.

        An event of an account that no partner has is accepted too, and logged with the account.
        """
        hint = hint_of(body, signature, self._gateways.connect_secrets, self._clock)
        with self._store.session():
            accounts = self._meant(hint)
        for account in accounts:
            self._take(account, hint)
        if hint.account and not accounts:
            self._name(hint)

    def _meant(self, hint: Hint) -> tuple[Account, ...]:
        """Returns the named account; else those whose payments the operator's event concerns."""
        if hint.account:
            found = self._store.accounts.connected(hint.account)
            return (found,) if found else ()
        connected = {each.partner: each for each in self._store.accounts.all_connected()}
        paid = self._store.payments.payees(connected, *hint.of)
        return tuple(each for partner, each in connected.items() if partner in paid)

    def _name(self, hint: Hint) -> None:
        with self._store.writing():
            first = self._store.inbox.first_of_stranger(hint.account, hint.type)
        if first:
            log.warning("an event of `%s`, which no partner has here", hint.account)

    def _take(self, account: Account, hint: Hint) -> None:
        dispute = self._dispute(account, hint) if hint.kind == "dispute" else None
        unread = _not_read(hint, dispute)
        with self._store.writing():
            if self._store.inbox.first(account.partner, hint.event, hint.type):
                if unread is not None:
                    self._keep(account.partner, hint, unread)
                self._act(account, hint, dispute if unread is None else None)

    def _secrets(self, account: Account) -> tuple[str, ...]:
        """Returns none if they cannot be opened, which looks like an unknown endpoint outside."""
        try:
            return self._gateways.signing_secrets(account)
        except RequestFault as fault:
            log.error("signing secrets of %s cannot be opened: %s", account.partner, fault.message)
            return ()

    def _dispute(self, account: Account, hint: Hint) -> DisputeRead | Unread:
        """Reads the dispute at the account's own gateway; the event's content is never trusted.

        Returns `Unread` if the gateway has no such dispute or the key may not read it. Raises
        `RequestFault` `unavailable`, after which Stripe sends the event again.
        """
        gateway = self._gateways.of(account.partner)
        if gateway is None:
            return Unread.NOT_ALLOWED
        read = gateway.dispute(hint.reference)
        if isinstance(read, DisputeRead):
            return read
        if read.answered not in _WHY:
            raise RequestFault("unavailable", "The gateway does not show the dispute now.")
        return _WHY[read.answered]

    def _keep(self, partner: str, hint: Hint, why: Unread) -> None:
        """Records an event that was not understood, and a dispute's reference to read it later."""
        again = hint.reference if why is Unread.NOT_ALLOWED else ""
        self._store.unread.keep(partner, hint.type[:200], why, hint.version[:200], again)

    def _act(self, account: Account, hint: Hint, dispute: DisputeRead | Unread | None) -> None:
        """Updates what the event names: by id, so the event's API version does not matter."""
        store, partner = self._store, account.partner
        if isinstance(dispute, DisputeRead):
            store.disputes.know(partner, dispute)
        elif hint.kind in _MOVEMENTS:
            ours = store.settlements.news(partner, hint.reference, hint.settlement)
            if not ours and store.payments.known_by(partner, *hint.of):
                store.accounts.compare_soon(partner)  # moved at the gateway by a person
        elif hint.kind == "customer":
            if store.payments.known_by(partner, *hint.of):
                store.accounts.compare_soon(partner)  # its balance may have changed
        elif hint.kind == "charge" and (paid := store.payments.known_by(partner, *hint.of)):
            store.settlements.look_at_payment(paid.id)
        if not hint.readable or (hint.kind == "dispute" and dispute is None):
            store.accounts.compare_soon(partner)  # after journals, as setting a key does


def _not_read(hint: Hint, dispute: DisputeRead | Unread | None) -> Unread | None:
    """Returns why an event is not understood, or None if it is."""
    if isinstance(dispute, Unread):
        return dispute
    known = hint.kind in (*_MOVEMENTS, "charge", "dispute")
    return None if known else Unread.UNKNOWN_KIND
