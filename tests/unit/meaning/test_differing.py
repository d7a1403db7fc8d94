"""A change is shown by a realistic return, if its region has one."""

from __future__ import annotations

import re

import pytest

from engine.comparing.policies import Change, compare_policies
from engine.dates import parse_day
from engine.meaning.timeline import in_turn
from engine.policy.editions import load

HEAD = "policy: acme/shown\nversion: 1\neffective: {from: 2025-01-01}\ncurrency: USD\n"
PAUSED = """
window:
  {within: 3 years, counted_from: ordered, pauses: {from: repair_asked, to: repair_done}}
"""
BACK = """
deadlines:
  request: {within: 30 days, counted_from: invoiced}
  sending: {event: received_back, within: 20 days, counted_from: rma_issued}
fees: {restocking: {fee: 20% of item_price}}
"""
UNITS = """
fees:
  restocking:
    rows:
      - {id: F-MANY, when: {unit_price: {at_least: USD 30.00}}, fee: {each: USD 2.00, per: unit}}
      - {id: F-ELSE, otherwise: true, fee: 10% of item_price}
"""
FAULTS = ("defective", "damaged_in_transit")
SHOP = """
values: {category: [sofa, lamp]}
groups: {our_fault: {reason: [defective, damaged_in_transit]}}
deadlines:
  request:
    counted_from: delivered
    rows:
      - {id: W-FAULT, when: {is: our_fault}, within: 60 days}
      - {id: W-BASE, otherwise: true, within: 14 days}
eligibility:
  rows:
    - {id: E-SOFA, when: {category: sofa, opened: true}, answer: refuse, code: excluded_category}
demands:
  rows: [{id: D-PHOTOS, when: {is: our_fault}, need: [photos], if_not: ask, code: missing_photos}]
fees: {handling: {when: {tags: {has: heavy}}, fee: USD 9.00}}
"""


def changes(body: str, old: str, new: str) -> list[Change]:
    before, after = (
        load(HEAD + text, "shown.yaml", lambda *_: None).policy
        for text in (body, body.replace(old, new))
    )
    found = compare_policies(before, after, native=False)
    assert found.proven
    return list(found.changes)


def _in_turn(change: Change) -> bool:
    assert change.example is not None
    given = {name: day for name, day in change.example.given.items() if day is not None}
    return all(
        parse_day(str(given[earlier])) <= parse_day(str(given[later]))
        for earlier, later in in_turn(given)
    )


@pytest.mark.parametrize(
    ("old", "new"), [("within: 30", "within: 45"), ("within: 20", "within: 25"), ("20%", "30%")]
)
def test_days_come_in_turn(old: str, new: str) -> None:
    found = changes(BACK, old, new)

    assert found
    assert all(map(_in_turn, found)), found


def test_days_come_in_turn_where_a_region_does_not_demand_another_order() -> None:
    """Some regions demand a repair that is asked for after the return, or after today."""
    found = changes(PAUSED, "3 years", "5 years")

    assert sum(map(_in_turn, found)) >= len(found) - 3


@pytest.mark.parametrize(
    ("body", "old", "new"),
    [
        (SHOP, "within: 14", "within: 21"),
        (SHOP, "within: 60", "within: 30"),
        (SHOP, "opened: true", "opened: false"),
        (SHOP, "need: [photos]", "need: [video]"),
        (SHOP, "has: heavy", "lacks: heavy"),
        (SHOP, "USD 9.00", "USD 8.00"),
        (BACK, "within: 30", "within: 45"),
        (UNITS, "USD 2.00", "USD 3.00"),
    ],
)
def test_a_return_says_nothing_unusual_that_its_change_does_not_need(
    body: str, old: str, new: str
) -> None:
    found = changes(body, old, new)

    assert found
    for change in found:
        assert change.example is not None
        given = change.example.given
        sets = [value for value in given.values() if isinstance(value, list)]
        assert given["ordered"] == "2025-01-01", change
        assert all(len(words) <= 1 for words in sets), change
        assert given.get("reason") in (None, "change_of_mind", *FAULTS), change
        assert given.get("opened") in (None, False) or "opened is true" in change.where, change


def test_a_price_is_that_of_its_units() -> None:
    (*found,) = changes(UNITS, "USD 2.00", "USD 3.00")

    assert found
    for change in found:
        assert change.example is not None
        given = change.example.given
        price, unit = (_cents(given[name]) for name in ("item_price", "unit_price"))
        assert price == unit * int(str(given["quantity"]))


@pytest.mark.parametrize(
    ("old", "new", "price"),
    [
        ("20% of item_price", "{amount: 20% of item_price, at_least: USD 5.00}", (1, 2_497)),
        (
            "{amount: 20% of item_price, at_most: USD 50.00}",
            "{amount: 20% of item_price, at_most: USD 60.00}",
            (25_003, 10**9),
        ),
    ],
)
def test_a_floor_and_a_cap_are_shown_where_they_bind(
    old: str, new: str, price: tuple[int, int]
) -> None:
    found = changes(f"fees: {{restocking: {{fee: {old}}}}}", old, new)

    assert {change.field for change in found} == {"fee", "net"}
    for change in found:
        assert change.example is not None
        assert price[0] <= _cents(change.example.given["item_price"]) <= price[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{greater_of: [20% of item_price, 15% of item_price]}", "20% of item_price"),
        (
            "{lesser_of: [USD 5.00, 10% of item_price, USD 9.00]}",
            "{lesser_of: [USD 5.00, 10% of item_price]}",
        ),
        ("{amount: 20% of item_price, at_least: USD 0.00}", "20% of item_price"),
    ],
)
def test_what_comes_to_the_same_is_no_change(old: str, new: str) -> None:
    assert changes(f"fees: {{restocking: {{fee: {old}}}}}", old, new) == []


def _cents(money: object) -> int:
    return int(re.sub(r"\D", "", str(money)))
