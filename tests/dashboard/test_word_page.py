"""The page on which a person decides: it names its own fields, and offers places to choose from."""

from __future__ import annotations

import re

import pytest

from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, SUPPLIER, World


def test_what_the_policy_leaves_open_is_asked_for_in_words_of_the_page(busy: World) -> None:
    number = making.return_(busy, days=60)["number"]
    person, page = busy.person(SUPPLIER), f"/returns/{number}/word"
    making.flashed(making.sent(person, f"/returns/{number}/steps/reopen", why="kind"))

    form = person.get(page).text
    assert "Required to approve: the policy sets none" in form
    assert "As the policy says</option>" not in form
    places = form.partition('<select id="location-1"')[2].partition("</select>")[0]
    assert 'value="supplier_warehouse"' in places
    answer = making.sent(person, page, **{"word-1": "accept"}, why="kind")

    assert answer.status_code == 422
    assert "Name “Remedy” and “Amount before tax” for" in answer.text


def late(world: World) -> str:
    """The number of a return that is refused, of goods whose condition an inspection finds."""
    order = making.order(world, sku="LAMP-GLASS", partner="hearth-home", days=60)
    line = {"orderLine": order["lines"][0]["id"], "quantity": 2, "reason": "change_of_mind"}
    said = {"lines": [{**line, "condition": "new_unused"}], "idempotencyKey": making.new_key()}
    made = making.asked(world, RETAILER, making.REQUEST, input=said)["done"]["returns"][0]
    return str(made["number"])


@pytest.mark.parametrize(("condition", "lapses"), [("", False), ("damaged_by_buyer", True)])
def test_a_word_that_lapsed_since_something_else_was_found_is_told(
    busy: World, condition: str, lapses: bool
) -> None:
    number = late(busy)
    person, page = busy.person(OTHER), f"/returns/{number}"
    making.flashed(making.sent(person, f"{page}/steps/reopen", why="kind"))
    word = {"word-1": "accept", "amount-1": "68", "remedy-1": "REFUND", "why": "kind"}
    word |= {"location-1": "supplier_warehouse", "sure": "yes"}
    making.flashed(making.sent(person, f"{page}/word", **word))
    dock = f"/dock/{number}"
    making.flashed(making.sent(person, dock, f"{dock}/receive", all="yes"))
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(dock).text)
    found = {f"{name}-units": "2", f"{name}-disposition": "RESTOCK"}
    found |= {f"{name}-condition": condition} if condition else {}
    making.flashed(making.sent(person, dock, f"{dock}/inspect", **found))

    text = person.get(page).text
    assert ("so the override lapsed for these units" in text) == lapses
    assert ("condition damaged by buyer, so" in text) == lapses
    assert ("Override the decision for the inspected units" in text) == lapses
    theirs = busy.person(RETAILER).get(page).text
    assert ("The supplier can override the decision" in theirs) == lapses


@pytest.mark.parametrize(
    "more", [{"amount-1": "39.99"}, {"word-1": "decline"}, {"remedy-1": "REFUND"}, {"seen": ""}]
)
def test_a_word_that_was_not_shown_is_not_said(busy: World, more: dict[str, str]) -> None:
    number = making.return_(busy, days=60)["number"]
    person, page = busy.person(SUPPLIER), f"/returns/{number}/word"
    making.flashed(making.sent(person, f"/returns/{number}/steps/reopen", why="kind"))
    word = {"word-1": "accept", "amount-1": "10", "remedy-1": "ACCOUNT_CREDIT", "why": "kind"}
    word |= {"location-1": "supplier_warehouse"}
    form = {**making.hidden(person.get(page).text, page), **word}
    form |= making.hidden(person.post(page, data=form).text, page)

    answer = person.post(page, data={**form, "sure": "yes", **more})

    assert "has changed since the preview" in making.refused(answer)
    assert making.state(busy, number) == "IN_REVIEW"
    shown = {**making.hidden(answer.text, page), **word, "sure": "yes", **more}
    shown["seen"] = making.hidden(answer.text, page)["seen"]
    making.flashed(person.post(page, data=shown))


def _received(world: World) -> str:
    """The number of a return of which one unit is here."""
    number = str(making.return_(world, units=1)["number"])
    person, dock = world.person(SUPPLIER), f"/dock/{number}"
    making.flashed(making.sent(person, dock, f"{dock}/receive", all="yes"))
    return number


def test_a_word_on_a_return_that_was_opened_again_holds_beside_what_was_found_before(
    busy: World,
) -> None:
    number = _received(busy)
    person, dock = busy.person(SUPPLIER), f"/dock/{number}"
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(dock).text)
    found = {f"{name}-units": "1", f"{name}-disposition": "RESTOCK"}
    making.flashed(making.sent(person, dock, f"{dock}/inspect", **found))
    page = f"/returns/{number}"
    making.flashed(making.sent(person, f"{page}/steps/close", why="all is here"))
    making.flashed(making.sent(person, f"{page}/steps/reopen", why="they ask for more"))
    shown = person.get(page).text
    assert "1 received, 1 inspected" in shown
    assert "of 0 received" not in shown
    word = {"word-1": "accept", "amount-1": "0", "remedy-1": "REFUND", "why": "no", "sure": "yes"}
    making.flashed(making.sent(person, f"{page}/word", **word))

    text = person.get(page).text
    assert "the override lapsed" not in text
    assert "Override lapsed" not in text
