"""A database for benchmarks of the API: orders of one line under a policy of 25 rows."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from adapters.identity.principal import Kind, Role
from adapters.store.connection.address import read_address
from adapters.store.database import Store, open_store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.records import Location, Partner, Product, Telling
from engine.money import Money
from engine.policy.editions import load
from services.orders.adding import add_orders

CATEGORIES: Final = ("furniture", "electronics", "textiles", "toys", "custom")
SKUS: Final = 40
_FILE: Final = Path(__file__).parents[1] / "policies" / "rows_25.yaml"
_POLICY: Final = _FILE.read_text(encoding="utf-8").partition("\ntests:")[0]
AT_ONCE: Final = 500
"""Orders added in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What is there to ask for: the retailer's key, and how many orders it has (`B-0` …)."""

    key: str
    orders: int


def filled(url: str, orders: int, partners: int = 1) -> Filled:
    """Fills an empty database; the orders are all with the first of the retailer's suppliers."""
    store = open_store(read_address(url))
    with store.session():
        shop = store.partners.add("shop", "Shop", Kind.RETAILER)
        key = store.partners.issue_key(shop, Role.RETAILER)
    for number in range(partners):
        with store.writing():
            _supplier(store, shop, f"s{number}")
    for first in range(0, orders, AT_ONCE):
        with store.writing():
            acting = store.partners.acting(shop)
            add_orders(store, acting, _drafts(range(first, min(first + AT_ONCE, orders))))
    store.close()
    return Filled(key=key, orders=orders)


def _supplier(store: Store, shop: Partner, handle: str) -> None:
    supplier = store.partners.add(handle, handle.upper(), Kind.SUPPLIER)
    joined = store.partnerships.join(supplier, shop)
    store.partnerships.let_tell(store.partners.acting(supplier), joined.id, tuple(Telling))
    store.goods.put(supplier, [_product(at) for at in range(SKUS)])
    place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
    store.goods.put_location(supplier, place)
    text = _POLICY.replace("bench/", f"{handle}/")
    store.editions.add(supplier, load(text, "policy.yaml"), "bench", {})


def _product(at: int) -> Product:
    facts = {"category": CATEGORIES[at % len(CATEGORIES)], "final_sale": at % 17 == 0}
    return Product(
        sku=f"S-{at}", title=f"Thing {at}", facts=facts, prices={"USD": 1_000 + 100 * at}
    )


def _drafts(numbers: range) -> list[OrderDraft]:
    today = datetime.now(UTC).date()
    return [
        OrderDraft(
            number=f"B-{at}",
            supplier="s0",
            retailer="shop",
            currency="USD",
            country="US",
            dates={
                name: (today - timedelta(days=ago + at % 40)).isoformat()
                for name, ago in (("ordered", 9), ("delivered", 5))
            },
            facts={"membership": ("standard", "plus")[at % 2]},
            lines=[
                LineDraft(
                    number="1",
                    sku=f"S-{at % SKUS}",
                    quantity=2,
                    unit_price=Money(1_000 + 100 * (at % SKUS), "USD"),
                    location="main",
                )
            ],
        )
        for at in numbers
    ]


def lines(filled: Filled, count: int, chance: random.Random) -> list[dict[str, Any]]:
    """As many lines to ask for, each of another order."""
    reasons = ("change_of_mind", "defective", "wrong_size", "damaged_in_transit")
    return [
        {
            "order": f"B-{at}",
            "line": "1",
            "reason": chance.choice(reasons),
            "packaging": "sealed_original",
            "facts": [{"name": "opened", "value": chance.random() < 0.4}],
        }
        for at in chance.sample(range(filled.orders), count)
    ]
