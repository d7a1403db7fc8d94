"""What changed since a form was shown, in another tab say, is shown before anything is done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.dashboard import making
from tests.dashboard.test_orders_pages import paid
from tests.dashboard.world import RETAILER, SUPPLIER, World

SETTLED = "query($o: ID!) { settlements(order: $o) { nodes { amount { amount } } } }"
RETURNS = "query($o: ID!) { returns(filter: {order: $o}) { nodes { state } } }"
UPDATE = """mutation($input: UpdateOrderInput!) { done: updateOrder(input: $input) {
  __typename ... on Problem { message } } }"""
SHIP = """mutation($input: ShipReturnInput!) { done: shipReturn(input: $input) {
  __typename ... on Problem { message } } }"""
UNITS = """query($n: String!) { found: returnByNumber(number: $n) {
  lines { received } inspections { units } } }"""
MEANWHILE = "The refund has changed since it was shown"
CHANGED = "Look again: something else holds now than was shown"


def refunds(world: World, order: str) -> list[str]:
    found = making.asked(world, SUPPLIER, SETTLED, o=order)["settlements"]["nodes"]
    return [each["amount"]["amount"] for each in found]


def done(world: World, mutation: str, **said: Any) -> None:
    said["idempotencyKey"] = making.new_key()
    assert "message" not in making.asked(world, SUPPLIER, mutation, input=said)["done"]


def test_a_refund_of_a_second_tab_is_told_of_the_first_and_may_be_meant(busy: World) -> None:
    order, person = paid(busy), busy.person(SUPPLIER)
    page, typed = f"/orders/{order}/refund", {"amount": "50", "why": "late"}
    tabs = [
        {**making.hidden(person.get(page, params={"amount": "50"}).text, page), **typed}
        for _ in range(2)
    ]
    making.flashed(person.post(page, data=tabs[0]))

    second = person.post(page, data=tabs[1])
    assert making.refused(second).startswith(MEANWHILE)
    assert "<dt>Already refunded</dt><dd>USD 50.00</dd>" in second.text
    assert refunds(busy, order) == ["50.00"]

    making.flashed(person.post(page, data=tabs[0]))  # the first tab sends its own again
    assert refunds(busy, order) == ["50.00"]
    making.flashed(person.post(page, data={**making.hidden(second.text, page), **typed}))
    assert refunds(busy, order) == ["50.00", "50.00"]


def test_a_return_is_opened_on_the_terms_that_were_shown(busy: World) -> None:
    today = busy.parts.now().date()
    ago = {days: (today - timedelta(days)).isoformat() for days in (400, 390, 10)}
    dates = [{"name": "ordered", "on": ago[400]}, {"name": "delivered", "on": ago[10]}]
    order, person = str(making.order(busy, dates=dates)["id"]), busy.person(RETAILER)
    page = f"/orders/{order}/return"
    typed = {"units-1": "1", "line-1-reason": "change_of_mind", "line-1-condition": "new_unused"}
    form = {**making.hidden(person.get(page, params=typed).text, page), **typed}
    earlier = [{"name": "delivered", "on": ago[390]}]
    done(busy, UPDATE, order=order, dates=earlier, reason="mistyped")

    changed = person.post(page, data=form)

    assert making.refused(changed).startswith("The form or its result has changed")
    assert making.asked(busy, SUPPLIER, RETURNS, o=order)["returns"]["nodes"] == []
    making.flashed(person.post(page, data={**making.hidden(changed.text, page), **typed}))
    (made,) = making.asked(busy, SUPPLIER, RETURNS, o=order)["returns"]["nodes"]
    assert made["state"] == "REFUSED"


def test_a_step_is_taken_from_where_the_return_stood_when_it_was_asked(busy: World) -> None:
    made, person = making.return_(busy), busy.person(SUPPLIER)
    page = f"/returns/{made['number']}/steps/close"
    form = {**making.hidden(person.get(page).text, page), "why": "nothing comes"}
    done(busy, SHIP, **{"return": made["id"]}, carrier="UPS", tracking="1Z 9")

    changed = person.post(page, data=form)

    assert making.refused(changed).startswith(CHANGED)
    assert making.state(busy, made["number"]) == "IN_TRANSIT"
    again = {**making.hidden(changed.text, page), "why": "nothing comes"}
    for _ in range(2):  # sent twice, and done once
        making.flashed(person.post(page, data=again))
    assert making.state(busy, made["number"]) == "CLOSED"


def received(world: World, number: str) -> list[int]:
    found = making.asked(world, SUPPLIER, UNITS, n=number)["found"]
    return [each["received"] for each in found["lines"]]


def inspected(world: World, number: str) -> list[int]:
    found = making.asked(world, SUPPLIER, UNITS, n=number)["found"]
    return [each["units"] for each in found["inspections"]]


@pytest.mark.parametrize("typed", [{"line-1": "1"}, {"all": "yes"}])
def test_units_are_received_as_they_were_expected_on_the_page(
    busy: World, typed: dict[str, str]
) -> None:
    number, person = making.return_(busy)["number"], busy.person(SUPPLIER)
    page, form = f"/dock/{number}", f"/dock/{number}/receive"
    tabs = [{**making.hidden(person.get(page).text, form), **typed} for _ in range(2)]
    for _ in range(2):  # sent twice, and done once
        making.flashed(person.post(form, data=tabs[0]))
    before = received(busy, number)

    second = person.post(form, data=tabs[1])

    assert making.refused(second).startswith(CHANGED)
    assert received(busy, number) == before == [1 if "line-1" in typed else 2]


@pytest.mark.parametrize("units", ["1", "2"])
def test_units_are_inspected_as_they_waited_on_the_page(busy: World, units: str) -> None:
    number, person = making.return_(busy)["number"], busy.person(SUPPLIER)
    page, form = f"/dock/{number}", f"/dock/{number}/inspect"
    making.flashed(making.sent(person, page, f"{page}/receive", all="yes"))
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(page).text)
    tabs = []
    for disposition in ("RESTOCK", "SCRAP"):
        typed = {f"{name}-units": units, f"{name}-disposition": disposition}
        asks = person.post(form, data={**making.hidden(person.get(page).text, form), **typed})
        tabs.append({**making.hidden(asks.text, form), **typed})
    for _ in range(2):  # sent twice, and done once
        making.flashed(person.post(form, data=tabs[0]))

    second = person.post(form, data=tabs[1])

    assert making.refused(second).startswith(CHANGED)
    assert inspected(busy, number) == [int(units)]
    if units == "1":  # the other unit is still there
        making.flashed(person.post(form, data={**tabs[1], **making.hidden(second.text, form)}))
        assert inspected(busy, number) == [1, 1]
