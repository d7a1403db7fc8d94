"""What an order says of its units: which were asked back, which came, and what of them is paid."""

from __future__ import annotations

from typing import Any

from tests.dashboard import making
from tests.dashboard.world import RETAILER, SUPPLIER, World

PAY = """mutation($input: AddPaymentInput!) { done: addPayment(input: $input) {
  __typename ... on Problem { message } } }"""
ORDER = "query($n: String!) { returnByNumber(number: $n) { order { id number } } }"


def order_of(world: World, number: str) -> dict[str, Any]:
    return dict(making.asked(world, SUPPLIER, ORDER, n=number)["returnByNumber"]["order"])


def test_units_that_were_only_asked_for_did_not_come_back(busy: World) -> None:
    number = str(making.return_(busy)["number"])
    order, person = order_of(busy, number), busy.person(SUPPLIER)

    assert "2 return requested" in (text := person.get(f"/orders/{order['id']}").text)
    assert "2 returned" not in text
    listed = person.get("/orders", params={"search": order["number"]}).text
    assert "2 returned or requested" in listed
    making.flashed(making.sent(person, f"/dock/{number}", f"/dock/{number}/receive", all="yes"))

    assert "2 returned" in (text := person.get(f"/orders/{order['id']}").text)
    assert "return requested" not in text


def test_units_that_a_return_pays_for_are_not_offered_once_more(busy: World) -> None:
    number = str(making.return_(busy)["number"])
    order, person = order_of(busy, number)["id"], busy.person(SUPPLIER)
    pay(busy, order)
    page = f"/orders/{order}/refund"

    text = person.get(page).text
    assert "TENT-2P, up to 0 at" in text
    assert "Returns of this order are settled automatically" in text
    assert f'href="/returns/{number}"' in text
    text = person.get(page, params={"units-1": "1"}).text

    assert "TENT-2P: 0 can be refunded here" in text
    assert "2 are covered by a return" in text
    assert "Refund USD" not in text


def pay(world: World, order: str) -> None:
    said = {"order": order, "payment": {"amount": 20000}, "idempotencyKey": making.new_key()}
    done = making.asked(world, SUPPLIER, PAY, input=said)["done"]
    assert done["__typename"] == "PaymentAdded", done


def test_a_retailer_is_shown_the_payments_that_its_refund_goes_back_of(busy: World) -> None:
    order = str(making.order(busy)["id"])
    pay(busy, order)

    text = busy.person(RETAILER).get(f"/orders/{order}/refund").text

    assert "from the retailer to the consumer" in text
    assert "No payment of this order to the refunding partner is on record" in text
    assert ">Payment</label>" not in text
    assert ">Payment</label>" in busy.person(SUPPLIER).get(f"/orders/{order}/refund").text
