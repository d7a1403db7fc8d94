"""A return that waits for a fact waits for the side that may state it, in counts, lists and API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, Who, World, opened

LIST = """query($f: ReturnFilter!) { returns(filter: $f) { nodes { number } } }"""
WAITING = "{ figures { waiting { approve inform } } }"


@pytest.fixture
def fresh(migrated: Path, tmp_path: Path) -> Iterator[World]:
    with opened(migrated, tmp_path) as made:
        yield made


def asked_back(world: World, who: Who) -> str:
    """The number of a return of a lamp that was damaged in transit: photos are missing."""
    order = making.order(world, sku="LAMP-GLASS", partner="hearth-home")
    line = {"orderLine": order["lines"][0]["id"], "quantity": 1, "reason": "damaged_in_transit"}
    line |= {"evidence": ["receipt"]}
    said = {"lines": [line], "idempotencyKey": making.new_key()}
    made = making.asked(world, who, making.REQUEST, input=said)["done"]["returns"][0]
    assert made["state"] == "IN_REVIEW", made
    return str(made["number"])


def tasks(world: World, who: Who) -> tuple[str, str]:
    """What waits for the reader, and for the other side."""
    text = world.person(who).get("/overview").text
    card = text.partition('id="waiting"')[2].partition("</section>")[0]
    mine, _, theirs = card.partition("<h3>")
    return unescape(mine), unescape(theirs)


def numbers(world: World, who: Who, side: str) -> list[str]:
    found = making.asked(world, who, LIST, f={"waitingFor": side})["returns"]["nodes"]
    return [each["number"] for each in found]


def test_a_fact_of_the_retailer_waits_for_the_retailer(fresh: World) -> None:
    number = asked_back(fresh, RETAILER)

    why = fresh.person(RETAILER).get(f"/returns/{number}").text.partition('id="why-1"')[2]
    assert "<b>Provide first:</b> Evidence (photos)." in why
    assert "Would be accepted with" not in why
    mine, theirs = tasks(fresh, RETAILER)
    assert "1 waiting for information" in mine
    assert f'href="/returns/{number}/answer"' in mine
    assert "review" not in theirs
    mine, theirs = tasks(fresh, OTHER)
    assert "to review" not in mine
    assert "1 waiting for information" in theirs
    for who in (RETAILER, OTHER):
        assert numbers(fresh, who, "RETAILER") == [number]
        assert numbers(fresh, who, "SUPPLIER") == []
        waiting = making.asked(fresh, who, WAITING)["figures"]["waiting"]
        assert waiting == {"approve": 0, "inform": 1}
        page = fresh.person(who).get("/returns?waits=RETAILER").text
        assert number in page
        assert number not in fresh.person(who).get("/returns?state=IN_REVIEW&waits=SUPPLIER").text

    form = {"line-1-evidence": "photos"}
    making.flashed(making.sent(fresh.person(RETAILER), f"/returns/{number}/answer", **form))
    assert numbers(fresh, RETAILER, "RETAILER") == []
    assert "waiting for information" not in tasks(fresh, RETAILER)[0]


def test_a_return_that_its_supplier_opened_waits_for_both(fresh: World) -> None:
    number = asked_back(fresh, OTHER)

    assert numbers(fresh, OTHER, "SUPPLIER") == numbers(fresh, OTHER, "RETAILER") == [number]
    assert "1 to review" in tasks(fresh, OTHER)[0]
    assert "1 waiting for information" in tasks(fresh, RETAILER)[0]


def test_a_reopened_return_waits_for_the_supplier_and_a_closed_one_for_nobody(
    fresh: World,
) -> None:
    number = str(making.return_(fresh, days=60)["number"])
    person, steps = fresh.person(("acme-supply", OTHER[1])), f"/returns/{number}/steps"
    assert number not in numbers(fresh, RETAILER, "SUPPLIER")
    making.flashed(making.sent(person, f"{steps}/reopen", why="kind"))

    assert number in numbers(fresh, RETAILER, "SUPPLIER")
    assert number not in numbers(fresh, RETAILER, "RETAILER")


def test_each_number_of_the_overview_is_that_of_its_list(fresh: World) -> None:
    asked_back(fresh, RETAILER)
    for who in (OTHER, RETAILER, ("acme-supply", OTHER[1])):
        text = "".join(tasks(fresh, who))
        found = re.findall(r'href="(/returns\?[^"]+)"[^>]*>(?:<b[^>]*>)?([\d,]+) ', text)
        assert found
        for where, count in found:
            page = fresh.person(who).get(where).text
            assert len(re.findall(r'<a class="mono" href="/returns/R-', page)) == int(count), where
