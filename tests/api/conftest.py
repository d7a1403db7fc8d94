"""A served Takeback with two suppliers, two retailers and their orders, asked over HTTP."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from graphql import OperationDefinitionNode, parse, print_ast, separate_operations

from adapters.identity.principal import Kind, Role
from adapters.identity.vault import new_master_key
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.database import Store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.money.paid import NewPayment
from adapters.store.publishing import Draft
from adapters.store.records import Location, Product, Telling
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from returns_api.context import Clock
from returns_api.serving.settings import Limits
from services.orders.adding import add_orders
from takeback.bases import Bases
from takeback.components import Components, made
from takeback.publishing import published
from takeback.server import application, bound
from takeback.settings import Profile, Settings, policies_folder
from tests.api.paths import lost_paths
from tests.conftest import KINDS, there_or_skipped

LIMITS = Limits(points_per_second=10**8)
"""Of points there are always enough, however slow the machine is that pays for new documents."""
NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"

STANDARD = """
policy: {owner}/standard
version: 1
title: Standard returns
effective: {{from: 2020-01-01}}
applies_by: ordered
currency: USD
agreed: {{fee: {{type: percent, default: 0%, at_most: 20%}}}}
window: {{days: 30, counted_from: delivered}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
packaging: {{original_required: false}}
fees: {{restocking: {{fee: agreed.fee of item_price}}}}
"""


def documents() -> dict[str, str]:
    """Every operation of `graphql/operations/` by name, as a client sends it."""
    found: dict[str, str] = {}
    for path in sorted(OPERATIONS.glob("*.graphql")):
        for name, document in separate_operations(parse(path.read_text())).items():
            assert isinstance(document.definitions[0], OperationDefinitionNode) or name
            found[name] = print_ast(document)
    return found


DOCUMENTS = documents()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One API key on one server."""

    http: httpx.Client
    key: str

    def post(self, body: Any = None, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return self.http.post("/graphql", json=body, headers=headers, **more)

    def ask(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a document by text or by name; errors fail the test."""
        answer = self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def answer(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        query = DOCUMENTS.get(document, document)
        answer = self.post({"query": query, "variables": variables}).json()
        if answer.get("data"):
            assert lost_paths(query, json.loads(json.dumps(variables)), answer["data"]) == []
        return answer

    def eligible(self, **line: Any) -> dict[str, Any]:
        """The answer for one order line."""
        return self.ask("CanItComeBack", lines=[line])["eligibility"][0]


def refused(answer: dict[str, Any]) -> str:
    """The code of the problem that a whole answer is."""
    assert "errors" not in answer, answer
    (problem,) = answer["data"].values()
    return str(problem["code"])


@dataclass(slots=True, kw_only=True)
class Served:
    """A running server; callers by partner and role."""

    address: str
    database: Address
    parts: Components
    http: httpx.Client
    callers: dict[str, Caller] = field(default_factory=dict)


@pytest.fixture(scope="session", params=KINDS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """On both kinds of database, one after the other."""
    if request.param == "sqlite":
        file = SqliteFile(path=tmp_path_factory.mktemp("served") / "takeback.sqlite")
        yield from serve(file, Profile.DEVELOPMENT)
        return
    files = str(tmp_path_factory.mktemp("served") / "files")
    server = there_or_skipped(request.getfixturevalue("server"), request.node.nodeid)
    with server.with_tables() as address:
        yield from serve(address, Profile.DEVELOPMENT, files=files)


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same in the production profile, behind a proxy that says whose the requests are."""
    file = SqliteFile(path=tmp_path_factory.mktemp("closed") / "takeback.sqlite")
    yield from serve(file, Profile.PRODUCTION, trusted_proxies=("127.0.0.1",))


def serve(  # noqa: PLR0913 - as many as there are settings that tests choose
    database: Address,
    profile: Profile,
    stripe: str = "",
    now: Clock = lambda: NOW,
    key: str = "",
    *,
    limits: Limits = LIMITS,
    trusted_proxies: Sequence[str] = (),
    files: str = "",
) -> Iterator[Served]:
    secrets = (key or new_master_key(),)
    settings = Settings(database=database, master_keys=secrets, stripe_api_base=stripe, files=files)
    parts = made(settings, now)
    keys = filled(parts.store)
    parts.store.close()  # this thread's connection, which a server would not have
    listening = bound("127.0.0.1", 0)
    app = application(parts, profile, limits, trusted_proxies=trusted_proxies)
    config = uvicorn.Config(app, log_level="error", access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with httpx.Client(base_url=address, timeout=20) as http:
        while not server.started:
            time.sleep(0.01)
        callers = {name: Caller(http=http, key=key) for name, key in keys.items()}
        try:
            yield Served(
                address=address, database=database, parts=parts, http=http, callers=callers
            )
        finally:
            server.should_exit = True
            thread.join()
            listening.close()
            parts.library.close()
            parts.store.close()


def filled(store: Store) -> dict[str, str]:
    """`acme` sells through both retailers, `globex` through southgate; keys by handle."""
    kinds = {
        "acme": Kind.SUPPLIER,
        "globex": Kind.SUPPLIER,
        "northwind": Kind.RETAILER,
        "southgate": Kind.RETAILER,
    }
    with store.session():
        partners = {handle: store.partners.add(handle, handle, kinds[handle]) for handle in kinds}
        for pair in (("acme", "northwind"), ("acme", "southgate"), ("globex", "southgate")):
            joined = store.partnerships.join(partners[pair[0]], partners[pair[1]])
            acting = store.partners.acting(partners[pair[0]])
            store.partnerships.let_tell(acting, joined.id, tuple(Telling))
        for handle in ("acme", "globex"):
            store.goods.put(partners[handle], [Product(sku="LAMP-1", title="Lamp", facts={})])
            place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
            store.goods.put_location(partners[handle], place)
            draft = Draft(text=STANDARD.format(owner=handle), by="tests")
            published(store, partners[handle], draft, Bases((policies_folder(),)))
        for draft_ in (order("N-1", "acme", "northwind"), order("S-1", "globex", "southgate")):
            add_orders(store, store.partners.acting(partners[draft_.retailer]), [draft_])
        keys = {
            handle: store.partners.issue_key(partners[handle], Role(kind.value))
            for handle, kind in kinds.items()
        }
        for handle in ("acme", "northwind", "globex", "southgate"):
            keys[f"{handle} support"] = store.partners.issue_key(partners[handle], Role.SUPPORT)
    return keys


def order(number: str, supplier: str, retailer: str, **said: Any) -> OrderDraft:
    """Lines 1 (three lamps, one returned) and 2 (one lamp), delivered on 2025-05-10."""
    lines = [
        LineDraft(
            number="1",
            sku="LAMP-1",
            quantity=3,
            returned=1,
            unit_price=Money(4000, "USD"),
            location="main",
        ),
        LineDraft(number="2", sku="LAMP-1", quantity=1, unit_price=Money(1999, "USD")),
    ]
    usual: dict[str, Any] = {
        "currency": "USD",
        "country": "US",
        "dates": {"ordered": "2025-05-01", "shipped": "2025-05-03", "delivered": "2025-05-10"},
        "lines": lines,
    }
    return OrderDraft(number=number, supplier=supplier, retailer=retailer, **{**usual, **said})


def pay(served: Served, number: str, amount: Money) -> None:
    """Says with how much an order was paid."""
    store = served.parts.store
    with store.session():
        (key,) = store.orders.keys_of(number)
        found = store.orders.whole(key)
        assert found is not None
        store.payments.add(
            NewPayment(
                supplier=found.order.supplier.id,
                retailer=found.order.retailer.id,
                order=key,
                amount=amount,
                ways=PaymentReferences(charge=f"pi_{key}"),
                by="tests",
            )
        )


def keyed(said: dict[str, Any]) -> dict[str, Any]:
    """The same input under an idempotency key of its own."""
    return {"idempotencyKey": uuid.uuid4().hex, **said}


@pytest.fixture
def northwind(served: Served) -> Caller:
    return served.callers["northwind"]


@pytest.fixture
def acme(served: Served) -> Caller:
    return served.callers["acme"]
