"""Receiving at a dock: found by what is on it, counted, looked at; and parcels without a return."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.identity.principal import Scope
from tests.dashboard import making
from tests.dashboard.world import OTHER, PHOTO, RETAILER, SUPPLIER, World

STOCK = '{ stock(sku: "TENT-2P") { nodes { available quarantine } } }'


def stock(world: World) -> tuple[int, int]:
    (found,) = making.asked(world, SUPPLIER, STOCK)["stock"]["nodes"]
    return found["available"], found["quarantine"]


def counted(world: World, number: str, **typed: str) -> Any:
    page = f"/dock/{number}"
    return making.sent(world.person(SUPPLIER), page, f"{page}/receive", **typed)


def test_a_number_or_a_tracking_number_opens_the_return_at_once(busy: World) -> None:
    number, person = making.return_(busy)["number"], busy.person(SUPPLIER)
    parcel = {"carrier": "UPS", "tracking": f"1Z{number}"}
    making.flashed(making.sent(person, f"/returns/{number}/steps/ship", **parcel))

    for scanned in (number, number.lower(), f" 1Z{number} "):
        assert person.get("/dock", params={"q": scanned}).headers["location"] == f"/dock/{number}"
    assert number in person.get("/dock", params={"q": "TENT-2P"}).text


def test_what_nobody_knows_may_be_counted_as_a_parcel(busy: World) -> None:
    text = busy.person(SUPPLIER).get("/dock", params={"q": '1Z"<b>'}).text

    assert "No return matches" in text
    assert 'href="/dock/parcels?tracking=1Z%22%3Cb%3E"' in text


def test_parts_of_a_return_are_counted_as_they_come(busy: World) -> None:
    number = making.return_(busy)["number"]

    making.flashed(counted(busy, number, **{"line-1": "1"}))
    assert making.state(busy, number) == "PARTLY_RECEIVED"
    making.flashed(counted(busy, number, sku="TENT-2P", units="1"))

    assert making.state(busy, number) == "RECEIVED"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "Nothing was counted"),
        ({"line-1": "one"}, "TENT-2P: enter a whole number, such as 1; you entered “one”."),
        ({"line-1": "3"}, "of it"),
    ],
)
def test_a_count_that_cannot_be_is_asked_again(
    busy: World, typed: dict[str, str], wrong: str
) -> None:
    number = making.return_(busy)["number"]

    answer = counted(busy, number, **typed)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert making.state(busy, number) == "APPROVED"
    assert wrong in answer.text or wrong == "of it"


def test_units_are_restocked_or_scrapped_as_they_were_found_with_a_photo(busy: World) -> None:
    number, person = making.return_(busy)["number"], busy.person(SUPPLIER)
    making.flashed(counted(busy, number, all="yes"))
    (available, quarantine), page = stock(busy), f"/dock/{number}"

    for disposition, condition in (("RESTOCK", ""), ("SCRAP", "damaged_by_buyer")):
        text = person.get(page).text
        (name,) = re.findall(r'name="([^"]+)-disposition"', text)
        typed = {f"{name}-units": "1", f"{name}-disposition": disposition}
        if f"{name}-condition" in text and condition:
            typed[f"{name}-condition"] = condition
        photo = {"file": ("box.png", PHOTO)}
        making.flashed(making.sure(person, f"{page}/inspect", text, typed, files=photo))

    assert stock(busy) == (available + 1, quarantine - 2)
    assert making.state(busy, number) in ("INSPECTED", "SETTLED", "CLOSED")
    assert person.get(f"/returns/{number}").text.count("/files/") >= 2
    assert "Nothing left to do here." in person.get(page).text


def test_what_was_found_is_asked_once_with_what_it_stands_for(busy: World) -> None:
    number, person = making.return_(busy)["number"], busy.person(SUPPLIER)
    making.flashed(counted(busy, number, all="yes"))
    page = f"/dock/{number}"
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(page).text)
    typed = {f"{name}-units": "2", f"{name}-disposition": "RESTOCK"}
    form = {**making.hidden(person.get(page).text, f"{page}/inspect"), **typed}

    asks = person.post(f"{page}/inspect", data=form)
    assert asks.status_code == 200
    assert "Save this inspection?" in asks.text
    assert "of <b>USD 200.00</b>" in asks.text
    assert making.state(busy, number) == "RECEIVED"
    form = {**making.hidden(asks.text, f"{page}/inspect"), **typed}
    other = person.post(f"{page}/inspect", data={**form, f"{name}-disposition": "SCRAP"})
    assert "Save this inspection?" in other.text
    assert making.state(busy, number) == "RECEIVED"
    making.flashed(person.post(f"{page}/inspect", data=form))


def test_an_inspection_needs_to_say_what_becomes_of_the_goods(busy: World) -> None:
    number = making.return_(busy)["number"]
    making.flashed(counted(busy, number, all="yes"))

    answer = making.sent(busy.person(SUPPLIER), f"/dock/{number}", f"/dock/{number}/inspect")

    assert answer.status_code == 422
    assert "choose their disposition" in answer.text


def test_who_may_not_receive_sees_no_form(busy: World) -> None:
    number, person = making.return_(busy)["number"], busy.person(RETAILER)

    for page in (f"/dock/{number}", "/dock/parcels"):
        assert "Your key does not allow receiving." in person.get(page).text
    assert "Dock</a>" not in person.get("/returns").text


def test_a_key_for_the_dock_alone_receives_without_reading_stock(busy: World) -> None:
    number = making.return_(busy)["number"]
    person = busy.narrow(Scope.HANDLE_RETURNS, Scope.READ_RETURNS)
    home = person.get("/").headers["location"]
    page = f"/dock/{number}"

    assert person.get(home).status_code == 200
    assert 'href="/orders"' not in person.get(home).text
    making.flashed(making.sent(person, page, f"{page}/receive", all="yes"))
    assert making.state(busy, number) == "RECEIVED"
    assert person.get(f"/returns/{number}").status_code == 200


def test_a_parcel_is_counted_and_tied_to_its_return_once_that_is_found(busy: World) -> None:
    number, person = making.return_(busy, units=1)["number"], busy.person(SUPPLIER)
    parcel = {
        "tracking": f"9Z{number}",
        "location": "supplier_warehouse",
        "sku-1": "TENT-2P",
        "units-1": "1",
    }
    making.flashed(making.sent(person, "/dock/parcels", **parcel))
    card = person.get("/dock/parcels").text.split(f"9Z{number}")[1]
    form = making.hidden(card, "/dock/parcels/tie")

    wrong = person.post("/dock/parcels/tie", data={**form, "number": "R-NONE"})
    assert making.refused(wrong) == "You have no return “R-NONE”."
    tied = person.post("/dock/parcels/tie", data={**form, "number": number.lower()})

    assert making.flashed(tied)[0] == "good"
    assert making.state(busy, number) == "RECEIVED"


def test_a_parcel_is_looked_at_or_did_not_come_after_all(busy: World) -> None:
    person = busy.person(SUPPLIER)
    parcel = {"note": "no label", "location": "supplier_warehouse", "sku-1": "TENT-2P"}
    for _ in range(2):
        making.flashed(making.sent(person, "/dock/parcels", **parcel, **{"units-1": "2"}))
    available, quarantine = stock(busy)
    text = person.get("/dock/parcels?tied=no").text
    looked, undone = text.split("Not actually received")[:2]
    inspect, undo = "/dock/parcels/inspect", "/dock/parcels/undo"
    undone = undone[undone.index(inspect) :] + text.split("Not actually received")[2]

    found = {**making.hidden(looked, inspect), "units": "2", "disposition": "RESTOCK"}
    making.flashed(person.post(inspect, data=found))
    gone = {**making.hidden(undone, undo), "why": "counted twice"}
    making.flashed(person.post(undo, data=gone))

    assert stock(busy) == (available + 2, quarantine - 4)


def test_a_parcel_of_another_supplier_is_not_touched(busy: World) -> None:
    parcel = {"location": "supplier_warehouse", "sku-1": "TENT-2P", "units-1": "1"}
    person = busy.person(SUPPLIER)
    making.flashed(making.sent(person, "/dock/parcels", **parcel))
    text, before = person.get("/dock/parcels").text, stock(busy)
    theirs = re.findall(r'name="parcel" value="([^"]+)"', text)[0]

    answer = busy.person(OTHER).post(
        "/dock/parcels/undo", data={"parcel": theirs, "why": "mine", "key": making.new_key()}
    )

    assert making.refused(answer)
    assert stock(busy) == before
