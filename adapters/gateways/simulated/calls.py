"""Which call of Stripe's API is which method of the stand-in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Body, Ledger
from adapters.gateways.simulated.papers import Papers
from adapters.gateways.simulated.payments import Payments
from adapters.gateways.simulated.wire import Params, Refusal, unknown

Call = Callable[["Account", tuple[str, ...], Params], Body]


class Account:
    """One account's world; worlds never see each other."""

    def __init__(self, ledger: Ledger, events: Events, account: str, later: int) -> None:
        self.id, self.ledger, self.events = account, ledger, events
        self.payments = Payments(ledger, events, account, later)
        self.papers = Papers(ledger, events, account, self.payments)


def account_of(key: str) -> str:
    """The account that an API key belongs to."""
    return f"acct_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def called(account: Account, method: str, path: str, params: Params) -> Body:
    """The answer to a call; raises `Refusal`."""
    for verb, pattern, call in _CALLS:
        if verb == method and (match := pattern.fullmatch(path)):
            body = call(account, match.groups(), params)
            return {**body, "url": path} if body["object"] == "list" else body
    said = f"Unrecognized request URL ({method}: {path[:100]})."
    raise Refusal(404, "invalid_request_error", said, stored=False)


def _call(method: str, path: str, call: Call) -> tuple[str, re.Pattern[str], Call]:
    return method, re.compile(path.replace("{}", r"([A-Za-z0-9_]{1,100})")), call


def _who(account: Account, _: Any, __: Any) -> Body:
    return {"id": account.id, "object": "account", "charges_enabled": True, "type": "standard"}


def _forget_endpoint(account: Account, keys: tuple[str, ...], _: Any) -> Body:
    if account.ledger.get(account.id, "webhook_endpoint", keys[0]) is None:
        raise unknown("webhook_endpoint", keys[0])
    account.ledger.drop(account.id, "webhook_endpoint", keys[0])
    return {"id": keys[0], "object": "webhook_endpoint", "deleted": True}


_CALLS: Final = (
    _call("GET", "/v1/account", _who),
    _call("POST", "/v1/customers", lambda a, _, p: a.payments.create_customer(p)),
    _call("GET", "/v1/customers/{}", lambda a, k, _: a.payments.customer(k[0])),
    _call(
        "POST",
        "/v1/customers/{}/balance_transactions",
        lambda a, k, p: a.papers.create_balance_transaction(k[0], p),
    ),
    _call(
        "GET",
        "/v1/customers/{}/balance_transactions",
        lambda a, k, p: a.papers.balance_transactions(k[0], p),
    ),
    _call(
        "GET",
        "/v1/customers/{}/balance_transactions/{}",
        lambda a, k, _: a.papers.balance_transaction(k[0], k[1]),
    ),
    _call("POST", "/v1/payment_intents", lambda a, _, p: a.payments.create_payment_intent(p)),
    _call("GET", "/v1/payment_intents/{}", lambda a, k, _: a.payments.payment_intent(k[0])),
    _call("GET", "/v1/charges", lambda a, _, p: a.payments.charges(p)),
    _call("GET", "/v1/charges/{}", lambda a, k, _: a.payments.charge(k[0])),
    _call("POST", "/v1/refunds", lambda a, _, p: a.payments.create_refund(p)),
    _call("GET", "/v1/refunds", lambda a, _, p: a.payments.refunds(p)),
    _call("GET", "/v1/refunds/{}", lambda a, k, _: a.payments.refund(k[0])),
    _call("POST", "/v1/refunds/{}/cancel", lambda a, k, p: a.payments.cancel_refund(k[0], p)),
    _call("POST", "/v1/invoiceitems", lambda a, _, p: a.papers.create_invoice_item(p)),
    _call("POST", "/v1/invoices", lambda a, _, p: a.papers.create_invoice(p)),
    _call("GET", "/v1/invoices/{}", lambda a, k, _: a.papers.invoice(k[0])),
    _call("POST", "/v1/invoices/{}/finalize", lambda a, k, p: a.papers.finalize_invoice(k[0], p)),
    _call("POST", "/v1/invoices/{}/pay", lambda a, k, p: a.papers.pay_invoice(k[0], p)),
    _call("POST", "/v1/credit_notes", lambda a, _, p: a.papers.create_credit_note(p)),
    _call("GET", "/v1/credit_notes", lambda a, _, p: a.papers.credit_notes(p)),
    _call("GET", "/v1/credit_notes/{}", lambda a, k, _: a.papers.credit_note(k[0])),
    _call("POST", "/v1/webhook_endpoints", lambda a, _, p: a.events.add_endpoint(a.id, p)),
    _call("DELETE", "/v1/webhook_endpoints/{}", _forget_endpoint),
    _call("GET", "/v1/events", lambda a, _, p: a.events.events(a.id, p)),
    _call("GET", "/v1/events/{}", lambda a, k, _: a.events.event(a.id, k[0])),
)
