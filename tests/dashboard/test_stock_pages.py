"""Stock by SKU and place, channels and their feeds, and what a supplier does about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.stock.channels import ONLY, fits
from dashboard.stock.opening import KINDS
from returns_api.schema import core_schema
from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, SUPPLIER, SUPPORT, World, opened

ROOT = Path(__file__).parents[2]
SCHEMA = core_schema()


@pytest.fixture(scope="module")
def own(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that tests change."""
    with opened(migrated, tmp_path_factory.mktemp("stock")) as made:
        yield made


def test_every_kind_and_filter_has_words() -> None:
    assert set(KINDS) == set(SCHEMA.type_map["ChannelKind"].values)
    assert set(ONLY) == set(SCHEMA.type_map["FeedFilter"].values)
    states = set(SCHEMA.type_map["FeedState"].values)
    parts = (ROOT / "dashboard" / "stock" / "parts.html").read_text()
    assert states <= set(re.findall(r'"([A-Z]+)": \(', parts))


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", True),
        ("search=Tent", True),
        ("search=lamp", False),
        ("sort=SKU", True),
        ("sort=X", True),
    ],
)
def test_a_filter_in_the_address_narrows_the_list(world: World, query: str, there: bool) -> None:
    assert ("TENT-2P" in world.person(SUPPLIER).get(f"/stock?{query}").text) is there


def test_a_supplier_sees_its_places_and_a_retailer_what_it_may_sell(world: World) -> None:
    supplier, retailer = (world.person(each).get("/stock").text for each in (SUPPLIER, RETAILER))

    assert "In quarantine" in supplier
    assert "In quarantine" not in retailer
    assert "Supplier" in retailer
    assert world.person(RETAILER).get("/stock?partner=acme-supply").status_code == 200


def test_what_was_counted_is_set_and_told_to_the_partner(own: World) -> None:
    person = own.person(SUPPLIER)
    place = re.findall(r'<option value="([^"]+)"', person.get("/stock/sku/TENT-2P").text)[0]

    person.post("/stock/sku/TENT-2P", data={"key": "count", "location": place, "available": "41"})

    text = person.get("/stock/sku/TENT-2P").text
    assert "Stock set to 41 available." in text
    assert "<b>41</b> available" in text
    assert "Southgate" in text


@pytest.mark.parametrize("typed", ["-1", "4.5", "many", "9999999999"])
def test_what_is_no_count_changes_nothing(own: World, typed: str) -> None:
    person = own.person(SUPPLIER)
    before = re.findall("<b>(.*?)</b> available", person.get("/stock/sku/TENT-2P").text)

    person.post("/stock/sku/TENT-2P", data={"key": "k", "location": "x", "available": typed})

    text = person.get("/stock/sku/TENT-2P").text
    assert 'class="note bad"' in text
    assert re.findall("<b>(.*?)</b> available", text) == before


def test_a_sku_with_signs_has_an_address(world: World) -> None:
    text = world.person(SUPPLIER).get("/stock/sku/A%2FB%20%23%3F%25").text

    assert "Page not found" in text


def test_a_channel_is_paused_and_resumed(own: World) -> None:
    person, path = own.person(SUPPLIER), f"/stock/channels/{own.ids['acme-supply']['channel']}"
    page = person.get(f"{path}/do/pause").text
    assert "Nothing is sent to Southgate" in page

    person.post(f"{path}/do/pause")
    paused = person.get(path).text
    person.post(f"{path}/do/resume")

    assert "Paused" in paused
    assert "/do/resume" in paused
    assert "/do/pause" not in paused
    assert "/do/pause" in person.get(path).text


@pytest.mark.parametrize("deed", ["retry", "resend"])
def test_a_channel_tells_again(own: World, deed: str) -> None:
    person, path = own.person(SUPPLIER), f"/stock/channels/{own.ids['acme-supply']['channel']}"

    person.post(f"{path}/do/{deed}", data={"sku": "TENT-2P"} if deed == "resend" else {})

    assert 'class="note good"' in person.get(path).text


