"""The list of orders, one order, opening a return of it, proposals, and refunds."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.address import Address
from dashboard.orders.views import arguments
from services.workers.dating import Dater
from tests.dashboard import making
from tests.dashboard.world import RETAILER, STRANGER, SUPPLIER, World

ROOT = Path(__file__).parents[2]
RETURNS = """query($o: ID!) { returns(filter: {order: $o}) {
  nodes { number state lines { quantity outcome { answer } } } } }"""
SETTLED = """query($o: ID!) { settlements(order: $o) { nodes { state amount { amount } } } }"""
PAY = """mutation($input: AddPaymentInput!) { done: addPayment(input: $input) {
  __typename ... on Problem { message } } }"""
NODE = "query($o: ID!) { node(id: $o) { ... on Order { standing } } }"
TELL = """mutation($input: SetRetailerMayTellInput!) { done: setRetailerMayTell(input: $input) {
  __typename ... on Problem { message } } }"""


def numbers(text: str) -> list[str]:
    return re.findall(r'<a class="mono" href="/orders/[^"]+"><span class="unbroken">([^<]+)<', text)


def returned(world: World, order: str) -> list[Any]:
    return list(making.asked(world, SUPPLIER, RETURNS, o=order)["returns"]["nodes"])


def paid(world: World, cents: int = 20000, **more: Any) -> str:
    """The id of an order with a payment to its supplier."""
    order = str(making.order(world)["id"])
    said = {"order": order, "payment": {"amount": cents}, "idempotencyKey": making.new_key()}
    done = making.asked(world, SUPPLIER, PAY, input={**said, **more})["done"]
    assert done["__typename"] == "PaymentAdded", done
    return order


# --- the list, and one of them --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("search={number}", True),
        ("search={number}&standing=CONFIRMED", True),
        ("search={number}&standing=PROPOSED", False),
        ("search={number}&partner=northwind", False),
        ("search={number}&sku=TENT-2P", True),
        ("search={number}&to=2020-01-01", False),
        ("search={number}&from=nonsense&sort=NONSENSE&standing=NONSENSE", True),
    ],
)
def test_a_filter_in_the_address_narrows_the_list(busy: World, query: str, there: bool) -> None:
    number = making.order(busy)["number"]

    text = busy.person(SUPPLIER).get(f"/orders?{query.format(number=number)}").text

    assert numbers(text) == ([number] if there else [])
    assert there or "No orders match." in text


def test_orders_that_are_about_to_leave_their_window_are_a_click_away(busy: World) -> None:
    late, early = (making.order(busy, days=days)["number"] for days in (28, 5))
    dater, person = Dater(busy.parts.store, busy.parts.library), busy.person(SUPPLIER)
    while dater.work():
        pass
    (link,) = re.findall(r'href="([^"]+)">Return windows closing soon', person.get("/orders").text)

    found = numbers(person.get(link.replace("&amp;", "&")).text)

    today = busy.parts.now().date()
    assert f"last_to={today + timedelta(days=7)}" in link
    assert late in found
    assert early not in found


def test_the_address_holds_the_place_in_the_list() -> None:
    address = Address("/orders", {"sku": "LAMP", "last_to": "2026-01-31", "before": "one"})

    assert arguments(address)["filter"] == {"sku": "LAMP", "lastDayTo": "2026-01-31"}
    assert arguments(address)["before"] == "one"


def test_an_order_shows_its_lines_its_returns_and_what_happened(busy: World) -> None:
    number = making.return_(busy)["number"]
    (order,) = re.findall(
        r'href="(/orders/[^"]+)"', busy.person(SUPPLIER).get(f"/returns/{number}").text
    )

    text = busy.person(SUPPLIER).get(order).text

    assert "TENT-2P" in text
    assert f'href="/returns/{number}"' in text
    assert "Added" in text
    assert "Open a return" not in text  # all of it comes back already
    days = [text.index(f"{name} ") for name in ("· shipped", "· delivered")]
    assert days == sorted(days)


# --- a return of it -------------------------------------------------------------------------------


def test_a_return_is_opened_after_its_terms_were_seen(busy: World) -> None:
    order, person = making.order(busy)["id"], busy.person(RETAILER)
    page = f"/orders/{order}/return"
    said = {"units-1": "2", "line-1-reason": "change_of_mind", "line-1-condition": "new_unused"}

    seen = person.get(page, params=said).text
    assert "The return is accepted." in seen
    assert "Account credit USD 200.00" in seen
    assert (busy.parts.now().date() + timedelta(days=20)).strftime("%b %Y") in seen
    assert returned(busy, order) == []
    done = person.post(page, data={**making.hidden(seen, page), **said})

    assert "approved" in making.flashed(done)[1]
    (made,) = returned(busy, order)
    assert (made["state"], made["lines"][0]["quantity"]) == ("APPROVED", 2)


def test_the_reasons_that_a_policy_names_are_offered_first_as_it_has_them(busy: World) -> None:
    order = making.order(busy, sku="LAMP-GLASS", partner="hearth-home")["id"]

    text = busy.person(RETAILER).get(f"/orders/{order}/return").text

    select = text.partition('name="line-1-reason"')[2].partition("</select>")[0]
    offered = re.findall('value="([a-z_]+)"', select)
    terms = (ROOT / "takeback/demo/home_goods.yaml").read_text().partition("\ntests:")[0]
    named = sorted((each for each in offered if each in terms), key=terms.index)
    assert len(named) > 2
    assert offered[: len(named)] == named


def test_a_late_return_is_seen_to_be_refused_before_it_is_asked_for(busy: World) -> None:
    order = making.order(busy, days=60)["id"]
    said = {"units-1": "1", "line-1-reason": "change_of_mind"}

    text = busy.person(RETAILER).get(f"/orders/{order}/return", params=said).text

    assert "requested came later" in text


def test_what_cannot_be_meant_is_said_and_nothing_is_opened(busy: World) -> None:
    order, person = making.order(busy)["id"], busy.person(RETAILER)
    page = f"/orders/{order}/return"
    form = making.hidden(person.get(page).text, page)

    for units, wrong in (("", "Enter the number of units"), ("9", "cannot come back")):
        answer = person.post(page, data={**form, "units-1": units})
        assert answer.status_code == 422
        assert wrong in answer.text
    assert returned(busy, order) == []


def test_goods_that_nobody_bought_have_terms_too(busy: World) -> None:
    said = {"partner": "acme-supply", "sku": "TENT-2P", "price": "49.50", "country": "US"}

    text = busy.person(RETAILER).get("/orders/prospects", params={**said, "reason": "defective"})

    assert "Account credit USD 49.50" in text.text


# --- proposals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "standing"), [("confirm", "CONFIRMED"), ("decline", "DECLINED")])
def test_a_proposed_order_is_confirmed_or_declined(busy: World, word: str, standing: str) -> None:
    order = proposed(busy)
    person = busy.person(SUPPLIER)

    assert f'value="{order}"' in person.get("/orders/proposals").text
    making.flashed(
        making.sent(person, "/orders/proposals", order=order, word=word, reason="not ours")
    )

    found = making.asked(busy, SUPPLIER, NODE, o=order)["node"]
    assert found["standing"] == standing
    assert f'value="{order}"' not in person.get("/orders/proposals").text


def proposed(world: World) -> str:
    """An order of a retailer who may not say by itself that it holds, so that it waits."""
    partnerships = "{ me { partnerships { id retailer { handle } } } }"
    found = making.asked(world, SUPPLIER, partnerships)["me"]["partnerships"]
    (own,) = [each["id"] for each in found if each["retailer"]["handle"] == "southgate"]
    for words in ([], ["ORDERS", "DELIVERED"]):
        if words:
            made = str(making.order(world)["id"])
        said = {"partnership": own, "may": words}
        done = making.asked(world, SUPPLIER, TELL, input=said)["done"]
        assert done["__typename"] == "RetailerMayTellSet", done
    return made


# --- refunds --------------------------------------------------------------------------------------


def test_a_part_of_an_order_is_refunded_less_a_fee_once_it_was_seen(busy: World) -> None:
    order, person = paid(busy), busy.person(SUPPLIER)
    page = f"/orders/{order}/refund"
    typed = {"amount": "50", "keep": "5"}

    seen = person.get(page, params=typed).text
    assert "USD 155.00 is left after it" in seen
    form = {**making.hidden(seen, page), **typed, "why": "late"}
    making.flashed(person.post(page, data=form))
    making.flashed(person.post(page, data=form))  # sent twice, and done once

    (made,) = making.asked(busy, SUPPLIER, SETTLED, o=order)["settlements"]["nodes"]
    assert made["amount"]["amount"] == "45.00"
    assert "USD 45.00</b> refunded or credited" in person.get(f"/orders/{order}").text


def test_units_of_a_line_are_refunded_at_their_price_and_the_order_tells_of_it(
    busy: World,
) -> None:
    order, person = paid(busy), busy.person(SUPPLIER)
    page = f"/orders/{order}/refund"
    both = person.get(page, params={"units-1": "1", "amount": "5"}).text
    assert "Enter an amount or units of lines, not both." in both

    seen = person.get(page, params={"units-1": "1"}).text
    assert "Refund USD 100.00" in seen
    form = {**making.hidden(seen, page), "units-1": "1", "why": "one was broken"}
    making.flashed(person.post(page, data=form))

    text = person.get(f"/orders/{order}").text
    story = text[text.index('id="history"') :]
    assert "Manual payment of USD 100.00" in story
    assert "one was broken" in story


def test_what_was_not_seen_is_not_refunded(busy: World) -> None:
    order, person = paid(busy), busy.person(SUPPLIER)
    page = f"/orders/{order}/refund"
    form = making.hidden(person.get(page, params={"amount": "50"}).text, page)

    answer = person.post(page, data={**form, "amount": "500", "why": "typo"})
    assert answer.status_code == 422
    answer = person.post(page, data={**form, "amount": "60", "why": "changed meanwhile"})

    assert answer.status_code == 422
    assert "The refund has changed" in answer.text
    assert making.asked(busy, SUPPLIER, SETTLED, o=order)["settlements"]["nodes"] == []


@pytest.mark.parametrize("typed", [{"keep": "5", "amount": "55"}, {"amount": "50", "keep": "0.01"}])
def test_what_is_typed_after_it_was_seen_is_seen_first(busy: World, typed: dict[str, str]) -> None:
    order, person = paid(busy), busy.person(SUPPLIER)
    page = f"/orders/{order}/refund"
    form = making.hidden(person.get(page, params={"amount": "50"}).text, page)

    answer = person.post(page, data={**form, **typed, "why": "typed"})

    assert "The refund has changed" in making.refused(answer)
    assert making.asked(busy, SUPPLIER, SETTLED, o=order)["settlements"]["nodes"] == []


def test_units_that_are_typed_after_it_was_seen_are_seen_first(busy: World) -> None:
    order, person = str(making.order(busy)["id"]), busy.person(RETAILER)
    page = f"/orders/{order}/return"
    typed = {"units-1": "1", "line-1-reason": "change_of_mind", "line-1-condition": "new_unused"}
    form = making.hidden(person.get(page, params=typed).text, page)

    answer = person.post(page, data={**form, **typed, "units-1": "2"})

    assert "The form or its result has changed" in making.refused(answer)
    assert "No returns yet." in person.get(f"/orders/{order}").text
    making.flashed(
        person.post(page, data={**making.hidden(answer.text, page), **typed, "units-1": "2"})
    )


def test_a_retailer_refunds_its_consumer(busy: World) -> None:
    order, person = str(making.order(busy)["id"]), busy.person(RETAILER)
    said = {"order": order, "payment": {"amount": 24000}, "idempotencyKey": making.new_key()}
    assert making.asked(busy, RETAILER, PAY, input=said)["done"]["__typename"] == "PaymentAdded"
    page = f"/orders/{order}/refund"

    seen = person.get(page).text
    assert "from the retailer to the consumer" in seen
    assert "USD 240.00 of USD 240.00" in seen
    making.flashed(person.post(page, data={**making.hidden(seen, page), "why": "sorry"}))

    assert making.asked(busy, SUPPLIER, SETTLED, o=order)["settlements"]["nodes"] == []
    assert len(making.asked(busy, RETAILER, SETTLED, o=order)["settlements"]["nodes"]) == 1


def test_an_order_of_others_is_neither_opened_nor_refunded(busy: World) -> None:
    order, person = paid(busy), busy.person(STRANGER)

    for page in ("", "/return", "/refund"):
        assert person.get(f"/orders/{order}{page}").status_code == 404
    assert person.post(f"/orders/{order}/refund", data={"why": "mine"}).status_code == 404


def test_a_return_is_opened_for_a_consumer_who_is_found_by_name_and_address(busy: World) -> None:
    order, person = str(making.order(busy)["id"]), busy.person(RETAILER)
    page, mail = f"/orders/{order}/return", f"{making.new_key()}@example.com".lower()
    typed = {"units-1": "1", "line-1-reason": "change_of_mind", "line-1-condition": "new_unused"}
    assert "Consumer name" not in person.get(page).text  # what is sent there is an address
    seen = person.get(page, params=typed).text
    assert 'formmethod="post" name="look"' in seen
    typed |= {"consumer-email": mail}
    form = {**making.hidden(seen, page), **typed}

    alone = person.post(page, data=form)
    form["consumer-name"] = "Zoë Quist"
    looked = person.post(page, data={**form, "look": "yes"})
    made = person.post(page, data={**form, **making.hidden(looked.text, page)})

    assert "Enter the consumer" in making.refused(alone)
    assert looked.status_code == 200
    assert 'value="Zoë Quist"' in looked.text
    number = re.findall("Return (R-[0-9A-Z]+) created", making.flashed(made)[1])[0]
    for said in (mail, "zoë quist"):
        answer = person.get("/search", params={"q": said})
        assert number in answer.text + answer.headers.get("location", "")
    seen = busy.person(SUPPLIER).get(page, params={"units-1": "1"}).text
    assert "Consumer name" not in seen
