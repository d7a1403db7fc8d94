"""The list of returns, one return, and what the search box finds."""

from __future__ import annotations

import re

import pytest

from dashboard.address import Address
from dashboard.returns.decision import row_at
from dashboard.returns.views import arguments
from tests.dashboard.world import OTHER, RETAILER, SUPPLIER, World


def numbers(text: str) -> list[str]:
    return re.findall(r'<a class="mono" href="/returns/(R-[A-Z0-9]+)"', text)


def test_everybody_sees_their_own_returns(world: World) -> None:
    acme, hearth = world.ids["acme-supply"]["number"], world.ids["hearth-home"]["number"]

    assert numbers(world.person(SUPPLIER).get("/returns").text) == [acme]
    assert numbers(world.person(OTHER).get("/returns").text) == [hearth]
    assert sorted(numbers(world.person(RETAILER).get("/returns").text)) == sorted([acme, hearth])


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=INSPECTED", True),
        ("state=CLOSED", False),
        ("sku=TENT-2P", True),
        ("sku=LAMP", False),
        ("partner=southgate", True),
        ("partner=northwind", False),
        ("from=2020-01-01", True),
        ("to=2020-01-01", False),
        ("from=nonsense&state=NONSENSE&sort=NONSENSE", True),
    ],
)
def test_a_filter_in_the_address_narrows_the_list(world: World, query: str, there: bool) -> None:
    text = world.person(SUPPLIER).get(f"/returns?{query}").text

    assert bool(numbers(text)) is there
    assert there or "No returns match." in text


def test_what_was_typed_is_escaped_wherever_it_is_shown(world: World) -> None:
    typed = "<script>alert(1)</script>\"'"

    for path in ("/returns", "/search"):
        text = world.person(SUPPLIER).get(path, params={"search": typed, "q": typed}).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_a_list_is_walked_by_cursors_that_live_in_the_address() -> None:
    address = Address("/returns", {"state": "CLOSED", "after": "one"})

    assert arguments(address)["after"] == "one"
    assert str(address.page("before", "two")) == "/returns?state=CLOSED&before=two"
    assert arguments(address.page("before", "two"))["last"] == 25
    assert str(address.with_(sort="OLDEST")) == "/returns?state=CLOSED&sort=OLDEST"


def test_one_return_shows_the_decision_beside_the_row_that_made_it(world: World) -> None:
    text = world.person(SUPPLIER).get(f"/returns/{world.ids['acme-supply']['number']}").text

    assert "In time: the last day is" in text
    assert "window: {days: 30, counted_from: delivered}" in text
    assert "acme-supply/standard@1, line 18" in text
    assert "from the retailer" in text
    assert "net: value 199.00 - fees 0.00 = USD 199.00" in text


def test_a_row_is_taken_with_what_is_under_it() -> None:
    text = ["window:", "  - id: W", "    days: 30", "", "  - id: V", "    days: 5", "other: 1"]

    assert row_at(text, 2) == "- id: W\n  days: 30"
    assert row_at(text, 7) == "other: 1"
    assert row_at(text, 9) == ""


def test_times_are_shown_in_the_persons_zone(world: World) -> None:
    person = world.person(SUPPLIER)
    utc = person.get("/returns").text

    person.post("/zone", data={"zone": "Pacific/Kiritimati"})

    assert "Pacific/Kiritimati" in person.get("/sessions").text
    assert person.get("/returns").text != utc


def test_a_zone_that_nobody_knows_is_refused_in_words(world: World) -> None:
    person = world.person(SUPPLIER)

    text = person.post("/zone", data={"zone": "Atlantis/<b>"}).text

    assert "“Atlantis/&lt;b&gt;” is not a known time zone" in text
    assert "is not a known time zone" not in person.get("/sessions").text


def test_the_search_box_goes_to_the_return_that_was_named(world: World) -> None:
    number = world.ids["acme-supply"]["number"]

    answer = world.person(SUPPLIER).get("/search", params={"q": f" {number.lower()} "})

    assert answer.headers["location"] == f"/returns/{number}"


@pytest.mark.parametrize(("typed", "found"), [("TENT-2P", "Tent for two"), ("1Z", "No results")])
def test_the_search_box_finds_what_a_caller_says(world: World, typed: str, found: str) -> None:
    assert found in world.person(SUPPLIER).get("/search", params={"q": typed}).text
