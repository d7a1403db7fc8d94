"""What would hold of goods is told before anybody buys them, and kept nowhere."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Caller, Served

LAMP = {"partner": "acme", "sku": "LAMP-1", "unitPrice": 4000, "currency": "USD"}


def asked(caller: Caller, **goods: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.ask("CouldItComeBack", goods=[{**LAMP, **goods}])["prospects"][0]
    return found


def test_the_terms_hold_as_if_it_were_delivered_today(served: Served, northwind: Caller) -> None:
    with served.parts.store.session():
        before = len(list(served.parts.store._database.execute("SELECT id FROM decision")))

    answer = asked(northwind, quantity=2, reason="change_of_mind")

    assert (answer["answer"], answer["lastDay"]) == ("ACCEPT", "2025-07-01")
    assert answer["settlement"]["net"] == {"amount": "80.00", "currency": "USD"}
    assert answer["edition"] == {"policy": "acme/standard", "version": 1}
    assert len(answer["termsByReason"]) > 5
    with served.parts.store.session():
        after = len(list(served.parts.store._database.execute("SELECT id FROM decision")))
    assert after == before


def test_goods_in_a_currency_that_no_policy_has_cannot_come_back(northwind: Caller) -> None:
    answer = asked(northwind, currency="EUR")

    assert (answer["answer"], answer["code"]) == ("REFUSE", "no_policy_for_currency")
    assert answer["edition"] is None


def test_both_partners_may_ask_and_nobody_else(served: Served) -> None:
    assert asked(served.callers["acme"], partner="northwind")["answer"] == "ACCEPT"
    for handle in ("globex", "southgate support"):
        answer = asked(served.callers[handle], partner="acme" if handle == "globex" else "hidden")
        assert answer["problem"] == {
            "code": "not_found",
            "message": "There is no such partner of yours.",
            "path": "goods[0].partner",
        }


def test_a_sku_that_is_not_there_and_a_wrong_amount_are_named(northwind: Caller) -> None:
    assert asked(northwind, sku="LAMP-9")["problem"]["path"] == "goods[0].sku"
    for wrong in (-1, 10**15 + 1, 10**19):
        assert asked(northwind, unitPrice=wrong)["problem"]["code"] in (
            "wrong_money",
            "negative_money",
        )
    assert asked(northwind, quantity=0)["problem"]["code"] == "wrong_quantity"
