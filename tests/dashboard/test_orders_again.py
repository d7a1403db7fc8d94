"""What the page of an order offers: no return twice, and no refund of what nobody paid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.workers.dating import Dater
from tests.dashboard.making import asked, flashed, hidden, order, sent
from tests.dashboard.world import RETAILER, SUPPLIER, World, opened

RETURNS = "query($o: ID!) { returns(filter: {order: $o}, first: 9) { totalCount } }"


def test_who_goes_back_in_the_browser_and_asks_again_opens_no_second_return(busy: World) -> None:
    made, person = order(busy, days=300), busy.person(RETAILER)
    at = f"/orders/{made['id']}/return"
    key = hidden(person.get(at).text, at)["key"]
    said = {"key": key, "units-1": "1", "line-1-reason": "change_of_mind"}

    answers = []
    for _ in range(2):  # the second time from the same address, as a browser loads it again
        page = person.get(at, params=said).text
        answers.append(person.post(at, data={**said, **hidden(page, at)}))

    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert asked(busy, SUPPLIER, RETURNS, o=made["id"])["returns"]["totalCount"] == 1


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("who", [SUPPLIER, RETAILER], ids=lambda each: each[0])
def test_a_refund_is_offered_where_a_payment_is_known_that_goes_back(
    busy: World, who: Any, paid: bool
) -> None:
    made = order(busy)
    add = """mutation($input: AddPaymentInput!) { done: addPayment(input: $input) {
      ... on PaymentAdded { payment { id } } ... on Problem { message } } }"""
    payment = {"amount": 10_000, "charge": "pi_1"}
    said = {"order": made["id"], "payment": payment, "idempotencyKey": made["number"]}
    assert not paid or "message" not in asked(busy, who, add, input=said)["done"]

    page = busy.person(who).get(f"/orders/{made['id']}").text

    assert ("Refund order" in page) == paid
    assert ("No payment is on record" in page) != paid


@pytest.fixture
def fresh(migrated: Path, tmp_path: Path) -> Iterator[World]:
    """A world whose policies and products nobody has changed: its days are those of the demo."""
    with opened(migrated, tmp_path) as made:
        yield made


def test_a_line_of_which_all_is_asked_back_has_no_last_day(fresh: World) -> None:
    query = "query($o: ID!) { node(id: $o) { ... on Order { lines { lastDay { day } } } } }"
    made = order(fresh)
    dater = Dater(fresh.parts.store, fresh.parts.library)
    while dater.work():  # some orders at once, and others may wait before this one
        pass
    fresh.parts.store.close()
    assert asked(fresh, SUPPLIER, query, o=made["id"])["node"]["lines"][0]["lastDay"]["day"]
    page = f"/orders/{made['id']}/return"
    person = fresh.person(RETAILER)
    said = {"units-1": "2", "line-1-reason": "change_of_mind", "line-1-condition": "new_unused"}
    flashed(sent(person, page, **said))

    (line,) = asked(fresh, SUPPLIER, query, o=made["id"])["node"]["lines"]

    assert line["lastDay"]["day"] is None
    assert "returnable until" not in person.get(f"/orders/{made['id']}").text


@pytest.mark.parametrize(("units", "offered"), [("1", True), ("99", False)])
def test_only_a_return_that_can_be_requested_is_offered(
    busy: World, units: str, offered: bool
) -> None:
    at = f"/orders/{order(busy)['id']}/return"
    typed = {"units-1": units, "line-1-reason": "change_of_mind"}

    page = busy.person(RETAILER).get(at, params={**typed, "look": "yes"}).text

    assert ("Request return</button>" in page) == offered
    assert ("cannot come back" in page) != offered


def test_to_ask_what_holds_of_nothing_says_what_to_type(busy: World) -> None:
    at = f"/orders/{order(busy)['id']}/return"
    person = busy.person(RETAILER)

    answer = person.get(at, params=hidden(person.get(at).text, at))

    assert answer.status_code == 422
    assert "Enter the number of units to return for at least one line." in answer.text
