"""What an address says of a list and makes no sense is told on the page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.dashboard.world import RETAILER, SUPPLIER, Who, World

DAYS = ("2026-13-01", "abc", "0001-01-01", "2026-2-3")
WORDS = ("FOO", "confirmed ", "\u00df")
FILTERS = {
    "/orders": {"from": DAYS, "to": DAYS, "last_from": DAYS, "last_to": DAYS, "standing": WORDS},
    "/returns": {"from": DAYS, "to": DAYS, "state": WORDS},
    "/payments": {"from": DAYS, "to": DAYS, "state": WORDS, "way": WORDS},
    "/payments/claims": {"state": WORDS},
    "/dock/parcels": {"tied": WORDS},
    "/stock": {},
}
SORTED = ("/orders", "/returns", "/payments", "/stock")
CASES = [
    *((page, name, odd) for page, said in FILTERS.items() for name in said for odd in said[name]),
    *((page, "sort", odd) for page in SORTED for odd in WORDS),
]


def told(world: World, who: Who, page: str, **said: str) -> str:
    text = world.person(who).get(f"{page}?{urlencode(said)}").text
    (note,) = re.findall(r'<div id="odd">(.*?)</div>', text, re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", note))


@pytest.mark.parametrize(("page", "name", "odd"), CASES)
def test_a_filter_that_makes_no_sense_is_told(world: World, page: str, name: str, odd: str) -> None:
    said = told(world, SUPPLIER, page, **{name: odd})

    assert f"“{odd}” is not a valid value for" in said
    assert said.endswith("It was ignored.")


@pytest.mark.parametrize("page", FILTERS)
def test_a_list_that_says_what_it_may_tells_nothing(world: World, page: str) -> None:
    fine = {"from": "2026-01-01", "sort": "", "search": "x", "partner": "southgate", "tied": "no"}

    assert told(world, SUPPLIER, page, **fine) == ""


def test_each_is_named_once(world: World) -> None:
    said = told(world, RETAILER, "/orders", **{"from": "x", "to": "y", "sort": "z", "state": "w"})

    assert said.count("is not a valid value") == 3


def test_the_channel_and_the_statement_tell_it_too(world: World) -> None:
    ids = world.ids["acme-supply"]
    assert "“FOO” is not a valid value" in told(
        world, SUPPLIER, f"/stock/channels/{ids['channel']}", only="FOO"
    )
    page = f"/payments/credit/{ids['partnership']}/USD"
    assert "“13” is not a valid value" in told(world, SUPPLIER, page, month="13")
