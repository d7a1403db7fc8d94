"""What tests and the demo can do to the stand-in outside Stripe's API: `POST /_control/NAME`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final, Protocol

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.faults import Faults
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.objects.disputes import OPENED
from adapters.gateways.simulated.wire import Refusal


class StandIn(Protocol):
    """What a control command may use."""

    ledger: Ledger
    events: Events
    faults: Faults
    revoked: set[str]

    def account(self, key: str) -> Account:
        """Returns the account with this id."""
        ...

    def move_on(self, *, at_once: bool = False) -> int:
        """Settles the pending refunds of every account."""
        ...


Answer = tuple[int, dict[str, Any], dict[str, str]]


def control(stripe: StandIn, name: str, form: str) -> Answer:
    """Runs one control command; its arguments are a JSON object."""
    try:
        said = json.loads(form or "{}")
        return 200, _done(stripe, name, said), {}
    except (ValueError, TypeError, KeyError, Refusal) as error:
        return 400, {"error": f"{name}: {error}"}, {}


def _done(stripe: StandIn, name: str, said: dict[str, Any]) -> dict[str, Any]:
    if name not in _ORDERS:
        raise ValueError(f"there is no such order; there are {', '.join(_ORDERS)}")
    return _ORDERS[name](stripe, said)


def _webhooks(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    stripe.events.delivery = replace(stripe.events.delivery, **said)
    return asdict(stripe.events.delivery)


def _funds(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    body = {"available": int(said["available"])}
    return stripe.ledger.add(account_of(said["key"]), "funds", "fnd", body)


def _refunds(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    return {"refunds": stripe.ledger.listed(account_of(said["key"]), "refund")}


def _open_dispute(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    """Opens a dispute of a `charge` or `payment_intent`; `amount`, `reason` and `status` are
    optional.
    """
    account = stripe.account(account_of(said["key"]))
    key = said.get("charge")
    if key is None:
        key = account.payments.payment_intent(said["payment_intent"])["latest_charge"]
    return account.disputes.open(
        account.payments.charge(key),
        said.get("amount"),
        status=said.get("status", OPENED),
        reason=said.get("reason", "fraudulent"),
    )


def _move_dispute(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    """Moves a `dispute` to a `status`: `under_review`, `won`, `lost`, `warning_closed` …"""
    account = stripe.account(account_of(said["key"]))
    return account.disputes.move(said["dispute"], said["status"])


def _revoke(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    stripe.revoked.add(said["key"])
    return {"revoked": len(stripe.revoked)}


def _restore(stripe: StandIn, said: dict[str, Any]) -> dict[str, Any]:
    stripe.revoked.discard(said["key"])
    return {"revoked": len(stripe.revoked)}


_ORDERS: Final[dict[str, Callable[[StandIn, dict[str, Any]], dict[str, Any]]]] = {
    "faults": lambda stripe, said: asdict(stripe.faults.set(said)),
    "webhooks": _webhooks,
    "prune-keys": lambda stripe, _: {"pruned": stripe.ledger.prune_keys()},
    "move-on": lambda stripe, _: {"moved": stripe.move_on(at_once=True)},
    "revoke": _revoke,
    "restore": _restore,
    "funds": _funds,
    "refunds": _refunds,
    "open-dispute": _open_dispute,
    "move-dispute": _move_dispute,
}
