"""What is said of a delivery without lines, or of units that name too little or too much."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order

_NUMBERS = count()


def sent(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation."""
    field = operation[0].lower() + operation[1:]
    asked = {"idempotencyKey": f"receiving {next(_NUMBERS)}", **said}
    result: dict[str, Any] = caller.ask(operation, input=asked)[field]
    return result


@pytest.fixture
def made(served: Served, northwind: Caller) -> dict[str, Any]:
    """An approved return of two lamps."""
    number = f"RC-{next(_NUMBERS)}"
    store = served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order(number, "acme", "northwind")])
    line = {"order": number, "line": "1", "quantity": 2, "reason": "change_of_mind"}
    found: dict[str, Any] = sent(northwind, "RequestReturn", lines=[line])["returns"][0]
    return found


def test_that_nothing_more_comes_is_said_without_lines(acme: Caller, made: dict[str, Any]) -> None:
    back = {"return": made["id"]}
    sent(acme, "ReceiveReturn", **back, lines=[{"line": made["lines"][0]["id"], "units": 1}])

    result = sent(acme, "ReceiveReturn", **back, complete=True)

    assert result["return"]["state"] == "RECEIVED"


def test_a_return_of_which_nothing_came_is_closed(acme: Caller, made: dict[str, Any]) -> None:
    problem = sent(acme, "ReceiveReturn", **{"return": made["id"]}, complete=True)

    assert problem["code"] == "nothing_arrived"
    assert "`closeReturn`" in problem["message"]


def test_a_delivery_without_units_is_none(acme: Caller, made: dict[str, Any]) -> None:
    problem = sent(acme, "ReceiveReturn", **{"return": made["id"]})

    assert (problem["code"], problem["path"]) == ("nothing_arrived", "input.lines")
    assert "`complete`" in problem["message"]


def test_more_than_was_announced_is_told_how_to_count_the_rest(
    acme: Caller, made: dict[str, Any]
) -> None:
    lines = [{"line": made["lines"][0]["id"], "units": 3}]

    problem = sent(acme, "ReceiveReturn", **{"return": made["id"]}, lines=lines)

    assert problem["code"] == "more_than_announced"
    assert "`sku`" in problem["message"]


def test_a_word_at_the_receipt_is_told_that_it_names_an_inspection(
    acme: Caller, made: dict[str, Any]
) -> None:
    back, line = {"return": made["id"]}, made["lines"][0]["id"]
    sent(acme, "ReceiveReturn", **back, lines=[{"line": line, "units": 2}])
    looked = {"line": line, "units": 2, "disposition": "SCRAP"}
    result = sent(acme, "InspectReturn", **back, lines=[looked])
    assert result["return"]["state"] == "INSPECTED"

    word = {"line": line, "accept": True, "amount": 1}
    problem = sent(acme, "OverrideReturn", **back, why="so", lines=[word])

    assert (problem["code"], problem["path"]) == ("not_found", "input.lines[0].line")
    assert "`inspections`" in problem["message"]


@pytest.mark.parametrize("named", [{}, {"sku": "LAMP-1", "line": True}])
def test_units_name_either_a_line_or_a_sku(
    acme: Caller, made: dict[str, Any], named: dict[str, Any]
) -> None:
    each = {"units": 1, **named, **({"line": made["lines"][0]["id"]} if named else {})}

    problem = sent(acme, "ReceiveReturn", **{"return": made["id"]}, lines=[each])

    assert (problem["code"], problem["path"]) == ("missing", "input.lines[0]")
    assert "`line` or the `sku`" in problem["message"]
