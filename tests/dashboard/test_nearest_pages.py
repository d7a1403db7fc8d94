"""Beside a refusal stands the least that would have been accepted, or that nothing near would."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.identity.principal import Scope
from dashboard.writing.values import day
from tests.dashboard import making
from tests.dashboard.test_what_if_pages import keep_draft, line
from tests.dashboard.world import RETAILER, SUPPLIER, SUPPORT, Who, World, opened

NONE = "No small change would be accepted: changing up to three facts is not enough."
TEXT = "query($p: ID!) { policy(id: $p) { editions { yaml } } }"
PUBLISH = """mutation($input: PublishPolicyInput!) { done: publishPolicy(input: $input) {
  ... on PublishedPolicy { edition { id } }
  ... on PolicyFaultsProblem { faults { sentence } } ... on Problem { message } } }"""
ACCEPTED = re.compile(r"Would be accepted with: ([^<]+)")


def said(text: str) -> str:
    """What would be accepted, as a page says it."""
    return " ".join(ACCEPTED.findall(text))


def earlier(today: date, days: int) -> str:
    plural = "" if days == 1 else "s"
    return f"requested {days} day{plural} earlier ({day(today - timedelta(days=days))})"


@pytest.mark.parametrize("who", [SUPPLIER, RETAILER, SUPPORT])
def test_a_refused_return_says_what_would_have_been_accepted(busy: World, who: Who) -> None:
    number, today = making.return_(busy, days=35)["number"], busy.parts.now().date()

    text = busy.person(who).get(f"/returns/{number}").text

    assert earlier(today, 5) in said(text)
    assert "Rows that nearly applied" in text


def test_an_accepted_return_says_nothing_of_it(busy: World) -> None:
    number = making.return_(busy)["number"]

    text = busy.person(SUPPLIER).get(f"/returns/{number}").text

    assert not said(text)
    assert NONE not in text


def test_a_key_that_reads_no_decisions_has_a_page_without_it(busy: World) -> None:
    number = making.return_(busy, days=35)["number"]
    narrow = busy.narrow(Scope.READ_RETURNS, who=RETAILER)

    answer = narrow.get(f"/returns/{number}")

    assert answer.status_code == 200
    assert not said(answer.text)


def test_what_is_supposed_says_it_too(busy: World) -> None:
    today = busy.parts.now().date()
    page, late = f"/what-if/{line(busy)}", {"requested": str(today + timedelta(days=40))}

    text = busy.person(SUPPLIER).get(page, params=late).text

    assert earlier(today + timedelta(days=40), 20) in said(text)


def test_a_retailer_is_told_by_what_is_in_force_today(busy: World) -> None:
    page, today = f"/what-if/{line(busy, days=35)}", busy.parts.now().date()

    text = busy.person(RETAILER).get(page).text

    assert earlier(today, 5) in said(text)


def test_a_return_of_an_order_says_it_before_it_is_asked_for(busy: World) -> None:
    order, today = making.order(busy, days=35), busy.parts.now().date()
    page = f"/orders/{order['id']}/return"

    asked = busy.person(RETAILER).get(page, params={"units-1": "1"})

    assert earlier(today, 5) in said(asked.text)
    assert not said(busy.person(RETAILER).get(page).text)


def test_goods_that_nobody_bought_are_told_how_they_would_come_back(
    migrated: Path, tmp_path: Path
) -> None:
    row = "{id: MANY, when: {quantity: {over: 3}}, answer: refuse, code: not_entitled}"
    with opened(migrated, tmp_path) as world:
        found = making.asked(world, SUPPLIER, TEXT, p="acme-supply/standard")
        text = found["policy"]["editions"][0]["yaml"].partition("tests:")[0]
        text = text.replace("version: 1 ", "version: 2 ").replace(
            "from: 2025-01-01", f"from: {world.parts.now().date()}"
        )
        test = "{name: many, given: {quantity: 4}, expect: {answer: refuse, decided_by: MANY}}"
        text += f"eligibility: {{rows: [{row}]}}\ntests: {{cases: [{test}]}}\n"
        said_ = {"yaml": text, "idempotencyKey": making.new_key()}
        assert "edition" in making.asked(world, SUPPLIER, PUBLISH, input=said_)["done"]
        goods = {"partner": "acme-supply", "sku": "TENT-2P", "price": "49.50", "country": "US"}

        page = world.person(RETAILER).get("/orders/prospects", params={**goods, "quantity": "5"})

    assert said(page.text) == "quantity 3 (now 5)."
    assert NONE not in page.text


def test_where_nothing_near_would_do_the_page_says_so(busy: World) -> None:
    row = "{id: NO, otherwise: true, answer: refuse, code: final_sale}"
    never = f"eligibility: {{rows: [{row}]}}\nremedy:"
    keep_draft(busy, "acme-supply/standard", "remedy:", never)
    draft = {"draft": "acme-supply/standard"}

    text = busy.person(SUPPLIER).get(f"/what-if/{line(busy)}", params=draft).text

    assert NONE in text
