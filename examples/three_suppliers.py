"""A consumer gives back goods of three suppliers, each under its own policy.

Run: .venv/bin/python examples/three_suppliers.py

It starts a server with a worker and a stand-in for Stripe, all on this machine and in a folder that
is thrown away. One line is refused, one is credited with a fee, one is refunded in full and goes
back on the shelf, where the retailer sees it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

BIN: Final = Path(sys.executable).parent
HEADER: Final = """
policy: {supplier}/returns
version: 1
title: Returns to {supplier}
effective: {{from: 2020-01-01}}
applies_by: ordered
currency: USD
"""
POLICIES: Final = {
    # Everything may come back, but not what was on sale for good.
    "bright-lamps": """
values: {tags: [final_sale]}
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - {id: E-FINAL, when: {tags: {has: final_sale}}, answer: refuse, code: final_sale}
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, item_price: USD 40.00}
  cases:
    - {name: usual, expect: {answer: accept, net: USD 40.00}}
    - {name: on sale, given: {tags: [final_sale]}, expect: {answer: refuse, decided_by: E-FINAL}}
""",
    # A credit, less a fee for putting it back on the shelf.
    "deep-sofas": """
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: retailer}
fees: {restocking: {fee: 15% of item_price}}
""",
    # All of the money, back by the way it came.
    "warm-wool": """
window: {days: 60, counted_from: delivered}
remedy: {to_retailer: refund, of: item_price}
shipping: {return_paid_by: supplier}
""",
}
GOODS: Final = {
    "bright-lamps": ("LAMP", "Paper lamp", 4_000, ["final_sale"]),
    "deep-sofas": ("SOFA", "Two-seat sofa", 60_000, []),
    "warm-wool": ("THROW", "Wool throw", 9_000, []),
}
RETAILER: Final = "northwind"
WAYS: Final = {"BALANCE_CREDIT": "account credit", "OWN_CREDIT": "account credit"}


def main() -> None:
    """Sets everything up, walks the return, and says what came of it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stripe, settings = _started(stack, folder)
        keys = {name: _joined(settings, name) for name in (*GOODS, RETAILER)}
        for supplier in GOODS:
            takeback(settings, "partner", "join", supplier, RETAILER)
        api = Api(f"http://127.0.0.1:{settings['TAKEBACK_PORT']}", keys)
        for supplier in GOODS:
            _set_up(api, stripe, supplier)
        parts = _requested(api)
        for part in parts:
            _came_back(api, part)
        _told(api, parts, folder)


# --- what there is before --------------------------------------------------------------------


def _set_up(api: Api, stripe: httpx.Client, supplier: str) -> None:
    """What a supplier does while onboarding, and an order that the retailer has paid."""
    sku, title, price, tags = GOODS[supplier]
    text = HEADER.format(supplier=supplier) + POLICIES[supplier]
    api.do(supplier, "publishPolicy", {"yaml": text, "idempotencyKey": "policy"})
    facts = [{"name": "tags", "value": tags}] if tags else []
    dock = {"handle": "main", "name": supplier, "lines": ["1 Dock Road"], "country": "US"}
    product = {"sku": sku, "title": title, "facts": facts}
    api.do(supplier, "putProducts", {"products": [product], "locations": [dock]})
    api.do(supplier, "setGateway", {"key": f"rk_test_{supplier.replace('-', '_')}"})
    level = {"sku": sku, "location": "main", "available": 10}
    api.do(supplier, "setStock", {"levels": [level], "idempotencyKey": "first count"})
    channel = {"partner": RETAILER, "kind": "CSV", "idempotencyKey": "channel"}
    api.do(supplier, "putChannel", channel)
    order = _order(stripe, supplier, sku, price)
    api.do(supplier, "addOrders", {"orders": [order], "idempotencyKey": sku})


