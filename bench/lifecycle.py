"""Returns per second from request to closed: over HTTP, with real workers and a stand-in Stripe.

Run: python -m bench.lifecycle --returns 300 [--database-url postgresql://…]

A server, its workers and the stand-in are processes of their own. Each return is requested, sent,
received, inspected, refunded by the stand-in and closed. Printed: one worker and four, on SQLite
and on the PostgreSQL if one is named, and each as a ratio of the first, all from one run.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2

from adapters.identity.principal import Kind, Role
from adapters.identity.vault import new_master_key
from adapters.store.database import Store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.publishing import Draft
from adapters.store.records import Location, Product
from adapters.till.gateways import Said
from bench.machine import machine
from engine.money import Money
from engine.settlement.instruments import Ways
from takeback.bases import Bases
from takeback.parts import made
from takeback.publishing import published
from takeback.settings import Settings, policies_folder

KEY: Final = "rk_test_bench"
CLIENTS: Final = 4
POLICY: Final = """
policy: acme/bench
version: 1
title: Thirty days, refunded
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: refund, of: item_price}
shipping: {return_paid_by: consumer}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`seconds` from the first request to the last return that was closed."""

    database: str
    workers: int
    returns: int
    seconds: float
    per_second: float
    steps_seconds: float
    """Until the last inspection was answered."""


def measured(url: str, workers: int, returns: int) -> Result:
    """One way of running, from an empty database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = url or f"sqlite:///{folder / 'lifecycle.sqlite'}"
        stand_in = [sys.executable, "-m", "adapters.gateways.simulated", "--port", "0"]
        stripe = stack.enter_context(_started(stand_in, {}))
        assert stripe.stdout is not None
        base = stripe.stdout.readline().strip()
        environment = {
            "TAKEBACK_PROFILE": "development",
            "TAKEBACK_DATABASE_URL": url,
            "TAKEBACK_MASTER_KEY": new_master_key(),
            "TAKEBACK_STRIPE_API_BASE": base,
            "TAKEBACK_WORKERS": "0",
            "TAKEBACK_PORT": str(_free_port()),
        }
        keys = _filled(environment, base, returns)
        address = f"http://127.0.0.1:{environment['TAKEBACK_PORT']}"
        takeback = str(Path(sys.executable).with_name("takeback"))
        stack.enter_context(_started([takeback, "serve"], environment))
        for _ in range(workers):
            stack.enter_context(_started([takeback, "worker", "--workers", "1"], environment))
        _wait_for(address)
        return _timed(address, keys, (url.partition(":")[0], workers, returns))


def _filled(environment: dict[str, str], base: str, returns: int) -> dict[str, str]:
    """Partners, a policy, a gateway, and an order for each return; the keys of both partners."""
    parts = made(Settings.from_environment(environment))
    store = parts.store
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        shop = store.partners.add("shop", "Shop", Kind.RETAILER)
        store.partners.join(acme, shop)
        store.goods.put(acme, [Product(sku="LAMP", title="Lamp", facts={})])
        place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        store.goods.put_location(acme, place)
        published(store, acme, Draft(text=POLICY, by="bench"), Bases((policies_folder(),)))
        keys = {
            "acme": store.partners.issue_key(acme, Role.SUPPLIER),
            "shop": store.partners.issue_key(shop, Role.RETAILER),
        }
    with store.session():
        parts.gateways.put(Said(partner=acme.id, key=KEY), "bench")
    with httpx.Client(base_url=base, headers={"authorization": f"Bearer {KEY}"}) as http:
        charges = [_charge(http) for _ in range(returns)]
    _order(store, acme.id, charges)
    parts.close()
    return keys


def _charge(http: httpx.Client) -> str:
    form = {"amount": "4000", "currency": "usd", "payment_method": "pm_card_visa"}
    form["confirm"] = "true"
    return str(http.post("/v1/payment_intents", data=form).raise_for_status().json()["id"])


def _order(store: Store, supplier: str, charges: list[str]) -> None:
    today = datetime.now(UTC).date()
    with store.writing():
        retailer = store.partners.by_handle("shop")
        assert retailer is not None
        drafts = [_draft(at, today) for at in range(len(charges))]
        families = store.orders.add(store.partners.acting(retailer), drafts)
        for family, charge in zip(families, charges, strict=True):
            paid = Money(4_000, "USD")
            store.payments.add(supplier, retailer.id, family.order.id, paid, Ways(charge=charge))


