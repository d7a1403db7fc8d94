"""Answers, cancellations and requests at the same time: each unit and each word counts once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.store.connection.address import Address
from adapters.store.ordering.records import Change, LineChange
from engine.errors import RequestFault
from services.orders.confirming import Waiting, confirm
from services.orders.updating import update_order
from tests.contracts.returns.building import PLAIN, Shop, opened

QUIET = ("quantity_exceeded", "too_many_cancelled", "conflict", "nothing_waits")


@pytest.fixture
def shop(address: Address) -> Shop:
    shop = opened(address)
    shop.sells("acme", PLAIN, may=())
    shop.store.close()
    return shop


def tried(work: Callable[[], object]) -> int:
    """1 for what was done, 0 for what somebody else was faster with."""
    try:
        work()
    except RequestFault as fault:
        if fault.code not in QUIET:
            raise
        return 0
    return 1


def add(shop: Shop) -> str:
    """An order that waits; its key."""
    with shop.store.session():
        northwind = shop.store.partners.acting(shop.partners["northwind"])
        (family,) = shop.add(northwind, "acme")
    shop.store.close()
    return family.order.id


def confirmed(shop: Shop, key: str) -> None:
    with shop.store.writing():
        acme = shop.store.partners.acting(shop.partners["acme"])
        confirm(shop.store, acme, Waiting(orders=[key]))


def test_an_order_is_confirmed_once_by_many(shop: Shop) -> None:
    key = add(shop)

    done = shop.at_once(lambda: tried(lambda: confirmed(shop, key)), 4)

    assert done == [1]
    with shop.store.session():
        events = [each.told.event for each in shop.store.order_history.of(key)]
    assert events == ["proposed", "confirmed"]


def test_a_unit_is_cancelled_or_asked_back_and_never_both(shop: Shop) -> None:
    key = add(shop)
    confirmed(shop, key)
    shop.store.close()

    def cancel() -> None:
        with shop.store.writing():
            acme = shop.store.partners.acting(shop.partners["acme"])
            change = Change(lines=(LineChange(line="1", cancel=1),))
            update_order(shop.store, acme, key, change, "none left")

    turns = iter([cancel, lambda: shop.one(quantity=1)] * 4)
    done = shop.at_once(lambda: tried(next(turns)), 8)

    with shop.store.session():
        line = shop.wanted("N-1", "1").line
    assert line.cancelled + line.returned == len(done) <= line.quantity == 3
