"""Partners add orders over the API: all of them, or none and every fault."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller, Served

LINE = {"number": "1", "sku": "LAMP-1", "quantity": 2, "unitPrice": 4000, "location": "main"}


def order(number: str, *lines: dict[str, Any], **said: Any) -> dict[str, Any]:
    dates = [{"name": "ordered", "on": "2025-05-01"}, {"name": "delivered", "on": "2025-05-10"}]
    usual = {"number": number, "partner": "acme", "currency": "USD", "dates": dates}
    return {**usual, "lines": list(lines) or [LINE], **said}


def add(caller: Caller, key: str, *orders: dict[str, Any]) -> dict[str, Any]:
    said = {"orders": list(orders), "idempotencyKey": key}
    return caller.ask("AddOrders", input=said)["addOrders"]


def test_an_added_order_can_be_asked_about(northwind: Caller) -> None:
    answer = add(northwind, "add-1", order("A-1"))

    assert answer["__typename"] == "OrdersAdded"
    assert northwind.eligible(order="A-1")["answer"] == "ACCEPT"
    assert northwind.eligible(order=answer["orders"][0]["id"])["answer"] == "ACCEPT"


def test_a_supplier_adds_orders_of_its_retailers(served: Served, acme: Caller) -> None:
    answer = add(acme, "add-2", order("A-2", partner="southgate"))

    assert answer["__typename"] == "OrdersAdded"
    assert served.callers["southgate"].eligible(order="A-2")["answer"] == "ACCEPT"


def test_the_same_key_adds_once(northwind: Caller) -> None:
    first = add(northwind, "add-3", order("A-3"))

    assert add(northwind, "add-3", order("A-3")) == first
    other = add(northwind, "add-3", order("A-3", country="US"))
    assert (other["__typename"], other["code"]) == ("InputProblem", "idempotency_key_reused")
    again = add(northwind, "add-3b", order("A-3"))
    assert again["faults"][0]["code"] == "duplicate_order"


def test_a_key_of_blanks_is_a_key_and_no_other_one(northwind: Caller) -> None:
    first = add(northwind, " ", order("A-10"))

    assert first["__typename"] == "OrdersAdded"
    assert add(northwind, " ", order("A-10")) == first
    assert add(northwind, "  ", order("A-11"))["__typename"] == "OrdersAdded"


def test_a_number_beyond_64_bits_under_a_used_key_is_another_request(northwind: Caller) -> None:
    add(northwind, "add-12", order("A-12"))
    said = (
        'mutation { addOrders(input: {orders: [{number: "A-12", partner: "acme", currency: "USD", '
        f'dates: [], lines: [], facts: [{{name: "a", value: {10**30}}}]}}], '
        'idempotencyKey: "add-12"}) { ... on InputProblem { code } } }'
    )

    assert northwind.ask(said)["addOrders"] == {"code": "idempotency_key_reused"}


def test_a_channel_is_a_short_text(northwind: Caller) -> None:
    answer = add(northwind, "add-13", order("A-13", channel="x" * 61))

    assert answer["faults"][0]["code"] == "wrong_channel"


@pytest.mark.parametrize("country", ["QQ", "XX", "ß", "us"])
def test_an_order_goes_to_a_country_that_there_is(northwind: Caller, country: str) -> None:
    answer = add(northwind, "add-14", order("A-14", country=country))

    [fault] = answer["faults"]
    assert (fault["code"], fault["path"]) == ("wrong_country", "input.orders[0].country")


def test_every_fault_is_named_and_nothing_is_added(northwind: Caller) -> None:
    dates = [{"name": "ordered", "on": "2025-05-01"}, {"name": "delivered", "on": "2025-04-01"}]
    answer = add(
        northwind,
        "add-4",
        order("A-4"),
        order("A-5", {**LINE, "sku": "LAMP-2"}, {**LINE, "number": "2", "unitPrice": -1}),
        order("A-6", {**LINE, "quantity": 0}, dates=dates),
        order("A-7", currency="XXX"),
        order("A-8", partner="globex"),
    )

    assert [(each["code"], each["path"]) for each in answer["faults"]] == [
        ("unknown_partner", "input.orders[4].partner"),
        ("unknown_sku", "input.orders[1].lines[0].sku"),
        ("negative_money", "input.orders[1].lines[1].unitPrice"),
        ("dates_reversed", "input.orders[2].dates[1]"),
        ("wrong_quantity", "input.orders[2].lines[0].quantity"),
        ("unknown_currency", "input.orders[3].currency"),
    ]
    assert northwind.eligible(order="A-4")["problem"]["code"] == "not_found"


def test_a_price_that_is_no_whole_number_is_refused_at_the_door(northwind: Caller) -> None:
    said = {"orders": [order("A-9", {**LINE, "unitPrice": 40.5})], "idempotencyKey": "add-9"}

    answer = northwind.answer("AddOrders", input=said)

    assert "data" not in answer
    assert "unitPrice" in answer["errors"][0]["message"]


@pytest.mark.parametrize("more", ["8", " ", "8" * 10_000], ids=len)
def test_a_longer_text_than_any_number_finds_no_order(northwind: Caller, more: str) -> None:
    number = "8" * 60
    add(northwind, "longest", order(number))
    find = "query ($number: String) { orders(number: $number) { totalCount } }"

    assert northwind.ask(find, number=number)["orders"]["totalCount"] == 1
    assert northwind.ask(find, number=number + more)["orders"]["totalCount"] == 0
