"""A server, its workers and a stand-in for Stripe as processes, filled for one return per order."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2

from adapters.identity.principal import Kind, Role
from adapters.identity.vault import new_master_key
from adapters.store.database import Store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.money.paid import NewPayment
from adapters.store.publishing import Draft
from adapters.store.records import Location, Product, Telling
from bench.clocked import put
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from services.orders.adding import add_orders
from services.payments.gateways import GatewayCredentials
from takeback.bases import Bases
from takeback.components import made
from takeback.publishing import published
from takeback.settings import Settings, policies_folder

KEY: Final = "rk_test_bench"
PRICE: Final = 4_000
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
_CLOCKED: Final = (sys.executable, "-m", "bench.clocked")
Process = subprocess.Popen[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Minor units by payment intent; `dispute` is one that is open, `held` if nothing may move."""

    charges: Mapping[str, int]
    dispute: str = ""
    held: bool = False


Pay = Callable[[httpx.Client, int], Paid]


def plainly(http: httpx.Client, _: int) -> Paid:
    """One charge of what the order costs."""
    return Paid(charges={charge(http): PRICE})


def charge(http: httpx.Client, cents: int = PRICE, currency: str = "usd") -> str:
    """A charge of twice as much, so that it does not keep a second refund from happening."""
    form = {"amount": str(2 * cents), "currency": currency, "payment_method": "pm_card_visa"}
    form["confirm"] = "true"
    return str(http.post("/v1/payment_intents", data=form).raise_for_status().json()["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where the server answers, the stand-in, the settings of every process, and two API keys."""

    address: str
    stripe: str
    environment: dict[str, str]
    supplier: str
    retailer: str
    clock: Path
    paid: tuple[Paid, ...]
    """How each order was paid, in the order of their numbers."""

    def serve(self, clock: Path | None = None) -> Process:
        """A server without workers, on a clock of its own or on that of all."""
        return start([*_CLOCKED, "serve", str(clock or self.clock)], self.environment)

    def work(self, clock: Path | None = None) -> Process:
        """A worker, on a clock of its own or on that of all."""
        return start([*_CLOCKED, "work", str(clock or self.clock)], self.environment)


@contextmanager
def world(url: str, returns: int, pay: Pay = plainly) -> Iterator[World]:
    """An empty database, filled; SQLite's is thrown away, another's is made anew on its server."""
    with ExitStack() as stack:
        stand_in = [sys.executable, "-m", "adapters.gateways.simulated", "--port", "0"]
        stripe = stack.enter_context(ended(start(stand_in, {})))
        assert stripe.stdout is not None
        base = stripe.stdout.readline().strip()
        environment = {
            "TAKEBACK_PROFILE": "development",
            "TAKEBACK_DATABASE_URL": stack.enter_context(_new_database(url)),
            "TAKEBACK_MASTER_KEY": new_master_key(),
            "TAKEBACK_STRIPE_API_BASE": base,
            "TAKEBACK_WORKERS": "0",
            "TAKEBACK_PORT": str(free_port()),
        }
        clock = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "clock"
        put(clock, 0)
        with httpx.Client(base_url=base, headers={"authorization": f"Bearer {KEY}"}) as http:
            paid = tuple(pay(http, at) for at in range(returns))
        keys = _filled(environment, paid)
        yield World(
            address=f"http://127.0.0.1:{environment['TAKEBACK_PORT']}",
            stripe=base,
            environment=environment,
            supplier=keys["acme"],
            retailer=keys["shop"],
            clock=clock,
            paid=paid,
        )


def _filled(environment: dict[str, str], paid: tuple[Paid, ...]) -> dict[str, str]:
    """Partners, a policy, a gateway, and an order for each return; the keys of both partners.

    All of it is a day old, so that a clock that is hours behind knows it too.
    """
    settings = Settings.from_environment(environment)
    parts = made(settings, lambda: datetime.now(UTC) - timedelta(days=1))
    store = parts.store
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        shop = store.partners.add("shop", "Shop", Kind.RETAILER)
        joined = store.partnerships.join(acme, shop)
        store.partnerships.let_tell(store.partners.acting(acme), joined.id, tuple(Telling))
        store.goods.put(acme, [Product(sku="LAMP", title="Lamp", facts={})])
        place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        store.goods.put_location(acme, place)
        published(store, acme, Draft(text=POLICY, by="bench"), Bases((policies_folder(),)))
        keys = {
            "acme": store.partners.issue_key(acme, Role.SUPPLIER),
            "shop": store.partners.issue_key(shop, Role.RETAILER),
        }
    with store.session():
        parts.gateways.put(GatewayCredentials(partner=acme.id, key=KEY), "bench")
    _order(store, acme.id, paid)
    parts.close()
    return keys


def _order(store: Store, supplier: str, paid: tuple[Paid, ...]) -> None:
    today = datetime.now(UTC).date()
    with store.writing():
        retailer = store.partners.by_handle("shop")
        assert retailer is not None
        drafts = [_draft(at, today) for at in range(len(paid))]
        families = add_orders(store, store.partners.acting(retailer), drafts)
        for family, each in zip(families, paid, strict=True):
            for charge, cents in each.charges.items():
                store.payments.add(
                    NewPayment(
                        supplier=supplier,
                        retailer=retailer.id,
                        order=family.order.id,
                        amount=Money(cents, "USD"),
                        ways=PaymentReferences(charge=charge),
                        by="bench",
                    )
                )


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
                number="1", sku="LAMP", quantity=1, unit_price=Money(PRICE, "USD"), location="main"
            )
        ],
    )


# --- processes -------------------------------------------------------------------------------


def start(command: list[str], environment: dict[str, str]) -> Process:
    """A process of its own."""
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=own
    )


@contextmanager
def ended(process: Process) -> Iterator[Process]:
    """The process, ended at the end."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _new_database(url: str) -> Iterator[str]:
    """The address of a new database, on the server of `url` or in a file, gone at the end."""
    if not url:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'takeback.sqlite'}"
        return
    name = f"takeback_bench_{os.getpid()}"
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()
