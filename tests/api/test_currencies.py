"""A supplier sells in several currencies: each order is governed by a policy in its own."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.api.test_editions import eligible, publish

EUROS = """
policy: acme/euros
version: 1
effective: {from: 2024-01-01}
currency: EUR
for: {channel: [abroad], currency: [EUR]}
window: {days: 60, counted_from: delivered}
fees: {handling: {fee: EUR 1.50}}
"""


def order(caller: Caller, number: str, currency: str) -> None:
    said = {
        "number": number,
        "partner": "acme",
        "currency": currency,
        "dates": [
            {"name": "ordered", "on": "2025-05-01"},
            {"name": "delivered", "on": "2025-05-09"},
        ],
        "lines": [{"number": "1", "sku": "LAMP-1", "quantity": 1, "unitPrice": 1000}],
        "country": "US",
        "channel": "abroad",
    }
    added = caller.ask("AddOrders", input={"orders": [said], "idempotencyKey": number})["addOrders"]
    assert added["__typename"] == "OrdersAdded", added


@pytest.fixture(autouse=True)
def published(acme: Caller) -> None:
    answer = publish(acme, EUROS)
    assert answer["__typename"] == "PublishedPolicy", answer


def test_each_order_is_decided_in_its_own_currency(northwind: Caller) -> None:
    order(northwind, "CUR-EUR", "EUR")
    order(northwind, "CUR-USD", "USD")

    euros, dollars = eligible(northwind, "CUR-EUR"), eligible(northwind, "CUR-USD")

    assert euros["edition"] == {"policy": "acme/euros", "version": 1}
    assert dollars["edition"]["policy"] != "acme/euros"


def test_an_order_in_a_currency_of_no_policy_is_refused(northwind: Caller) -> None:
    order(northwind, "CUR-GBP", "GBP")

    answer = eligible(northwind, "CUR-GBP")

    assert (answer["answer"], answer["code"]) == ("REFUSE", "no_policy_for_currency")
    assert answer["edition"] is None
    assert answer["decisionId"]


def test_a_return_of_it_is_refused_too(northwind: Caller) -> None:
    order(northwind, "CUR-CHF", "CHF")

    said = {
        "lines": [{"order": "CUR-CHF", "line": "1", "quantity": 1, "reason": "defective"}],
        "idempotencyKey": "return CUR-CHF",
    }
    answer = northwind.ask("RequestReturn", input=said)["requestReturn"]

    assert "no_policy_for_currency" in str(answer)