def _order(stripe: httpx.Client, supplier: str, sku: str, price: int) -> dict[str, Any]:
    """Delivered a week ago, and paid through the supplier's gateway."""
    today = datetime.now(UTC).date()
    days = {"ordered": 12, "delivered": 7}
    headers = {"authorization": f"Bearer rk_test_{supplier.replace('-', '_')}"}
    form: dict[str, Any] = {"amount": price, "currency": "usd", "payment_method": "pm_card_visa"}
    customer = stripe.post("/v1/customers", data={"name": RETAILER}, headers=headers).json()["id"]
    form |= {"confirm": "true", "customer": customer}
    charge = stripe.post("/v1/payment_intents", data=form, headers=headers).json()["id"]
    return {
        "number": f"PO-{sku}",
        "partner": RETAILER,
        "currency": "USD",
        "country": "US",
        "dates": [{"name": n, "on": str(today - timedelta(days=ago))} for n, ago in days.items()],
        "lines": [
            {"number": "1", "sku": sku, "quantity": 1, "unitPrice": price, "location": "main"}
        ],
        "payment": {"amount": price, "charge": charge, "customer": customer},
    }


# --- the return ------------------------------------------------------------------------------


def _requested(api: Api) -> list[dict[str, Any]]:
    lines = [
        {"order": f"PO-{sku}", "line": "1", "reason": "change_of_mind"}
        for sku, *_ in GOODS.values()
    ]
    asked = {"lines": lines, "reference": "ticket 4711", "idempotencyKey": "ticket 4711"}
    made = api.do(RETAILER, "requestReturn", asked, f"consumerReturn {{ id }} returns {{ {PART} }}")
    parts: list[dict[str, Any]] = made["returns"]
    for part in parts:
        (line,) = part["lines"]
        said = line["outcome"]["decision"]["sentence"]
        print(f"{line['sku']:<6} {part['state']:<9} {part['number']}  {said}")
    return parts


def _came_back(api: Api, part: dict[str, Any]) -> None:
    """Sent, counted, looked at; of a refused return nothing comes."""
    if part["state"] != "APPROVED":
        return
    supplier, (line,) = part["supplier"]["handle"], part["lines"]
    at: dict[str, Any] = {"return": part["id"]}
    step = "return { state }"
    parcel = {**at, "carrier": "UPS", "tracking": "1Z 999", "idempotencyKey": f"ship {part['id']}"}
    api.do(RETAILER, "shipReturn", parcel, step)
    came = [{"line": line["id"], "units": 1}]
    api.do(supplier, "receiveReturn", {**at, "lines": came, "idempotencyKey": "dock"}, step)
    found = [{"line": line["id"], "units": 1, "disposition": "RESTOCK"}]
    api.do(supplier, "inspectReturn", {**at, "lines": found, "idempotencyKey": "bench"}, step)


def _told(api: Api, parts: list[dict[str, Any]], folder: Path) -> None:
    """Waits until the worker has moved money and told the stock, then says both."""
    print()
    for part in parts:
        done = _waited(api, part)
        (line,) = done["lines"]
        moved = [_movement(each) for each in line["settlements"]]
        print(f"{line['sku']:<6} {done['state']:<9} {'; '.join(moved) or 'nothing is paid'}")
    print()
    for supplier, (sku, *_) in GOODS.items():
        print(f"{RETAILER} is told: {sku} {_shared(folder, supplier, sku)}")


def _movement(settlement: dict[str, Any]) -> str:
    amount, state = settlement["amount"], settlement["state"].lower()
    way = WAYS.get(settlement["way"]) or settlement["way"].lower().replace("_", " ")
    return f"{amount['amount']} {amount['currency']} by {way}, {state}"


def _waited(api: Api, part: dict[str, Any]) -> dict[str, Any]:
    limit = time.monotonic() + 60
    query = "query($id: ID!) { node(id: $id) { ... on Return { " + PART + " } } }"
    while time.monotonic() < limit:
        done: dict[str, Any] = api.ask(RETAILER, query, {"id": part["id"]})["node"]
        if done["state"] in ("CLOSED", "REFUSED"):
            return done
        time.sleep(0.1)
    raise SystemExit(f"{part['number']} does not come to an end: {done}")


