"""What was counted and found of a return is named whole, wherever it may be undone."""

from __future__ import annotations

import re

from tests.dashboard import making
from tests.dashboard.world import RETAILER, SUPPLIER, World

TIMES = "\N{MULTIPLICATION SIGN}"


def two_lines(world: World) -> str:
    """The number of an approved return of a flask and two tents."""
    skus = {"FLASK-1L": 1, "TENT-2P": 2}
    lines = [
        {**making.LINE, "number": str(place), "sku": sku, "quantity": units}
        for place, (sku, units) in enumerate(skus.items(), 1)
    ]
    order = making.order(world, lines=lines)
    wanted = [
        {"orderLine": line["id"], "quantity": units, "reason": "change_of_mind"}
        for line, units in zip(order["lines"], skus.values(), strict=True)
    ]
    wanted = [{**each, "condition": "new_unused"} for each in wanted]
    said = {"lines": wanted, "idempotencyKey": making.new_key()}
    made = making.asked(world, RETAILER, making.REQUEST, input=said)["done"]["returns"][0]
    return str(made["number"])


def test_what_one_receipt_counted_is_named_whole_before_it_is_undone(busy: World) -> None:
    number, person = two_lines(busy), busy.person(SUPPLIER)
    making.flashed(making.sent(person, f"/dock/{number}", f"/dock/{number}/receive", all="yes"))

    text = person.get(f"/returns/{number}").text.replace(TIMES, "x")
    undo = re.findall(
        r'href="([^"]+/steps/undo-receipt[^"]+)">Undo 1 x FLASK-1L, 2 x TENT-2P<', text
    )
    question = person.get(undo[0]).text.replace(TIMES, "x")

    assert len(undo) == 2
    assert "</span>, 1 x FLASK-1L, 2 x TENT-2P: The units count as not received" in question


def test_what_was_found_names_its_goods(busy: World) -> None:
    number, person = two_lines(busy), busy.person(SUPPLIER)
    dock = f"/dock/{number}"
    making.flashed(making.sent(person, dock, f"{dock}/receive", all="yes"))
    names = re.findall(r'name="([^"]+)-disposition"', person.get(dock).text)
    found = {f"{name}-disposition": "RESTOCK" for name in names}
    found |= dict(zip([f"{name}-units" for name in names], ["1", "2"], strict=True))
    making.flashed(making.sent(person, dock, f"{dock}/inspect", **found))

    text = person.get(f"/returns/{number}").text.replace(TIMES, "x")

    assert "<b>1 x FLASK-1L</b> restock" in text
    assert "<b>2 x TENT-2P</b> restock" in text
