"""A supplier without a place: both sides are told what waits for it, and a page declares one."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from adapters.identity.principal import Kind, Role
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.publishing import Draft
from adapters.store.records import Product, Telling
from engine.money import Money
from services.orders.adding import add_orders
from services.workers.returning import Returner
from takeback.bases import Bases
from takeback.publishing import published
from takeback.settings import policies_folder
from tests.dashboard.making import (
    REQUEST,
    asked,
    asked_by,
    flashed,
    hidden,
    new_key,
    refused,
    sent,
)
from tests.dashboard.world import RETAILER, World

POLICY = """
policy: {owner}/standard
version: 1
title: Standard returns
effective: {{from: 2020-01-01}}
applies_by: ordered
currency: USD
window: {{days: 30, counted_from: delivered}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
"""
GARAGE = {
    "handle": "garage",
    "name": "Garage",
    "line-1": "1 Mill Row",
    "line-2": "Salem",
    "country": "us",
}
LINES = "query($n: String!) { returnByNumber(number: $n) { heldFor lines { id instructions } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A supplier that has a policy, an approved return, and no place."""

    handle: str
    key: str
    order: str
    number: str
    person: TestClient


@pytest.fixture
def new(busy: World) -> New:
    handle, store = f"new-{secrets.token_hex(3)}", busy.parts.store
    with store.session():
        supplier = store.partners.add(handle, handle.title(), Kind.SUPPLIER)
        retailer = store.partners.by_handle("southgate")
        assert retailer
        joined = store.partnerships.join(supplier, retailer)
        store.partnerships.let_tell(store.partners.acting(supplier), joined.id, tuple(Telling))
        store.goods.put(supplier, [Product(sku="LAMP", title="Lamp", facts={})])
        draft = Draft(text=POLICY.format(owner=handle), by="tests")
        published(store, supplier, draft, Bases((policies_folder(),)))
        day = (busy.parts.now().date() - timedelta(days=5)).isoformat()
        line = LineDraft(number="1", sku="LAMP", quantity=2, unit_price=Money(4_000, "USD"))
        order = OrderDraft(
            number=f"O-{handle}",
            supplier=handle,
            retailer="southgate",
            currency="USD",
            country="US",
            dates={"ordered": day, "shipped": day, "delivered": day},
            lines=[line],
        )
        (family,) = add_orders(store, store.partners.acting(retailer), [order])
        key = store.partners.issue_key(supplier, Role.SUPPLIER)
    store.close()
    said = {"order": order.number, "line": "1", "supplier": handle, "reason": "change_of_mind"}
    data = asked(busy, RETAILER, REQUEST, input={"lines": [said], "idempotencyKey": new_key()})
    (made,) = data["done"]["returns"]
    assert made["state"] == "APPROVED"
    person = busy.signed_in(key)
    return New(handle=handle, key=key, order=family.order.id, number=made["number"], person=person)


def words(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub("<[^>]*>", "", page)).split())


def line_of(world: World, new: New) -> tuple[str | None, list[str]]:
    found = asked_by(world, new.key, LINES, n=new.number)["returnByNumber"]
    return found["heldFor"], found["lines"][0]["instructions"]


def test_a_return_that_has_nowhere_to_go_says_so_to_both_sides(busy: World, new: New) -> None:
    held, instructions = line_of(busy, new)
    own = words(new.person.get(f"/returns/{new.number}").text)
    other = words(busy.person(RETAILER).get(f"/returns/{new.number}").text)

    assert held == "place"
    assert instructions == ["Do not send the goods yet: their supplier has not said where they go."]
    assert "On hold: no return address" in own
    assert "Add a location" in own
    assert f"On hold: {new.handle.title()} has to set the return address" in other


def test_the_overview_of_the_supplier_names_what_waits_for_its_place(busy: World, new: New) -> None:
    assert "1 without a return address" in words(new.person.get("/overview").text)
    assert "without a return address" in words(busy.person(RETAILER).get("/overview").text)