def test_what_is_still_is_resumed_and_no_more_paused() -> None:
    still = {"pausedAt": "2026-01-01", "stoppedAt": None}

    assert (fits("resume", still), fits("pause", still), fits("retry", still)) == (
        True,
        False,
        True,
    )


def test_a_channel_is_opened_and_its_secret_shown_once(own: World) -> None:
    person = own.person(SUPPLIER)
    form = {"key": "open", "partner": "northwind", "kind": "WEBHOOK", "buffer": "2"}

    wrong = person.post("/stock/channels/new", data={**form, "address": "nowhere"})
    made = person.post("/stock/channels/new", data={**form, "address": "https://93.184.216.34/s"})

    assert wrong.status_code == 422
    assert 'value="nowhere"' in wrong.text
    assert "It is shown only once." in made.text
    again = person.post("/stock/channels/new", data={**form, "address": "https://93.184.216.34/s"})
    assert "It is shown only once." not in again.text
    assert "Northwind" in person.get("/stock/channels").text


def test_a_new_secret_is_shown_and_the_one_before_signs_along(own: World) -> None:
    person, path = own.person(SUPPLIER), f"/stock/channels/{own.ids['acme-supply']['channel']}"

    answer = person.post(f"{path}/secret", data={"key": "rotate", "hours": "24"})

    assert "It is shown only once." in answer.text
    assert "old secret valid until" in person.get(path).text


@pytest.mark.parametrize("who", [SUPPORT, RETAILER, OTHER], ids=lambda each: each[0])
def test_nobody_else_runs_a_channel(own: World, who: tuple[str, str]) -> None:
    path = f"/stock/channels/{own.ids['acme-supply']['channel']}"

    own.person(who).post(f"{path}/do/pause")

    assert "/do/pause" in own.person(SUPPLIER).get(path).text


def test_the_page_of_every_product_is_there_though_it_was_never_counted(own: World) -> None:
    person = own.person(SUPPLIER)
    put = """mutation($input: PutProductsInput!) { done: putProducts(input: $input) {
      __typename } }"""
    product = {"sku": "NEVER-1", "title": "A kettle that nobody counted", "facts": []}
    made = making.asked(own, SUPPLIER, put, input={"products": [product]})

    assert made["done"]["__typename"] == "ProductsPut"
    page = person.get("/stock/sku/NEVER-1")
    assert page.status_code == 200
    assert "Stock was never set." in page.text
    assert 'id="known"' in page.text
    assert "NEVER-1" in person.get("/stock?search=kettle").text
    assert "never set" in person.get("/stock?search=kettle").text
    assert person.get("/search?q=NEVER-1").headers["location"] == "/stock/sku/NEVER-1"
    assert person.get("/stock?search=kettle&sort=SKU").text.count("NEVER-1") > 0
    assert own.person(RETAILER).get("/stock/sku/NEVER-1").status_code == 404
    place = re.findall(r'<option value="([^"]+)"', person.get("/stock/sku/TENT-2P").text)[0]
    typed = {"location": place, "available": "3"}
    making.flashed(making.sent(person, "/stock/sku/NEVER-1", **typed))
    assert "<b>3</b> available" in person.get("/stock/sku/NEVER-1").text


def test_a_fact_that_no_policy_knows_is_told_where_facts_are_stated(own: World) -> None:
    person, page, form = own.person(SUPPLIER), "/stock/sku/NOTED-1", "/stock/facts/NOTED-1"
    put = """mutation($input: PutProductsInput!) { done: putProducts(input: $input) {
      __typename } }"""
    product = {"sku": "NOTED-1", "title": "A noted kettle", "facts": []}
    making.asked(own, SUPPLIER, put, input={"products": [product]})
    known = making.flashed(making.sent(person, page, form))
    product["facts"] = [{"name": "unheard_of", "value": "so"}]
    making.asked(own, SUPPLIER, put, input={"products": [product]})

    tone, told = making.flashed(making.sent(person, page, form))

    assert known == ("good", "Product facts saved. All decisions use them from now on.")
    assert tone == "warn"
    assert told.startswith(known[1])
    assert "“unheard_of” of “NOTED-1” is a fact of no published policy." in told
