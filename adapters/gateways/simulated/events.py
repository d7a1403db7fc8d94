"""Keeps events and sends them as signed webhooks: on demand doubled, shuffled, late or lost."""

from __future__ import annotations

import json
import logging
import queue
import random
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx
import stripe
from stripe import WebhookSignature
from stripe.params import EventListParams, WebhookEndpointCreateParams

from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, unknown

API_VERSION: Final = stripe.api_version
_CONNECT: Final = "connect"
_TRIES: Final = (0.0, 0.2, 1.0, 5.0)
log = logging.getLogger("takeback.simulated")


@dataclass(slots=True)
class Delivery:
    """Faults of webhook delivery: shares from 0 to 1, and a delay in seconds."""

    doubled: float = 0.0
    shuffled: float = 0.0
    lost: float = 0.0
    delay: float = 0.0


class Events:
    """Keeps events and sends them to the endpoints of their account from its own thread."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self._ledger = ledger
        self._draw = random.Random(seed)  # noqa: S311 - faults that can be repeated
        self._waiting: queue.Queue[tuple[Body, Body] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="simulated-webhooks", daemon=True)
        self.delivery = Delivery()
        self._thread.start()

    def close(self) -> None:
        """Sends what is queued, then ends the thread."""
        self._waiting.put(None)
        self._thread.join(timeout=10)

    def tell(self, account: str, type_: str, about: Body, before: Body | None = None) -> None:
        """Keeps an event and queues it for each endpoint that subscribed to its type.

        `before` holds the changed fields' previous values.
        """
        platform = self._ledger.owner(account)
        there = self._ledger.listed(account, "webhook_endpoint", "")
        there += self._ledger.listed(platform, "webhook_endpoint", _CONNECT) if platform else []
        endpoints = [each for each in there if {"*", type_} & set(each["enabled_events"])]
        body = {
            "type": type_,
            "api_version": API_VERSION,
            "data": {"object": about, **({"previous_attributes": before} if before else {})},
            "account": account if platform else None,
            "pending_webhooks": len(endpoints),
            "request": {"id": None, "idempotency_key": None},
        }
        event = self._ledger.add(account, "event", "evt", body)
        for endpoint in endpoints:
            self._queue(endpoint, event)

    def add_endpoint(self, account: str, params: Params) -> Body:
        """Adds an endpoint and returns it with its secret, which is shown only here.

        An endpoint with `connect` receives the events of this account's connected accounts, not its
        own.
        """
        check(params, WebhookEndpointCreateParams, ("url", "enabled_events"))
        body = {
            "url": params["url"],
            "enabled_events": params["enabled_events"],
            "secret": f"whsec_{secrets.token_urlsafe(24)}",
            "status": "enabled",
        }
        of = _CONNECT if params.get("connect") == "true" else ""
        return self._ledger.add(account, "webhook_endpoint", "we", body, of)

    def events(self, account: str, params: Params) -> Body:
        """Lists events, newest first, optionally of one or several types."""
        check(params, EventListParams)
        wanted = params.get("types") or ([params["type"]] if "type" in params else None)
        found = self._ledger.listed(account, "event")
        return page([each for each in found if not wanted or each["type"] in wanted], params)

    def event(self, account: str, key: str) -> Body:
        """Returns an event by id."""
        found = self._ledger.get(account, "event", key)
        if found is None:
            raise unknown("event", key)
        return found

    def _queue(self, endpoint: Body, event: Body) -> None:
        delivery = self.delivery
        if self._draw.random() < delivery.lost:
            return
        self._waiting.put((endpoint, event))
        if self._draw.random() < delivery.doubled:
            self._waiting.put((endpoint, event))

    def _run(self) -> None:
        with httpx.Client(timeout=5, trust_env=False) as client:
            held: tuple[Body, Body] | None = None
            while True:
                item = self._waiting.get()
                if (
                    item is not None
                    and held is None
                    and self._draw.random() < self.delivery.shuffled
                ):
                    held = item  # told after the next one
                    continue
                for each in (item, held):
                    if each is not None:
                        self._deliver(client, *each)
                held = None
                if item is None:
                    return

    def _deliver(self, client: httpx.Client, endpoint: Body, event: Body) -> None:
        time.sleep(self.delivery.delay)
        text = json.dumps(event)
        for wait in _TRIES:
            time.sleep(wait)
            if self._told(client, endpoint, text):
                return
        log.warning("no endpoint took %s", event["id"])

    def _told(self, client: httpx.Client, endpoint: Body, text: str) -> bool:
        signature = WebhookSignature.generate_signature_header(text, endpoint["secret"])
        headers: dict[str, Any] = {
            "stripe-signature": signature,
            "content-type": "application/json; charset=utf-8",
        }
        try:
            answer = client.post(endpoint["url"], content=text.encode(), headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success
