"""What a retailer says of an order is a proposal: asked about by all, acted on once confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.api.conftest import Caller, Served, keyed, refused

NUMBERS = count(1)
LINE = {"number": "1", "sku": "LAMP-1", "quantity": 2, "unitPrice": 4000, "location": "main"}

ORDER = {"number": "PR-0", "partner": "acme", "currency": "USD", "lines": [LINE]}


def key() -> str:
    return f"proposal {next(NUMBERS)}"


def do(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    field = operation[0].lower() + operation[1:]
    answer = caller.ask(operation, input={"idempotencyKey": key(), **said})
    result: dict[str, Any] = answer[field]
    return result


def tell(served: Served, *may: str) -> dict[str, Any]:
    """What holds of orders of northwind with acme when northwind says it."""
    (joined,) = served.callers["northwind"].ask("WhoAmI")["me"]["partnerships"]
    said = {"partnership": joined["id"], "may": list(may)}
    answer = served.callers["acme"].ask("SetRetailerMayTell", input=said)
    result: dict[str, Any] = answer["setRetailerMayTell"]
    return result


@pytest.fixture
def silent(served: Served) -> Iterator[Served]:
    """A server on which northwind may tell nothing of its orders, as is so at first."""
    tell(served)
    yield served
    tell(served, "ORDERS", "PAYMENTS", "DELIVERED")


def added(caller: Caller, **said: Any) -> dict[str, Any]:
    dates = [{"name": "ordered", "on": "2025-05-01"}, {"name": "delivered", "on": "2025-05-10"}]
    order = {**ORDER, "number": f"PR-{next(NUMBERS)}", "dates": dates}
    result = do(caller, "AddOrders", orders=[{**order, **said}])
    found: dict[str, Any] = result["orders"][0]
    return found


def wanted(order: dict[str, Any]) -> dict[str, Any]:
    line = {"order": order["number"], "line": "1", "reason": "change_of_mind"}
    return {"lines": [line], "reference": "T"}


def test_a_proposal_can_be_asked_about_and_nothing_else(
    silent: Served, northwind: Caller, acme: Caller
) -> None:
    order = added(northwind)

    answer = northwind.eligible(order=order["number"])
    asked = do(northwind, "RequestReturn", **wanted(order))
    refund = {"order": order["id"]}
    refunded = do(acme, "RefundOrder", refund=refund, why="so")
    seen = acme.ask("RefundPreview", input=refund)["refundPreview"]

    assert (order["confirmed"], answer["answer"]) == (False, "ACCEPT")
    assert f"`{order['number']}` waits for `acme`" in answer["waitsFor"]
    assert answer["nextActions"] == ["WAIT_FOR_SUPPLIER"]
    assert (asked["code"], asked["path"]) == ("order_not_confirmed", "input.lines[0].order")
    assert "confirmOrders" in asked["message"]
    assert {refunded["code"], seen["code"]} == {"order_not_confirmed"}


def test_a_supplier_pays_nothing_into_an_order_that_waits(
    silent: Served, northwind: Caller, acme: Caller
) -> None:
    order = added(northwind)
    said = {"order": order["id"], "payment": {"amount": 1, "charge": "ch_1"}}

    assert acme.ask("AddPayment", input=keyed(said))["addPayment"]["code"] == "order_not_confirmed"


@pytest.mark.parametrize("by", ["acme", "acme support"])
def test_a_supplier_or_its_agent_confirms_once_and_the_return_is_open(
    silent: Served, northwind: Caller, by: str
) -> None:
    order, name = added(northwind), key()
    said = {"orders": [order["id"]], "idempotencyKey": name}
    caller = silent.callers[by]

    first = caller.ask("ConfirmOrders", input=said)["confirmOrders"]

    assert caller.ask("ConfirmOrders", input=said)["confirmOrders"] == first
    assert do(caller, "ConfirmOrders", orders=[order["id"]])["code"] == "nothing_waits"
    assert northwind.eligible(order=order["number"])["waitsFor"] is None
    assert do(northwind, "RequestReturn", **wanted(order))["returns"][0]["state"] == "APPROVED"


def test_what_waits_is_listed_page_by_page(silent: Served, northwind: Caller, acme: Caller) -> None:
    orders = [added(northwind) for _ in range(3)]

    page = acme.ask("WaitingOrders", page={"first": 2})["waitingOrders"]
    rest = acme.ask("WaitingOrders", page={"after": page["pageInfo"]["endCursor"]})["waitingOrders"]
    seen = [each["id"] for each in (*page["nodes"], *rest["nodes"])]

    assert {each["id"] for each in orders} <= set(seen)
    assert len(seen) == len(set(seen)) == page["totalCount"]
    assert northwind.ask("WaitingOrders")["waitingOrders"]["totalCount"] == page["totalCount"]
    globex = silent.callers["globex"].ask("WaitingOrders")["waitingOrders"]
    assert globex["totalCount"] == 0


def test_a_declined_order_says_why_in_its_history(
    silent: Served, northwind: Caller, acme: Caller
) -> None:
    order = added(northwind)

    declined = do(acme, "DeclineOrders", orders=[order["id"]], reason="not ours")

    assert declined["orders"][0]["standing"] == "DECLINED"
    assert do(northwind, "RequestReturn", **wanted(order))["code"] == "order_declined"
    (seen,) = northwind.ask("HistoryOfOrder", number=order["number"])["orders"]["nodes"]
    assert [(each["event"], each["side"], each["reason"]) for each in seen["history"]] == [
        ("PROPOSED", "RETAILER", None),
        ("DECLINED", "SUPPLIER", "not ours"),
    ]


def test_a_declined_order_takes_no_payment_that_would_wait_for_ever(
    silent: Served, northwind: Caller, acme: Caller
) -> None:
    order = added(northwind)
    do(acme, "DeclineOrders", orders=[order["id"]], reason="not ours")
    before = acme.ask("WaitingOrders")["waitingOrders"]["totalCount"]

    result = paid(northwind, order, charge="ch_declined")

    assert result["code"] == "order_declined"
    assert acme.ask("WaitingOrders")["waitingOrders"]["totalCount"] == before


def test_a_payment_that_waits_is_proposed_once(silent: Served, northwind: Caller) -> None:
    order = added(northwind)

    first, again = (paid(northwind, order, invoice="in_twice") for _ in range(2))
    other = paid(northwind, order, invoice="in_other")

    assert first["amendment"] == again["amendment"] != other["amendment"]


def paid(caller: Caller, order: dict[str, Any], **ways: str) -> dict[str, Any]:
    payment = {"amount": 500, **ways}
    said = {"order": order["id"], "toSupplier": True, "payment": payment}
    result: dict[str, Any] = caller.ask("AddPayment", input=keyed(said))["addPayment"]
    return result


def test_an_amendment_is_proposed_confirmed_and_read_by_both(
    silent: Served, northwind: Caller, acme: Caller
) -> None:
    order = do(
        acme,
        "AddOrders",
        orders=[
            {
                "number": f"PR-{next(NUMBERS)}",
                "partner": "northwind",
                "currency": "USD",
                "dates": [{"name": "ordered", "on": "2025-05-01"}],
                "lines": [LINE],
            }
        ],
    )["orders"][0]
    change = {
        "dates": [{"name": "delivered", "on": "2025-05-10"}],
        "lines": [{"line": "1", "cancel": 1}],
    }

    waits = do(northwind, "UpdateOrder", order=order["id"], reason="one too many", **change)
    before = northwind.eligible(order=order["number"])
    node = silent.callers["southgate"].ask("Find", id=waits["amendment"]["id"])["node"]
    do(acme, "ConfirmOrders", amendments=[waits["amendment"]["id"]])
    after = northwind.eligible(order=order["number"])

    assert waits["amendment"]["standing"] == "PROPOSED"
    assert node is None
    assert (before["quantityReturnable"], after["quantityReturnable"]) == (2, 1)
    assert (before["answer"], after["answer"]) == ("ASK", "ACCEPT")
    (seen,) = acme.ask("HistoryOfOrder", number=order["number"])["orders"]["nodes"]
    assert [(each["event"], each["what"], each["new"]) for each in seen["history"]][-2:] == [
        ("AMENDED", "delivered", "2025-05-10"),
        ("AMENDED", "line 1: cancelled", 1),
    ]
    proposed = [each["new"] for each in seen["history"] if each["event"].startswith("AMENDMENT_")]
    assert proposed == [waits["amendment"]["id"]] * 2


def test_an_update_happens_once_for_its_key(northwind: Caller, acme: Caller) -> None:
    order = added(northwind)
    said = {"order": order["id"], "idempotencyKey": key(), "reason": "none left"}
    said["lines"] = [{"line": "1", "cancel": 1}]

    first = acme.ask("UpdateOrder", input=said)["updateOrder"]
    again = acme.ask("UpdateOrder", input=said)["updateOrder"]

    assert first == again
    (seen,) = acme.ask("FindOrder", number=order["number"])["orders"]["nodes"]
    assert seen["lines"][0]["quantityCancelled"] == 1


def test_a_day_is_said_once(northwind: Caller, acme: Caller) -> None:
    twice = [{"name": "delivered", "on": f"2025-05-{day}"} for day in (10, 11)]
    order = added(northwind)

    for result, path in (
        (do(acme, "UpdateOrder", order=order["id"], dates=twice), "input.dates"),
        (do(acme, "UpdateOrder", order=order["id"], lines=[{"line": "1", "dates": twice}]), None),
        (do(northwind, "AddOrders", orders=[ORDER | {"dates": twice}]), None),
    ):
        assert result["code"] == "sent_twice", result
        assert path in (None, result["path"])


def test_a_key_that_was_used_is_named_where_it_was_sent(northwind: Caller) -> None:
    order = added(northwind)
    said = {"order": order["id"], "idempotencyKey": key(), "country": "US"}
    northwind.ask("UpdateOrder", input=said)

    result = northwind.ask("UpdateOrder", input={**said, "country": "DE"})["updateOrder"]

    assert (result["code"], result["path"]) == ("idempotency_key_reused", "input.idempotencyKey")


def test_only_its_supplier_says_what_a_retailer_may_tell(served: Served) -> None:
    (joined,) = served.callers["northwind"].ask("WhoAmI")["me"]["partnerships"]
    said = {"partnership": joined["id"], "may": ["ORDERS"]}

    answer = served.callers["globex"].ask("SetRetailerMayTell", input=said)
    retailer = served.callers["northwind"].answer("SetRetailerMayTell", input=said)

    assert answer["setRetailerMayTell"]["code"] == "not_found"
    assert refused(retailer) == "not_allowed"


@pytest.mark.parametrize("by", ["northwind", "northwind support", "globex", "globex support"])
def test_nobody_else_confirms_an_order(silent: Served, northwind: Caller, by: str) -> None:
    order = added(northwind)
    said = {"orders": [order["id"]], "idempotencyKey": key()}

    answer = silent.callers[by].answer("ConfirmOrders", input=said)

    code = (
        answer["errors"][0]["extensions"]["code"]
        if "errors" in answer
        else answer["data"]["confirmOrders"]["code"]
    )
    assert code in ("not_allowed", "not_found")
    (seen,) = northwind.ask("FindOrder", number=order["number"])["orders"]["nodes"]
    assert seen["standing"] == "PROPOSED"