def test_a_place_that_is_declared_on_its_page_is_where_the_goods_go(busy: World, new: New) -> None:
    assert "No locations." in words(new.person.get("/stock/places").text)

    answer = new.person.post("/stock/places", data=GARAGE)
    while Returner(busy.parts.store, busy.parts.library).work():
        pass
    busy.parts.store.close()

    assert answer.status_code == 303
    assert "1 Mill Row" in words(new.person.get("/stock/places").text)
    held, instructions = line_of(busy, new)
    assert (held, instructions[0]) == (None, f"Write {new.number} on the outside of the parcel.")
    assert "Mill Row" in words(busy.person(RETAILER).get(f"/returns/{new.number}").text)
    assert "without a return address" not in words(new.person.get("/overview").text)


def test_of_several_places_the_order_names_one_on_its_page(busy: World, new: New) -> None:
    for handle in ("one", "two"):
        made = new.person.post("/stock/places", data={**GARAGE, "handle": handle, "name": "Haus"})
        assert made.status_code == 303
    asked_for = new.person.get(f"/returns/{new.number}").text
    (order,) = re.findall(r'href="([^"]+)#places"', asked_for)
    page = new.person.get(order).text
    assert "Haus (one)" in page
    assert "Haus (two)" in page
    assert "Shipped from" not in busy.person(RETAILER).get(order).text

    none = sent(new.person, order, f"{order}/places")
    answer = sent(new.person, order, f"{order}/places", **{"place-0": "two"})
    while Returner(busy.parts.store, busy.parts.library).work():
        pass
    busy.parts.store.close()

    assert refused(none) == "Choose the location of at least one line."
    assert flashed(answer)[0] == "good"
    assert "shipped from Haus" in words(new.person.get(order).text)
    assert line_of(busy, new)[0] is None


def test_a_place_that_cannot_be_is_said_on_the_page(new: New) -> None:
    answer = new.person.post("/stock/places", data={**GARAGE, "handle": "My garage"})

    assert answer.status_code == 422
    assert "small letters" in words(answer.text)


@pytest.mark.parametrize("country", ["ß", "\ufb01", "QQ", "U"])
def test_a_country_that_is_none_is_said_and_kept_in_the_form(new: New, country: str) -> None:
    answer = new.person.post("/stock/places", data={**GARAGE, "country": country})

    assert answer.status_code == 422
    assert f"“{country}” is no country" in words(answer.text).replace("`", "“", 1).replace("`", "”")
    assert f'value="{country}"' in answer.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"line-1": "", "line-2": ""}, "An address has 1 to 10 lines after its name"),
        ({"name": " "}, "The name of an address has 1 to 200 visible characters"),
        ({"line-2": "x" * 201}, "A line of an address has 1 to 200 visible characters"),
    ],
)
def test_what_an_address_lacks_is_named(new: New, more: dict[str, str], said: str) -> None:
    answer = new.person.post("/stock/places", data={**GARAGE, **more})

    assert answer.status_code == 422
    assert said in words(answer.text)


def test_a_place_is_not_named_by_what_nobody_sees(new: New) -> None:
    answer = new.person.post("/stock/places", data={**GARAGE, "name": "\u200b"})

    assert answer.status_code == 422
    assert "The character U+200B cannot be seen here; take it out." in words(answer.text)


@pytest.mark.parametrize("typed", ["", "Garage"])
def test_the_dock_says_which_places_there_are_and_how_to_declare_one(new: New, typed: str) -> None:
    at = f"/dock/{new.number}"
    page = new.person.get(at).text
    form = hidden(page, f"{at}/receive")

    answer = new.person.post(f"{at}/receive", data={**form, "all": "yes", "location": typed})

    said = words(answer.text)
    assert ("You have no place “Garage”" if typed else "Nothing says where") in said
    assert "have declared none" in said
    assert "takeback products place" in said


def test_publishing_says_that_no_place_is_declared(busy: World, new: New) -> None:
    text = POLICY.format(owner=new.handle).replace("version: 1", "version: 2")
    save = """mutation($input: SaveDraftInput!) { done: saveDraft(input: $input) {
      ... on DraftSaved { draft { version } } ... on Problem { message } } }"""
    draft = {"policy": f"{new.handle}/standard", "yaml": text}
    assert "message" not in asked_by(busy, new.key, save, input=draft)["done"]

    page = words(new.person.get(f"/policies/publish/{new.handle}/standard").text)

    assert "You have no locations yet" in page
