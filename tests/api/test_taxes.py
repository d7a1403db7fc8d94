"""The tax of an order line is told with the order, and goes back in a column of its own."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Caller

LINE = {"number": "1", "sku": "LAMP-1", "quantity": 3, "unitPrice": 4_000, "tax": 1_000}


def added(caller: Caller, number: str, partner: str, **line: Any) -> dict[str, Any]:
    order = {
        "number": number,
        "partner": partner,
        "currency": "USD",
        "dates": [{"name": "ordered", "on": "2025-05-01"}],
        "lines": [{**LINE, **line}],
        "payment": {"amount": 12_000},
    }
    said = {"orders": [order], "idempotencyKey": number}
    found: dict[str, Any] = caller.ask("AddOrders", input=said)["addOrders"]
    return found


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def test_the_tax_of_a_line_is_told(acme: Caller, northwind: Caller) -> None:
    added(acme, "TAX-1", "northwind")
    added(acme, "TAX-2", "northwind", tax=None)

    lines = [
        northwind.ask("FindOrder", number=number)["orders"]["nodes"][0]["lines"][0]
        for number in ("TAX-1", "TAX-2")
    ]

    assert [line["tax"] for line in lines] == [usd("10.00"), usd("0.00")]
    assert {line["unitPrice"]["amount"] for line in lines} == {"40.00"}


def test_a_tax_below_zero_is_named(acme: Caller) -> None:
    answer = added(acme, "TAX-3", "northwind", tax=-1)

    assert [(each["code"], each["path"]) for each in answer["faults"]] == [
        ("negative_money", "input.orders[0].lines[0].tax")
    ]


def test_the_tax_of_cancelled_units_goes_back_in_its_own_column(acme: Caller) -> None:
    (order,) = added(acme, "TAX-4", "northwind")["orders"]
    change = {"order": order["id"], "lines": [{"line": "1", "cancel": 1}], "reason": "sold out"}
    acme.ask("UpdateOrder", input={**change, "idempotencyKey": "tax-4"})
    refund = {"order": order["id"], "lines": [{"line": "1", "units": 1}]}

    said = {"refund": refund, "why": "sold out", "idempotencyKey": "tax-4 back"}
    acme.ask("RefundOrder", input=said)

    (found,) = acme.ask("HowOrderWasPaid", order=order["id"])["settlements"]["nodes"]
    assert (found["amount"]["amount"], found["tax"]["amount"]) == ("43.33", "3.33")
    entries = acme.ask("{ journal(first: 500, kinds: [SETTLEMENT_PLANNED]) { body } }")["journal"]
    assert entries[-1]["body"]["tax"] == "USD 3.33"
