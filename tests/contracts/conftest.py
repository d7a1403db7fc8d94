"""A store with two suppliers and two retailers, each supplier joined to one retailer or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from adapters.identity.principal import Kind, Principal, Role
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.records import Location, Partner, Product, Telling

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`acme` sells through `northwind` and `southgate`, `globex` through `southgate` only."""

    store: Store
    partners: dict[str, Partner]
    principals: dict[str, Principal]


@pytest.fixture
def world(address: Address) -> Iterator[World]:
    store = open_store(address, lambda: NOW)
    with store.session():
        partners = {
            handle: store.partners.add(handle, handle.title(), kind)
            for handle, kind in (
                ("acme", Kind.SUPPLIER),
                ("globex", Kind.SUPPLIER),
                ("northwind", Kind.RETAILER),
                ("southgate", Kind.RETAILER),
            )
        }
        for supplier, retailer in (
            ("acme", "northwind"),
            ("acme", "southgate"),
            ("globex", "southgate"),
        ):
            joined = store.partnerships.join(partners[supplier], partners[retailer])
            acting = store.partners.acting(partners[supplier])
            store.partnerships.let_tell(acting, joined.id, tuple(Telling))
        for handle in ("acme", "globex"):
            _stock(store, partners[handle])
        principals = {each.handle: principal(store, each) for each in partners.values()}
    yield World(store=store, partners=partners, principals=principals)
    store.close()


def principal(store: Store, partner: Partner) -> Principal:
    found = store.partners.principal(store.partners.issue_key(partner, Role(partner.kind.value)))
    assert found is not None
    return found


def _stock(store: Store, supplier: Partner) -> None:
    store.goods.put(
        supplier,
        [
            Product(sku="LAMP-1", title="Lamp", facts={"category": "lighting"}),
            Product(sku="SHOE-9", title="Shoe", facts={"tags": ["final_sale"]}),
        ],
    )
    store.goods.put_location(
        supplier, Location(handle="main", name="Dock 1", lines=("1 Dock Road",), country="US")
    )
