"""What a supplier says of goods that came is seen by its retailer, with the reason."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from returns_api.types.ids import NodeKind, key_of
from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order

_NUMBERS = count()
JOURNAL = "query ($after: Int!) { journal(after: $after, first: 500) { number kind body } }"


def sent(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation."""
    field = operation[0].lower() + operation[1:]
    asked = {"idempotencyKey": f"said why {next(_NUMBERS)}", **said}
    result: dict[str, Any] = caller.ask(operation, input=asked)[field]
    return result


@pytest.fixture
def made(served: Served, northwind: Caller) -> dict[str, Any]:
    """An approved return of two lamps."""
    number = f"W-{next(_NUMBERS)}"
    store = served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order(number, "acme", "northwind")])
    line = {"order": number, "line": "1", "quantity": 2, "reason": "change_of_mind"}
    found: dict[str, Any] = sent(northwind, "RequestReturn", lines=[line])["returns"][0]
    return found


def story(caller: Caller, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.ask("ReturnStory", number=made["number"])["returnByNumber"]
    return found


def receive(acme: Caller, made: dict[str, Any], units: int = 2) -> dict[str, Any]:
    lines = [{"line": made["lines"][0]["id"], "units": units}]
    return sent(acme, "ReceiveReturn", **{"return": made["id"]}, lines=lines)


def inspect(acme: Caller, made: dict[str, Any], units: int = 2) -> dict[str, Any]:
    looked = {"line": made["lines"][0]["id"], "units": units, "disposition": "SCRAP"}
    return sent(acme, "InspectReturn", **{"return": made["id"]}, lines=[looked])


def test_what_was_found_of_a_parcel_is_heard_when_it_is_tied(
    acme: Caller, northwind: Caller, made: dict[str, Any]
) -> None:
    lines = [{"sku": "LAMP-1", "units": 1}]
    parcel = sent(acme, "ReceiveParcel", location="main", lines=lines)["parcel"]
    looked = {"arrival": parcel["arrivals"][0]["id"], "units": 1, "disposition": "SCRAP"}
    sent(acme, "InspectParcel", parcel=parcel["id"], lines=[looked])
    before = northwind.ask(JOURNAL, after=0)["journal"][-1]["number"]

    sent(acme, "TieParcel", parcel=parcel["id"], **{"return": made["id"]})

    heard = northwind.ask(JOURNAL, after=before)["journal"]
    found = [each["body"]["lines"] for each in heard if each["kind"] == "RETURN_FINDINGS"]
    line = key_of(made["lines"][0]["id"], NodeKind.RETURN_LINE)
    assert found == [[{"line": line, "units": 1, "disposition": "scrap"}]]


def test_each_word_at_the_receipt_is_a_step_with_its_reason(
    acme: Caller, northwind: Caller, made: dict[str, Any]
) -> None:
    receive(acme, made)
    inspect(acme, made)
    inspection = story(acme, made)["inspections"][0]["id"]
    for why, word in (("A scratch.", {"accept": True, "amount": 100}), ("Ours.", {"accept": True})):
        lines = [{"line": inspection, **word}]
        sent(acme, "OverrideReturn", **{"return": made["id"]}, why=why, lines=lines)
    undone = {"return": made["id"], "inspection": inspection, "why": "Another one."}
    sent(acme, "UndoInspection", **undone)

    seen = story(northwind, made)["history"]

    said = [(each["step"], each["before"], each["after"], each["why"]) for each in seen[-3:]]
    assert said == [
        ("JUDGE", "INSPECTED", "INSPECTED", "A scratch."),
        ("JUDGE", "INSPECTED", "INSPECTED", "Ours."),
        ("CORRECT", "INSPECTED", "RECEIVED", "Another one."),
    ]


def test_nobody_cancels_a_return_whose_goods_came(
    acme: Caller, northwind: Caller, made: dict[str, Any]
) -> None:
    receive(acme, made)
    inspect(acme, made)
    back = {"return": made["id"], "why": "so"}
    sent(acme, "CloseReturn", **back)
    again = sent(acme, "ReopenReturn", **back)["return"]

    problems = [sent(caller, "CancelReturn", **back) for caller in (northwind, acme)]

    assert {each["code"] for each in problems} == {"goods_came"}
    assert "2" in problems[0]["message"]
    assert "CANCEL" not in again["nextSteps"]
    assert "CANCEL" not in story(northwind, made)["nextSteps"]


def test_goods_that_came_are_looked_at_before_a_return_is_closed(
    acme: Caller, made: dict[str, Any]
) -> None:
    receive(acme, made, 1)
    back = {"return": made["id"], "why": "No more comes."}

    problem = sent(acme, "CloseReturn", **back)

    assert (problem["code"], problem["path"]) == ("not_inspected", "input.return")
    assert "CLOSE" not in story(acme, made)["nextSteps"]
    inspect(acme, made, 1)
    assert "CLOSE" in story(acme, made)["nextSteps"]
    assert sent(acme, "CloseReturn", **back)["return"]["state"] == "CLOSED"