def _shared(folder: Path, supplier: str, sku: str) -> str:
    """The row of the retailer's file, once what came back is in it."""
    path, wanted = folder / "feeds" / supplier / f"{RETAILER}.csv", "10" if sku == "LAMP" else "11"
    limit, row = time.monotonic() + 60, "nothing"
    while time.monotonic() < limit:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        row = next((line for line in lines if line.startswith(f"{sku},")), row)
        if row.split(",")[1:2] == [wanted]:
            return row.split(",")[1]
        time.sleep(0.1)
    raise SystemExit(f"The stock of {sku} is not told: {row}")


PART: Final = """
  id number state supplier { handle }
  lines {
    id sku
    outcome { decision { sentence } }
    settlements { state way amount { amount currency } }
  }
"""


# --- the server, its commands and its API ----------------------------------------------------


class Api:
    """Asks the API with the keys of all partners."""

    def __init__(self, address: str, keys: dict[str, str]) -> None:
        self._http = httpx.Client(base_url=address, timeout=30)
        self._keys = keys

    def do(self, who: str, field: str, said: dict[str, Any], wanted: str = "") -> dict[str, Any]:
        """A mutation; a problem ends the script."""
        kind = f"{field[0].upper()}{field[1:]}"
        good = RESULTS[field]
        query = (
            f"mutation($input: {kind}Input!) {{ {field}(input: $input) {{ __typename "
            f"... on {good} {{ {wanted or '__typename'} }} "
            "... on Problem { code message path } } }"
        )
        result: dict[str, Any] = self.ask(who, query, {"input": said})[field]
        if result["__typename"] != good:
            raise SystemExit(f"{who}: {field}: {result}")
        return result

    def ask(self, who: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of a document."""
        answer = self._http.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self._keys[who]}"},
        ).json()
        if "errors" in answer:
            raise SystemExit(f"{who}: {answer['errors']}")
        data: dict[str, Any] = answer["data"]
        return data


RESULTS: Final = {
    "publishPolicy": "PublishedPolicy",
    "putProducts": "ProductsPut",
    "setGateway": "GatewaySet",
    "setStock": "StockSet",
    "putChannel": "ChannelPut",
    "addOrders": "OrdersAdded",
    "requestReturn": "ReturnRequested",
    "shipReturn": "ReturnStepped",
    "receiveReturn": "ReturnStepped",
    "inspectReturn": "ReturnStepped",
}


def _started(stack: ExitStack, folder: Path) -> tuple[httpx.Client, dict[str, str]]:
    """The stand-in for Stripe, and a server with a worker inside; their settings."""
    stand_in = [sys.executable, "-m", "adapters.gateways.simulated", "--port", "0"]
    stripe = stack.enter_context(_process(stand_in, {}))
    base = stripe.stdout.readline().strip() if stripe.stdout else ""
    (folder / "feeds").mkdir()
    settings = {
        "TAKEBACK_DATABASE_URL": f"sqlite:///{folder / 'takeback.sqlite'}",
        "TAKEBACK_STRIPE_API_BASE": base,
        "TAKEBACK_FEEDS": str(folder / "feeds"),
        "TAKEBACK_PORT": str(_free_port()),
    }
    stack.enter_context(_process([str(BIN / "takeback"), "serve"], settings))
    _wait_for(f"http://127.0.0.1:{settings['TAKEBACK_PORT']}/health")
    return stack.enter_context(httpx.Client(base_url=base)), settings


def _joined(settings: dict[str, str], name: str) -> str:
    """A partner's API key."""
    kind = "retailer" if name == RETAILER else "supplier"
    takeback(settings, "partner", "add", name, "--kind", kind)
    return takeback(settings, "key", "issue", name)


def takeback(settings: dict[str, str], *arguments: str) -> str:
    """What a command says."""
    command = [str(BIN / "takeback"), *arguments]
    done = subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"takeback {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


@contextmanager
def _process(command: list[str], settings: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Nothing answers at {address}.")


if __name__ == "__main__":
    main()
