"""The search box goes to the one thing that a caller means, and lists them where there are more."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.searching import views
from tests.dashboard.making import asked
from tests.dashboard.world import OTHER, RETAILER, STRANGER, SUPPLIER, World

NOTHING: dict[str, Any] = {name: {"nodes": []} for name in views.LISTS}
RETURN = {"number": "R-AAAA"}
ORDER = {"id": "o1", "number": "N-1"}
PAID = {"id": "s1", "reference": "re_1"}


@pytest.mark.parametrize(
    ("found", "text", "where"),
    [
        ({}, "x", ""),
        ({"returns": [RETURN]}, "jane@example.com", "return R-AAAA"),
        ({"returns": [RETURN, {"number": "R-BBBB"}]}, "jane", ""),
        ({"returns": [RETURN, {"number": "R-BBBB"}]}, "r-aaaa", "return R-AAAA"),
        ({"returns": [RETURN], "orders": [ORDER]}, "n-1", "order o1"),
        ({"orders": [ORDER, {"id": "o2", "number": "N-1"}]}, "n-1", ""),
        ({"orders": [ORDER, {"id": "o2", "number": "N-12"}]}, "n-1", "order o1"),
        ({"stock": [{"sku": "LAMP"}], "returns": [RETURN]}, "lamp", ""),
        ({"stock": [{"sku": "LAMP"}]}, "lamp", "sku LAMP"),
        ({"settlements": [PAID], "orders": [ORDER]}, "re_1", "settlement s1"),
    ],
)
def test_one_thing_is_gone_to(
    monkeypatch: pytest.MonkeyPatch, found: dict[str, Any], text: str, where: str
) -> None:
    monkeypatch.setattr(
        views, "link", lambda _, name, **said: f"{name} {next(iter(said.values()))}"
    )
    lists = {name: {"nodes": nodes} for name, nodes in found.items()}

    assert views._jump(None, {**NOTHING, **lists}, text) == where


def test_a_tracking_number_leads_to_its_return(world: World) -> None:
    number = world.ids["acme-supply"]["number"]

    answer = world.person(SUPPLIER).get("/search", params={"q": f"1z {number}"})

    assert answer.headers["location"] == f"/returns/{number}"


def test_a_retailers_search_finds_returns_at_all_its_suppliers(world: World) -> None:
    text = world.person(RETAILER).get("/search", params={"q": "TABLE-OAK"}).text

    assert world.ids["hearth-home"]["number"] in text
    assert "Hearth" in text


@pytest.mark.parametrize("who", [OTHER, STRANGER], ids=lambda each: each[0])
def test_nobody_finds_what_is_anothers(world: World, who: Any) -> None:
    for said in (world.ids["acme-supply"]["number"], f"1Z{world.ids['acme-supply']['number']}"):
        assert "No results" in world.person(who).get("/search", params={"q": said}).text


SAID = {
    "small": str.lower,
    "without its prefix": lambda number: number.partition("-")[2],
    "in blanks": lambda number: number.replace("-", " "),
    "in full width": lambda number: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in number
    ),
    "in parts": lambda number: f"{number[0]} {number[2:6].lower()} {number[6:]}",
    "by its name": lambda number: f"return {number}",
    "by another name": lambda number: f"RMA number {number.partition('-')[2].lower()}",
}


@pytest.mark.parametrize("way", SAID)
def test_a_number_is_found_however_a_caller_says_it(world: World, way: str) -> None:
    number = world.ids["acme-supply"]["number"]

    answer = world.person(SUPPLIER).get("/search", params={"q": SAID[way](number)})

    assert answer.headers["location"] == f"/returns/{number}"


@pytest.mark.parametrize(
    "way", [str.lower, lambda n: n.replace("-", " "), lambda n: f"order {n.replace('-', '')}"]
)
def test_an_order_is_found_however_a_caller_says_it(world: World, way: Any) -> None:
    query = "{ orders(first: 1) { nodes { id number } } }"
    (found,) = asked(world, SUPPLIER, query)["orders"]["nodes"]
    assert "-" in found["number"]

    answer = world.person(SUPPLIER).get("/search", params={"q": way(found["number"])})

    assert answer.headers["location"] == f"/orders/{found['id']}"


@pytest.mark.parametrize("said", ["Große", "groß", "Ölkännchen", "GROSSE"])
def test_a_title_is_found_as_it_is_written(busy: World, said: str) -> None:
    put = "mutation($input: PutProductsInput!) { putProducts(input: $input) { __typename } }"
    titles = {"UML-1": "Große Kanne", "UML-2": "Ölkännchen"}
    products = [{"sku": sku, "title": each, "facts": []} for sku, each in titles.items()]
    asked(busy, SUPPLIER, put, input={"products": products})

    answer = busy.person(SUPPLIER).get("/search", params={"q": said})

    found = {"GROSSE": "", "Ölkännchen": "/stock/sku/UML-2"}.get(said, "/stock/sku/UML-1")
    assert answer.headers.get("location", "") == found


def test_what_has_to_be_whole_is_told_of_what_one_may_search(world: World) -> None:
    told = [world.person(who).get("/search?q=nothing+at+all").text for who in (SUPPLIER, RETAILER)]

    assert ["e-mail addresses must be complete" in text for text in told] == [False, True]
