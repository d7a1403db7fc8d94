"""A return from request to closed, on both databases: what each step changes, and for whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.store.place.address import Address
from engine.errors import RequestFault
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from tests.contracts.returns.building import RETAILER, Shop, opened


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme")
    found.orders("acme")
    yield found
    found.library.close()
    found.store.close()


def test_an_accepted_return_is_approved_with_a_number_and_an_address(shop: Shop) -> None:
    made = shop.one(quantity=2)

    assert made.state is State.APPROVED
    assert made.number.startswith("R-")
    (line,) = made.lines
    assert line.return_to is not None
    assert (line.expected, line.return_to.name) == (2, "Dock")
    assert shop.returnable() == 1


def test_from_request_to_closed_with_credit_and_stock(shop: Shop) -> None:
    made = shop.one(quantity=2)
    shop.move(made, "ship", "UPS", "1Z999", who=RETAILER)

    received = shop.receive(made, 2)
    assert received.state is State.RECEIVED
    assert shop.owed(made) == []
    inspected = shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))

    assert inspected.state is State.INSPECTED
    assert shop.owed(made) == [("USD 80.00", "planned")]


def test_more_units_than_are_left_are_refused_whoever_is_faster(shop: Shop) -> None:
    shop.one(quantity=2)

    with pytest.raises(RequestFault, match="1 are left"):
        shop.one(quantity=2)
