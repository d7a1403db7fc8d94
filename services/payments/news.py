"""Takes what Stripe tells: believed by its signature, taken once, and only a hint where to look."""

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
"""What no handle has, and some databases cannot even be asked for."""
_WHY: Final = {Answered.REFUSED: Unread.NOT_FOUND, Answered.LOCKED_OUT: Unread.NOT_ALLOWED}
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
            known = _NO_HANDLE.search(handle) is None
            partner = self._store.partners.by_handle(handle) if known else None
            account = self._store.accounts.of(partner.id) if partner else None
        secrets = self._secrets(account) if account else ()
        hint = hint_of(body, signature, secrets, self._clock)
        # An endpoint of the operator hears of every account that is connected to it.
        if account is None or hint.account not in ("", account.account):
            return
        if account.connected and not hint.account:
            return
        self._take(account, hint)

    def take_connected(self, body: bytes, signature: str) -> None:
        """Takes an event of any connected account, or of the operator's own; raises as `take`.

        What is told of an account that no partner has is taken alike, and the account is named.
        """
        hint = hint_of(body, signature, self._gateways.connect_secrets, self._clock)
        with self._store.session():
            accounts = self._meant(hint)
        for account in accounts:
            self._take(account, hint)
        if hint.account and not accounts:
            self._name(hint)

    def _meant(self, hint: Hint) -> tuple[Account, ...]:
        """The account that is named; the operator's charges are those of whose money they were."""
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
        """None where they cannot be opened: to a stranger that looks like nobody's endpoint."""
        try:
            return self._gateways.signing_secrets(account)
        except RequestFault as fault:
            log.error("signing secrets of %s cannot be opened: %s", account.partner, fault.message)
            return ()

    def _dispute(self, account: Account, hint: Hint) -> DisputeRead | Unread:
        """The dispute as the account's own gateway shows it, never as the event tells it.

        Else whether it is no dispute there, or this key may not read it. Raises `RequestFault`
        `unavailable`, after which the gateway tells it again.
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
        """Names what was not understood, and keeps what may be read later."""
        again = hint.reference if why is Unread.NOT_ALLOWED else ""
        self._store.unread.keep(partner, hint.type[:200], why, hint.version[:200], again)

    def _act(self, account: Account, hint: Hint, dispute: DisputeRead | Unread | None) -> None:
        """Objects are found by their ids, in whatever version of the API the event is written."""
        store, partner = self._store, account.partner
        if isinstance(dispute, DisputeRead):
            store.disputes.know(partner, dispute)
        elif hint.kind in _MOVEMENTS:
            ours = store.settlements.news(partner, hint.reference, hint.settlement)
            if not ours and store.payments.known_by(partner, *hint.of):
                store.accounts.compare_soon(partner)  # somebody moved it at the gateway
        elif hint.kind == "customer":
            if store.payments.known_by(partner, *hint.of):
                store.accounts.compare_soon(partner)  # its balance may have been changed
        elif hint.kind == "charge" and (paid := store.payments.known_by(partner, *hint.of)):
            store.settlements.look_at_payment(paid.id)
        if not hint.readable or (hint.kind == "dispute" and dispute is None):
            store.accounts.compare_soon(partner)  # after journals, as who sets a key locks it


def _not_read(hint: Hint, dispute: DisputeRead | Unread | None) -> Unread | None:
    """Why an event is not understood; None where it is."""
    if isinstance(dispute, Unread):
        return dispute
    known = hint.kind in (*_MOVEMENTS, "charge", "dispute")
    return None if known else Unread.UNKNOWN_KIND