def _draft(at: int, today: date) -> OrderDraft:
    days = {"ordered": 9, "delivered": 5}
    return OrderDraft(
        number=f"B-{at}",
        supplier="acme",
        retailer="shop",
        currency="USD",
        country="US",
        dates={name: (today - timedelta(days=ago)).isoformat() for name, ago in days.items()},
        lines=[
            LineDraft(
                number="1", sku="LAMP", quantity=1, unit_price=Money(4_000, "USD"), location="main"
            )
        ],
    )


# --- over HTTP -------------------------------------------------------------------------------

_STEPPED: Final = "{ ... on ReturnStepped { return { state } } ... on InputProblem { message } }"
_REQUEST: Final = """mutation($input: RequestReturnInput!) { requestReturn(input: $input) {
  ... on ReturnRequested { returns { id lines { id } } } ... on InputProblem { message } } }"""


def _timed(address: str, keys: dict[str, str], what: tuple[str, int, int]) -> Result:
    database, workers, returns = what
    with httpx.Client(base_url=address, timeout=60) as http:
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda at: _walked(http, keys, at), range(returns)))
        stepped = time.monotonic() - began
        while _closed(http, keys["acme"]) < returns:
            time.sleep(0.05)
        seconds = time.monotonic() - began
    return Result(
        database=database,
        workers=workers,
        returns=returns,
        seconds=round(seconds, 2),
        per_second=round(returns / seconds, 1),
        steps_seconds=round(stepped, 2),
    )


def _walked(http: httpx.Client, keys: dict[str, str], at: int) -> None:
    """One return up to its inspection."""
    line = {"order": f"B-{at}", "line": "1", "reason": "change_of_mind"}
    asked = {"lines": [line], "idempotencyKey": f"r{at}"}
    made_ = _done(http, keys["shop"], _REQUEST, asked)["requestReturn"]["returns"][0]
    key, line_id = made_["id"], made_["lines"][0]["id"]
    _step(http, keys["shop"], "shipReturn", key, carrier="UPS", tracking=f"1Z{at}")
    _step(http, keys["acme"], "receiveReturn", key, lines=[{"line": line_id, "units": 1}])
    found = {"line": line_id, "units": 1, "disposition": "RESTOCK"}
    _step(http, keys["acme"], "inspectReturn", key, lines=[found])


def _step(http: httpx.Client, key: str, field: str, return_: str, **said: Any) -> None:
    kind = f"{field[0].upper()}{field[1:]}Input"
    query = f"mutation($input: {kind}!) {{ {field}(input: $input) {_STEPPED} }}"
    asked = {"return": return_, "idempotencyKey": f"{field} {return_}", **said}
    answer = _done(http, key, query, asked)[field]
    if "return" not in answer:
        raise RuntimeError(f"{field}: {answer}")


def _closed(http: httpx.Client, key: str) -> int:
    query = "{ returns(states: [CLOSED], page: {first: 1}) { totalCount } }"
    return int(_asked(http, key, {"query": query})["returns"]["totalCount"])


def _done(http: httpx.Client, key: str, query: str, said: dict[str, Any]) -> dict[str, Any]:
    """The answer of a mutation; one that met another is sent again, under the same key."""
    while True:
        answer = _asked(http, key, {"query": query, "variables": {"input": said}})
        if "somebody" not in str(answer):
            return answer
        time.sleep(0.01)


def _asked(http: httpx.Client, key: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = http.post("/graphql", json=body, headers={"authorization": f"Bearer {key}"}).json()
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"]))
    data: dict[str, Any] = answer["data"]
    return data


# --- processes -------------------------------------------------------------------------------


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=own
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
            httpx.get(f"{address}/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Nothing answers at {address}.")


def main() -> None:
    """Reads the arguments, runs every way, and prints the rates and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=300)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--database-url", help="of a PostgreSQL that may make databases")
    said = parser.parse_args()
    results = []
    for url in ["", *([said.database_url] if said.database_url else [])]:
        for workers in said.workers:
            with _new_database(url) as new:
                results.append(measured(new, workers, said.returns))
            print(results[-1], file=sys.stderr)
    first = results[0].per_second
    ratios = [{**asdict(each), "ratio": round(each.per_second / first, 2)} for each in results]
    print(json.dumps({"machine": machine(), "results": ratios}, indent=2))


@contextmanager
def _new_database(url: str) -> Iterator[str]:
    """The address of a new database on the server of `url`, dropped at the end; SQLite's is ""."""
    if not url:
        yield ""
        return
    name = f"takeback_lifecycle_{os.getpid()}"
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


if __name__ == "__main__":
    main()
