"""What changed since a form was shown, in another tab say, is shown before anything is done."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from dashboard import doing
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
GIVEN = """query($n: String!) { found: returnByNumber(number: $n) {
  lines { outcome { amount { amount } } } } }"""
DECIDED = "This decision was already recorded."
MEANWHILE = "The refund has changed since it was shown"
CHANGED = "This has changed since it was shown, or you edited it"
AT_ONCE = "This has changed since it was shown. Read it again, then decide."


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


def test_a_form_that_was_sent_says_so_when_it_is_sent_with_other_values(busy: World) -> None:
    made, person = making.return_(busy), busy.person(SUPPLIER)
    page = f"/returns/{made['number']}/steps/ship"
    form = {**making.hidden(person.get(page).text, page), "carrier": "UPS"}
    making.flashed(person.post(page, data={**form, "tracking": "1Z 10"}))

    back = person.post(page, data={**form, "tracking": "1Z 11"})  # by the browser's "Back"

    assert making.refused(back).startswith("This was sent before with other values, and done then")
    again = {**making.hidden(back.text, page), "carrier": "UPS", "tracking": "1Z 11"}
    making.flashed(person.post(page, data=again))
    shipped = person.get(f"/returns/{made['number']}").text
    assert "1Z 10" in shipped
    assert "1Z 11" in shipped


@pytest.mark.parametrize("step", ["reopen", "close", "cancel"])
def test_a_second_tab_offers_no_step_that_the_first_one_took(busy: World, step: str) -> None:
    days = {"reopen": 60}.get(step, 5)
    number, person = making.return_(busy, days=days)["number"], busy.person(SUPPLIER)
    page, button = f"/returns/{number}/steps/{step}", '<button class="button'
    tabs = [{**making.hidden(person.get(page).text, page), "why": "so"} for _ in range(2)]
    assert button in person.get(page).text
    making.flashed(person.post(page, data=tabs[0]))

    second = person.post(page, data=tabs[1])

    for each in (second.text, person.get(page).text):
        assert button not in each.partition("<main")[2]
        assert "This is not possible now: the status of the return is" in each
    assert second.status_code == 422


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


def reviewed(world: World) -> str:
    """The number of a return that waits for a person."""
    number = making.return_(world, units=2, days=400)["number"]
    page = f"/returns/{number}/steps/reopen"
    making.flashed(making.sent(world.person(SUPPLIER), page, why="so"))
    return str(number)


def confirmed(world: World, number: str, amount: str) -> dict[str, str]:
    """The form that confirms a decision."""
    page, person = f"/returns/{number}/word", world.person(SUPPLIER)
    typed = {"word-1": "accept", "remedy-1": "ACCOUNT_CREDIT", "amount-1": amount, "why": "so"}
    typed["location-1"] = "supplier_warehouse"
    asks = person.post(page, data={**making.hidden(person.get(page).text, page), **typed})
    return {**making.hidden(asks.text, page), **typed, "sure": "1"}


def given(world: World, number: str) -> str | None:
    (line,) = making.asked(world, SUPPLIER, GIVEN, n=number)["found"]["lines"]
    return line["outcome"]["amount"] and str(line["outcome"]["amount"]["amount"])


def test_a_decision_is_recorded_already_only_if_it_is_the_same(busy: World) -> None:
    number, person = reviewed(busy), busy.person(SUPPLIER)
    page, form = f"/returns/{number}/word", confirmed(busy, number, "10")
    assert making.flashed(person.post(page, data=form))[1] != DECIDED
    assert making.flashed(person.post(page, data=form)) == ("good", DECIDED)

    other = person.post(page, data={**form, "amount-1": "30"})

    assert other.status_code == 422
    assert "This return cannot be decided now." in other.text
    assert given(busy, number) == "10.00"


def test_a_key_of_another_return_records_no_decision(busy: World) -> None:
    first, second = reviewed(busy), reviewed(busy)
    form, person = confirmed(busy, first, "10"), busy.person(SUPPLIER)
    making.flashed(person.post(f"/returns/{first}/word", data=form))
    before = given(busy, second)

    assert making.refused(person.post(f"/returns/{second}/word", data=form))
    assert given(busy, second) == before


def test_what_was_shown_of_one_return_takes_no_step_of_another(busy: World) -> None:
    first, second = (making.return_(busy)["number"] for _ in range(2))
    person, form = busy.person(SUPPLIER), "/returns/{}/steps/close"
    own = making.hidden(person.get(form.format(first)).text, form.format(first))

    other = person.post(form.format(second), data={**own, "why": "nothing comes"})

    assert making.refused(other).startswith(CHANGED)
    assert making.state(busy, second) == "APPROVED"


def test_credit_is_used_by_what_is_available_now_whatever_month_is_named(busy: World) -> None:
    partnership, person = busy.ids["acme-supply"]["partnership"], busy.person(SUPPLIER)
    page = f"/payments/credit/{partnership}/USD/use"

    now, past = (person.get(page, params=each).text for each in ({}, {"month": "2020-01"}))

    available = r"Available: ([^<]+)\."
    assert re.findall(available, now) == re.findall(available, past)
    assert making.hidden(now, page)["seen"] == making.hidden(past, page)["seen"]
    (line,) = re.findall(available, now)
    assert line != "USD 0.00"


def test_a_parcel_is_inspected_as_it_waited_on_the_page(busy: World) -> None:
    person, form = busy.person(SUPPLIER), "/dock/parcels/inspect"
    parcel = {"note": "no label", "location": "supplier_warehouse", "sku-1": "TENT-2P"}
    making.flashed(making.sent(person, "/dock/parcels", **parcel, **{"units-1": "2"}))
    typed = {"units": "1", "disposition": "RESTOCK"}
    tabs = [{**making.hidden(person.get("/dock/parcels").text, form), **typed} for _ in range(2)]
    for _ in range(2):  # sent twice, and done once
        making.flashed(person.post(form, data=tabs[0]))

    assert making.refused(person.post(form, data=tabs[1])).startswith(CHANGED)


def test_a_parcel_is_tied_as_it_was_shown(busy: World) -> None:
    person, form = busy.person(SUPPLIER), "/dock/parcels/tie"
    number = making.return_(busy, units=2)["number"]
    parcel = {"note": "no label", "location": "supplier_warehouse", "sku-1": "TENT-2P"}
    making.flashed(making.sent(person, "/dock/parcels", **parcel, **{"units-1": "2"}))
    text = person.get("/dock/parcels").text
    tie = {**making.hidden(text, form), "number": number}
    look = making.hidden(text, "/dock/parcels/inspect")
    look |= {"units": "1", "disposition": "RESTOCK"}
    making.flashed(person.post("/dock/parcels/inspect", data=look))

    assert making.refused(person.post(form, data=tie)).startswith(CHANGED)
    assert making.state(busy, number) == "APPROVED"
    tie = {**making.hidden(person.get("/dock/parcels").text, form), "number": number}
    for _ in range(2):  # sent twice, and done once
        making.flashed(person.post(form, data=tie))


def at_once(
    monkeypatch: pytest.MonkeyPatch, person: TestClient, forms: list[tuple[str, dict[str, str]]]
) -> list[Any]:
    """The answers to forms that are all compared with what holds before one of them acts."""
    compared, do = threading.Barrier(len(forms), timeout=20), doing.do

    async def late(request: Request, operation: str, /, **said: Any) -> dict[str, Any]:
        if not operation.endswith("Preview"):
            with suppress(threading.BrokenBarrierError):
                compared.wait()
        return await do(request, operation, **said)

    with monkeypatch.context() as patched, ThreadPoolExecutor(len(forms)) as pool:
        patched.setattr(doing, "do", late)
        sent = [pool.submit(person.post, page, data=data) for page, data in forms]
        return [each.result() for each in sent]


def refunding(world: World) -> tuple[str, list[dict[str, str]]]:
    page, typed = f"/orders/{paid(world)}/refund", {"amount": "50", "why": "late"}
    text = [world.person(SUPPLIER).get(page, params={"amount": "50"}).text for _ in range(2)]
    return page, [{**making.hidden(each, page), **typed} for each in text]


def receiving(world: World) -> tuple[str, list[dict[str, str]]]:
    number, person = making.return_(world)["number"], world.person(SUPPLIER)
    page, form = f"/dock/{number}", f"/dock/{number}/receive"
    text = [person.get(page).text for _ in range(2)]
    return form, [{**making.hidden(each, form), "line-1": "1"} for each in text]


def shipping(world: World) -> tuple[str, list[dict[str, str]]]:
    page = f"/returns/{making.return_(world)['number']}/steps/ship"
    text = [world.person(SUPPLIER).get(page).text for _ in range(2)]
    typed = {"carrier": "UPS", "tracking": "1Z 9"}
    return page, [{**making.hidden(each, page), **typed} for each in text]


def using_credit(world: World) -> tuple[str, list[dict[str, str]]]:
    page = f"/payments/credit/{world.ids['acme-supply']['partnership']}/USD/use"
    text = [world.person(SUPPLIER).get(page).text for _ in range(2)]
    typed = {"amount": "0.01", "invoice": "INV-1"}
    return page, [{**making.hidden(each, page), **typed} for each in text]


@pytest.mark.parametrize("shown", [refunding, receiving, shipping, using_credit])
def test_two_tabs_that_are_sent_at_once_act_once(
    busy: World,
    monkeypatch: pytest.MonkeyPatch,
    shown: Callable[[World], tuple[str, list[dict[str, str]]]],
) -> None:
    page, tabs = shown(busy)

    answers = at_once(monkeypatch, busy.person(SUPPLIER), [(page, each) for each in tabs])

    assert sorted(each.status_code for each in answers) == [303, 422]
    (told,) = [making.refused(each) for each in answers if each.status_code == 422]
    assert told.startswith((AT_ONCE, MEANWHILE))


def test_one_form_that_is_sent_twice_at_once_acts_once_and_is_answered_twice(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, (form, _) = receiving(busy)

    answers = at_once(monkeypatch, busy.person(SUPPLIER), [(page, form), (page, form)])

    assert [each.status_code for each in answers] == [303, 303]
    assert received(busy, page.split("/")[2]) == [1]
