"""Routes calls of Stripe's API to the stand-in's methods."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.objects.connect import ABLE
from adapters.gateways.simulated.shapes import shaped
from adapters.gateways.simulated.wire import Body, Params, Refusal, unknown

Call = Callable[[Account, tuple[str, ...], Params], Body]


def account_of(key: str) -> str:
    """The account that an API key belongs to."""
    return f"acct_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def called(account: Account, method: str, path: str, params: Params) -> Body:
    """Answers a call; raises `Refusal`."""
    for verb, pattern, call in _CALLS:
        if verb == method and (match := pattern.fullmatch(path)):
            body = _expanded(account, call(account, match.groups(), params), params)
            return {**body, "url": path} if body["object"] == "list" else body
    said = f"Unrecognized request URL ({method}: {path[:100]})."
    raise Refusal(404, "invalid_request_error", said, stored=False)


def _call(method: str, path: str, call: Call) -> tuple[str, re.Pattern[str], Call]:
    return method, re.compile(path.replace("{}", r"([A-Za-z0-9_]{1,100})")), call


def _expanded(account: Account, body: Body, params: Params) -> Body:
    """Replaces ids by the objects that `expand` asks for, in an object or in each of a list."""
    for path in params.get("expand", ()):
        of_list, name = path.startswith("data."), path.removeprefix("data.")
        for each in body["data"] if of_list else (body,):
            each[name] = account.ledger.named(account.id, each[name] or "") or each[name]
    return body


def _who(account: Account, _: Any, __: Any) -> Body:
    known = account.ledger.named(account.ledger.owner(account.id), account.id)
    said = {"country": "US", "default_currency": "usd", "type": "standard", **ABLE}
    return known or shaped("account", {"id": account.id, **said})


def _forget_endpoint(account: Account, keys: tuple[str, ...], _: Any) -> Body:
    if account.ledger.get(account.id, "webhook_endpoint", keys[0]) is None:
        raise unknown("webhook_endpoint", keys[0])
    account.ledger.drop(account.id, "webhook_endpoint", keys[0])
    return {"id": keys[0], "object": "webhook_endpoint", "deleted": True}


_CALLS: Final = (
    _call("GET", "/v1/account", _who),
    _call("POST", "/v1/accounts", lambda a, _, p: a.connect.create_account(p)),
    _call("POST", "/v1/transfers", lambda a, _, p: a.connect.create_transfer(p)),
    _call("GET", "/v1/transfers", lambda a, _, p: a.connect.transfers(p)),
    _call("GET", "/v1/transfers/{}", lambda a, k, _: a.connect.transfer(k[0])),
    _call("POST", "/v1/transfers/{}/reversals", lambda a, k, p: a.connect.reverse(k[0], p)),
    _call("GET", "/v1/transfers/{}/reversals", lambda a, k, p: a.connect.reversals(k[0], p)),
    _call("GET", "/v1/application_fees", lambda a, _, p: a.connect.fees.listed(p)),
    _call("GET", "/v1/application_fees/{}", lambda a, k, _: a.connect.fees.one(k[0])),
    _call(
        "GET", "/v1/application_fees/{}/refunds", lambda a, k, p: a.connect.fees.refunds(k[0], p)
    ),
    _call("POST", "/v1/customers", lambda a, _, p: a.payments.create_customer(p)),
    _call("GET", "/v1/customers/{}", lambda a, k, _: a.payments.customer(k[0])),
    _call("POST", "/v1/customers/{}", lambda a, k, p: a.payments.update_customer(k[0], p)),
    _call("DELETE", "/v1/customers/{}", lambda a, k, _: a.payments.delete_customer(k[0])),
    _call(
        "POST",
        "/v1/customers/{}/balance_transactions",
        lambda a, k, p: a.balances.create(k[0], p),
    ),
    _call(
        "GET",
        "/v1/customers/{}/balance_transactions",
        lambda a, k, p: a.balances.transactions(k[0], p),
    ),
    _call(
        "GET",
        "/v1/customers/{}/balance_transactions/{}",
        lambda a, k, _: a.balances.transaction(k[0], k[1]),
    ),
    _call("POST", "/v1/payment_intents", lambda a, _, p: a.payments.create_payment_intent(p)),
    _call("GET", "/v1/payment_intents/{}", lambda a, k, _: a.payments.payment_intent(k[0])),
    _call("POST", "/v1/payment_intents/{}/capture", lambda a, k, p: a.payments.capture(k[0], p)),
    _call("GET", "/v1/charges", lambda a, _, p: a.payments.charges(p)),
    _call("POST", "/v1/charges/{}", lambda a, k, p: a.payments.update_charge(k[0], p)),
    _call("GET", "/v1/charges/{}", lambda a, k, _: a.payments.charge(k[0])),
    _call("POST", "/v1/refunds", lambda a, _, p: a.payments.create_refund(p)),
    _call("GET", "/v1/refunds", lambda a, _, p: a.payments.refunds(p)),
    _call("GET", "/v1/refunds/{}", lambda a, k, _: a.payments.refund(k[0])),
    _call("POST", "/v1/refunds/{}/cancel", lambda a, k, p: a.payments.cancel_refund(k[0], p)),
    _call("GET", "/v1/disputes", lambda a, _, p: a.disputes.disputes(p)),
    _call("GET", "/v1/disputes/{}", lambda a, k, _: a.disputes.dispute(k[0])),
    _call("POST", "/v1/disputes/{}/close", lambda a, k, p: a.disputes.close(k[0], p)),
    _call("GET", "/v1/balance_transactions", lambda a, _, p: a.payments.balance.transactions(p)),
    _call(
        "GET",
        "/v1/balance_transactions/{}",
        lambda a, k, _: a.payments.balance.transaction(k[0]),
    ),
    _call("POST", "/v1/invoiceitems", lambda a, _, p: a.invoices.create_item(p)),
    _call("POST", "/v1/invoices", lambda a, _, p: a.invoices.create(p)),
    _call("POST", "/v1/invoices/{}", lambda a, k, p: a.invoices.update(k[0], p)),
    _call("GET", "/v1/invoices/{}", lambda a, k, _: a.invoices.invoice(k[0])),
    _call("POST", "/v1/invoices/{}/finalize", lambda a, k, p: a.invoices.finalize(k[0], p)),
    _call("POST", "/v1/invoices/{}/pay", lambda a, k, p: a.invoices.pay(k[0], p)),
    _call("GET", "/v1/invoice_payments", lambda a, _, p: a.invoices.invoice_payments(p)),
    _call("POST", "/v1/credit_notes", lambda a, _, p: a.credit_notes.create(p)),
    _call("GET", "/v1/credit_notes", lambda a, _, p: a.credit_notes.credit_notes(p)),
    _call("GET", "/v1/credit_notes/{}", lambda a, k, _: a.credit_notes.credit_note(k[0])),
    _call("POST", "/v1/webhook_endpoints", lambda a, _, p: a.events.add_endpoint(a.id, p)),
    _call("DELETE", "/v1/webhook_endpoints/{}", _forget_endpoint),
    _call("GET", "/v1/events", lambda a, _, p: a.events.events(a.id, p)),
    _call("GET", "/v1/events/{}", lambda a, k, _: a.events.event(a.id, k[0])),
)
