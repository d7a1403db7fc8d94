"""Whatever a database that another process keeps locked holds up, whoever asks is answered in time,
and nothing is done for those who have gone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from stripe import WebhookSignature

from adapters.gateways.simulated.server import SimulatedStripe
from adapters.store.connection.address import Address
from returns_api.serving.settings import Limits
from services.orders.adding import add_orders
from takeback.settings import Profile
from tests.api.conftest import LIMITS, Served, order, serve
from tests.api.test_files import PNG
from tests.faults.test_webhook_inbox import NEW, forged
from tests.locking import locked

LATE = 15.0
"""Seconds after which an answer is too late here; SQLite by itself waits 30."""
GONE = 0.5
"""Seconds after which a client goes."""
AT_ONCE = 4
CODES = ("took_too_long", "unavailable")
"""SQLite calls a file that another process keeps locked until the deadline unavailable."""


@dataclass(slots=True)
class Door:
    """A server, a return to which files are sent, and a stand-in for Stripe, which tells events."""

    served: Served
    made: str

    def product(self, key: str) -> httpx.Request:
        query = "mutation($of: PutProductsInput!) { putProducts(input: $of) { __typename } }"
        of = {"products": [{"sku": key, "title": "Lamp"}]}
        body = {"query": query, "variables": {"of": of}}
        return self._post("/graphql", "acme", json=body)

    def file(self, key: str) -> httpx.Request:
        fields = {"return": self.made, "idempotencyKey": key}
        files = {"file": (f"{key}.png", PNG, "image/png")}
        return self._post("/files", "northwind", data=fields, files=files)

    def event(self, key: str) -> httpx.Request:
        text = json.dumps({**forged(), "id": key})
        signed = {"stripe-signature": WebhookSignature.generate_signature_header(text, NEW)}
        address = "/webhooks/stripe/acme"
        return self.served.http.build_request("POST", address, content=text, headers=signed)

    def _post(self, path: str, partner: str, **said: object) -> httpx.Request:
        headers = self.bearer(partner)
        return self.served.http.build_request("POST", path, headers=headers, **said)  # type: ignore[arg-type]

    def bearer(self, partner: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.served.callers[partner].key}"}

    def products(self) -> set[str]:
        found = self.served.callers["acme"].ask("{ products { nodes { sku } } }")
        return {each["sku"] for each in found["products"]["nodes"]}

    def files(self) -> set[str]:
        found = self.served.callers["northwind"].ask("ReturnDocuments", number=self.made)
        return {each["name"].split(".")[0] for each in found["returnByNumber"]["documents"]}

    def events(self) -> set[str]:
        store = self.served.parts.store
        with store.session():
            rows = store.inbox._tables.Inbox
            found = {each.event for each in rows.select()}
        store.close()
        return found


Send = Callable[[Door, str], httpx.Request]
DONE: dict[str, tuple[Send, Callable[[Door], set[str]], str]] = {
    "mutation": (Door.product, Door.products, "product"),
    "upload": (Door.file, Door.files, "return_document"),
    "webhook": (Door.event, Door.events, "inbox"),
}
"""How something is sent, where it is found once it is done, and the table that it writes."""


@contextmanager
def opened(address: Address, files: Path, seconds: float) -> Iterator[Door]:
    limits = Limits(points_per_second=LIMITS.points_per_second, seconds=seconds)
    said = {"limits": limits, "files": str(files)}
    with SimulatedStripe() as stripe:
        serving = serve(address, Profile.DEVELOPMENT, stripe.address, **said)  # type: ignore[arg-type]
        served = next(serving)
        account = {"key": "rk_test_acme", "signingSecrets": [NEW]}
        served.callers["acme"].ask("SetGateway", input=account)
        yield Door(served, returned(served))
        assert next(serving, None) is None


def returned(served: Served) -> str:
    """A return of northwind to acme, by its number."""
    store = served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order("W-1", "acme", "northwind")])
    store.close()
    line = {"order": "W-1", "line": "1", "reason": "change_of_mind"}
    said = {"lines": [line], "idempotencyKey": "W-1"}
    made = served.callers["northwind"].ask("RequestReturn", input=said)["requestReturn"]
    return str(made["returns"][0]["number"])


@pytest.mark.parametrize("what", DONE)
def test_what_waits_for_a_locked_database_is_answered_at_its_deadline(
    address: Address, tmp_path: Path, what: str
) -> None:
    send, found, table = DONE[what]
    with opened(address, tmp_path / "files", seconds=3.0) as door:
        http = door.served.http
        with ThreadPoolExecutor(AT_ONCE) as pool, locked(address, table):
            began = time.monotonic()
            asked = [send(door, f"locked-{number}") for number in range(AT_ONCE)]
            answers = list(pool.map(http.send, asked))
            took = time.monotonic() - began
        after = http.send(send(door, "after"))

        assert took < LATE
        assert all(any(code in each.text for code in CODES) for each in answers), answers[0].text
        assert {each.status_code for each in answers} == {503}
        assert after.is_success, after.text
        assert found(door) & {"after", *(f"locked-{number}" for number in range(4))} == {"after"}


@pytest.mark.parametrize("what", DONE)
def test_what_was_asked_by_a_client_who_has_gone_is_not_begun(
    address: Address, tmp_path: Path, what: str
) -> None:
    """It waited for a thread; what had begun is done."""
    send, found, table = DONE[what]
    many = 3 if what == "upload" else AT_ONCE  # a partner sends four files at once
    with opened(address, tmp_path / "files", seconds=20) as door:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            with locked(address, table):
                begun = [
                    pool.submit(door.served.http.send, send(door, f"begun-{number}"))
                    for number in range(many)
                ]
                time.sleep(GONE)
                leave(send(door, "gone"))
            answers = [each.result() for each in begun]
        after = door.served.http.send(send(door, "after"))

        assert all(each.is_success for each in (*answers, after)), answers[0].text
        done = found(door)
        assert {"after", *(f"begun-{number}" for number in range(many))} <= done
        assert "gone" not in done


def leave(request: httpx.Request) -> None:
    """Sends a request, and goes before it is answered."""
    request.extensions["timeout"] = {"read": GONE}
    with httpx.Client() as client, pytest.raises(httpx.ReadTimeout):
        client.send(request)
    time.sleep(GONE)


def test_events_of_one_partner_leave_threads_to_others(address: Address, tmp_path: Path) -> None:
    with opened(address, tmp_path / "files", seconds=20) as door:
        with ThreadPoolExecutor(2 * AT_ONCE) as pool, locked(address, "inbox"):
            waiting = [
                pool.submit(door.served.http.send, door.event(f"event-{number}"))
                for number in range(2 * AT_ONCE)
            ]
            time.sleep(GONE)
            answer = door.served.http.get("/files/unknown", headers=door.bearer("northwind"))
            assert not any(each.done() for each in waiting)

        assert answer.status_code == 404
        assert all(each.result().is_success for each in waiting)
