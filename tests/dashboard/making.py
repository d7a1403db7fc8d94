"""Orders and returns that a test of the pages makes for itself, and what forms of a page hold."""

from __future__ import annotations

import base64
import json
import re
import secrets
from datetime import date, timedelta
from html import unescape
from typing import Any

from starlette.testclient import TestClient

from tests.dashboard.world import RETAILER, SUPPLIER, Who, World

ADD = """mutation($input: AddOrdersInput!) { done: addOrders(input: $input) {
  ... on OrdersAdded { orders { id number lines { id } } } ... on Problem { message } } }"""
LINE = {"number": "1", "unitPrice": 10000, "location": "supplier_warehouse"}
REQUEST = """mutation($input: RequestReturnInput!) { done: requestReturn(input: $input) {
  ... on ReturnRequested { returns { id number state lines { id } } }
  ... on Problem { message } } }"""


def asked(world: World, who: Who, query: str, **variables: Any) -> dict[str, Any]:
    """The API's own answer, to see what a page did."""
    return asked_by(world, world.keys[who], query, **variables)


def asked_by(world: World, key: str, query: str, **variables: Any) -> dict[str, Any]:
    """The same by any key."""
    answer = world.client().post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {key}"},
    )
    data = answer.json()
    assert "errors" not in data, data
    return dict(data["data"])


def order(
    world: World, sku: str = "TENT-2P", units: int = 2, days: int = 10, **more: Any
) -> dict[str, Any]:
    """An order of southgate with acme, delivered some days ago; units cost USD 100.00."""
    today = world.parts.now().date()
    said = {
        "number": f"T-{secrets.token_hex(4)}",
        "partner": "acme-supply",
        "currency": "USD",
        "country": "US",
        "dates": _dates(today, days),
        "lines": [{**LINE, "sku": sku, "quantity": units}],
        **more,
    }
    data = asked(world, RETAILER, ADD, input={"orders": [said], "idempotencyKey": new_key()})
    return dict(data["done"]["orders"][0])


def _dates(today: date, days: int) -> list[dict[str, str]]:
    ago = {"ordered": days + 3, "shipped": days + 1, "delivered": days}
    return [
        {"name": name, "on": (today - timedelta(days=each)).isoformat()}
        for name, each in ago.items()
    ]


def return_(world: World, units: int = 2, days: int = 10) -> dict[str, Any]:
    """A return of all of a new order: approved, or refused where it was delivered long ago."""
    line = {
        "orderLine": order(world, units=units, days=days)["lines"][0]["id"],
        "quantity": units,
        "reason": "change_of_mind",
        "condition": "new_unused",
    }
    data = asked(world, RETAILER, REQUEST, input={"lines": [line], "idempotencyKey": new_key()})
    return dict(data["done"]["returns"][0])


def new_key() -> str:
    return secrets.token_urlsafe(12)


def state(world: World, number: str) -> str:
    query = "query($n: String!) { returnByNumber(number: $n) { state } }"
    return str(asked(world, SUPPLIER, query, n=number)["returnByNumber"]["state"])


def hidden(text: str, form: str) -> dict[str, str]:
    """What a form of a page holds that nobody types, by where it is sent."""
    found = re.search(rf'<form[^>]*action="{re.escape(form)}"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert found, f"no form goes to {form}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[1]))


def flashed(answer: Any) -> tuple[str, str]:
    """The tone and the sentence that the next page shows."""
    assert answer.status_code == 303, re.findall('role="alert">([^<]+)<', answer.text)
    tone, text = json.loads(base64.urlsafe_b64decode(answer.cookies["flash"].strip('"')))
    return tone, text


def refused(answer: Any) -> str:
    """Why a form is shown again."""
    assert answer.status_code == 422, answer.status_code
    (said,) = re.findall(r'<p class="note bad" role="alert">([^<]+)</p>', answer.text)
    return unescape(str(said))


def sent(person: TestClient, page: str, form: str = "", **typed: str) -> Any:
    """The answer to a form that is sent as its page holds it, with what is typed.

    Where the page asks whether that is meant, it is, as far as it was shown.
    """
    return sure(person, form or page, person.get(page).text, typed)


def sure(person: TestClient, form: str, text: str, typed: dict[str, str], **more: Any) -> Any:
    """The same of a page that was seen; `more` is sent along, such as files."""
    answer = person.post(form, data={**hidden(text, form), **typed}, **more)
    asks = answer.status_code in (200, 422) and 'name="seen"' in answer.text
    said = {**hidden(answer.text, form), **typed} if asks else {}
    return person.post(form, data=said) if asks and "seen" not in typed else answer
