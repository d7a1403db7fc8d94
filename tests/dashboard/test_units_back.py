"""What an order says of its units: which were asked back, which came, and what of them is paid."""

from __future__ import annotations

from typing import Any

from tests.dashboard import making
from tests.dashboard.world import SUPPLIER, World

ORDER = "query($n: String!) { returnByNumber(number: $n) { order { id number } } }"


def order_of(world: World, number: str) -> dict[str, Any]:
    return dict(making.asked(world, SUPPLIER, ORDER, n=number)["returnByNumber"]["order"])


def test_units_that_were_only_asked_for_did_not_come_back(busy: World) -> None:
    number = str(making.return_(busy)["number"])
    order, person = order_of(busy, number), busy.person(SUPPLIER)

    assert "2 asked back" in (text := person.get(f"/orders/{order['id']}").text)
    assert "came back" not in text
    listed = person.get("/orders", params={"search": order["number"]}).text
    assert "2 back or asked back" in listed
    making.flashed(making.sent(person, f"/dock/{number}", f"/dock/{number}/receive", all="yes"))

    assert "2 came back" in (text := person.get(f"/orders/{order['id']}").text)
    assert "asked back" not in text
