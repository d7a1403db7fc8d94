"""A text that is longer than all words of its kind is none of them, also if it begins as one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.records import Product
from tests.contracts.returns.building import Shop, opened

LONGEST = "x" * 60
MORE = ["x", " ", "x" * 10_000]


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme", places=("main", LONGEST))
    with found.store.session():
        found.store.goods.put(
            found.partners["acme"], [Product(sku=LONGEST, title="Lamp", facts={})]
        )
    found.orders("acme", LONGEST)
    yield found
    found.library.close()
    found.store.close()


@pytest.mark.parametrize("more", MORE, ids=len)
def test_a_longer_text_names_no_product_place_or_return(shop: Shop, more: str) -> None:
    acme, goods, returns = shop.partners["acme"], shop.store.goods, shop.store.tenant_returns
    number = shop.one(number=LONGEST).number

    with shop.store.session():
        principal = shop.store.partners.acting(acme)
        assert goods.product(acme.id, LONGEST)
        assert goods.location(acme.id, LONGEST)
        assert returns.numbered(principal, f" {number.lower()} ")
        assert goods.product(acme.id, LONGEST + more) is None
        assert goods.location(acme.id, LONGEST + more) is None
        assert returns.numbered(principal, number + " " * 28 + more + "?") is None
