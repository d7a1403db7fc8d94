"""Every key of a row that changes what comes of a return shows in its words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.policy.editions import load
from engine.policy.topics import clocks, fees, goods
from services.policies.sentences import topics_of

HEAD = """policy: acme/words
version: 1
effective: {from: 2025-01-01}
currency: USD
facts: {repairs_done: {type: count, told_by: supplier}}
"""
READINGS = [
    {"id": "SOONER", "within": "10 days", "counted_from": "ordered"},
    {"id": "LATER", "within": "20 days", "counted_from": "ordered"},
]
Row = dict[str, Any]
"""Keys of a row beside its id."""
GIVES: Row = {"give": "refund"}
FIRST: Row = {
    "first": ["repair"],
    "then": "refund",
    "after": {"repairs_done": {"at_least": 2}},
}
COUNTS: Row = {"within": "30 days", "counted_from": "delivered"}
REMEDY: dict[str, tuple[Row, Row]] = {
    "give": (GIVES, {"give": "store_credit"}),
    "choice": ({"choice": ["refund", "repair"], "chosen_by": "claimant"},) * 2,
    "chosen_by": (
        {"choice": ["refund", "repair"], "chosen_by": "claimant"},
        {"choice": ["refund", "repair"], "chosen_by": "owner"},
    ),
    "first": (FIRST, {**FIRST, "first": ["replacement"]}),
    "then": (FIRST, {**FIRST, "then": "store_credit"}),
    "after": (FIRST, {**FIRST, "after": {"repairs_done": {"at_least": 3}}}),
    "from": (GIVES, {**GIVES, "from": "manufacturer"}),
    "of": (GIVES, {**GIVES, "of": "unit_price"}),
    "percent": ({**GIVES, "percent": "90%"}, {**GIVES, "percent": "80%"}),
    "timing": (GIVES, {**GIVES, "timing": "after_receipt"}),
    "pay_within": (
        GIVES,
        {**GIVES, "pay_within": {"within": "10 days", "counted_from": "received_back"}},
    ),
    "issued_by": (GIVES, {**GIVES, "issued_by": "supplier"}),
    "bonus": (GIVES, {**GIVES, "bonus": "USD 5.00"}),
    "creates": (GIVES, {**GIVES, "creates": ["new_order"]}),
    "exchange": ({"give": "exchange"}, {"give": "exchange", "exchange": {"same_product": True}}),
}
REMEDY["choice"] = (
    REMEDY["choice"][0],
    {"choice": ["refund", "exchange"], "chosen_by": "claimant"},
)
TAKES: Row = {"fee": "USD 5.00"}
FEE: dict[str, tuple[Row, Row]] = {
    "fee": (TAKES, {"fee": "USD 6.00"}),
    "per": (TAKES, {**TAKES, "per": "unit"}),
    "taken": (TAKES, {**TAKES, "taken": "billed"}),
    "owed_by": (TAKES, {**TAKES, "owed_by": "supplier"}),
    "owed_to": (TAKES, {**TAKES, "owed_to": "retailer"}),
    "certainty": (TAKES, {**TAKES, "certainty": "at_least"}),
    "to_settle": (
        {**TAKES, "certainty": "may", "to_settle": "whether it was worn"},
        {**TAKES, "certainty": "may", "to_settle": "whether it was washed"},
    ),
}
CLOCK: dict[str, tuple[Row, Row]] = {
    "event": (COUNTS, {**COUNTS, "event": "received_back"}),
    "within": (COUNTS, {**COUNTS, "within": "31 days"}),
    "under": (COUNTS, {"under": "30 days", "counted_from": "delivered"}),
    "until": ({"until": "2025-06-30"}, {"until": "2025-06-29"}),
    "no_limit": (COUNTS, {"no_limit": True}),
    "opens": (COUNTS, {**COUNTS, "opens": {"after": "2 days", "counted_from": "delivered"}}),
    "counted_from": (COUNTS, {**COUNTS, "counted_from": "ordered"}),
    "counting": (COUNTS, {**COUNTS, "counting": "start_day_is_first"}),
    "roll": (COUNTS, {**COUNTS, "roll": "next_business_day"}),
    "extended_by": (COUNTS, {**COUNTS, "extended_by": "2 days"}),
    "pauses": (COUNTS, {**COUNTS, "pauses": {"from": "received_back", "to": "shipped"}}),
    "if_late": (COUNTS, {**COUNTS, "if_late": "claim_late"}),
    "if_early": (COUNTS, {**COUNTS, "if_early": "go_on"}),
    "must_start": (COUNTS, {**COUNTS, "must_start": True}),
    "by": (COUNTS, {**COUNTS, "by": "supplier"}),
    "if_silent": (
        {**COUNTS, "by": "supplier", "if_silent": "accept"},
        {**COUNTS, "by": "supplier", "if_silent": "refuse"},
    ),
    "readings": (COUNTS, {"readings": READINGS, "we_take": "none"}),
    "we_take": (
        {"readings": READINGS, "we_take": "SOONER"},
        {"readings": READINGS, "we_take": "LATER"},
    ),
    "code": (
        {"readings": READINGS, "we_take": "none"},
        {"readings": READINGS, "we_take": "none", "code": "claim_late"},
    ),
}
TOPICS = {
    "remedies: {retailer": (REMEDY, goods.REMEDIES.keys),
    "fees: {restocking": (FEE, fees.FEES.keys),
    "deadlines: {claim": (CLOCK, clocks.TOPIC.keys),
}


def words(topic: str, row: Row) -> str:
    """What is said of a row that holds for every return."""
    said = json.dumps({"id": "X-ROW", "otherwise": True, **row}, ensure_ascii=False)
    file = load(f"{HEAD}{topic}: {{rows: [{said}]}}}}\n", "policy.yaml")
    return next(
        each.sentence for one in topics_of(file) for each in one.rows if each.row == "X-ROW"
    )


@pytest.mark.parametrize(("topic", "key"), [(t, k) for t in TOPICS for k in TOPICS[t][1]])
def test_a_key_that_changes_what_comes_of_a_return_shows_in_the_words(topic: str, key: str) -> None:
    before, after = TOPICS[topic][0][key]

    assert words(topic, before) != words(topic, after)


def test_a_row_says_when_money_comes() -> None:
    row = {**GIVES, **REMEDY["timing"][1], **REMEDY["pay_within"][1]}

    said = words("remedies: {retailer", row)

    assert said == (
        "The retailer receives a refund. Given after receipt. "
        "Paid within 10 days of receipt of the goods."
    )


CASES = """eligibility: {rows: [
  {id: E-LATE, when: {request: late}, answer: refuse, code: outside_window},
  {id: E-ONE, when: {ordered: {between: [2025-11-20, 2025-11-20]}}, answer: accept},
  {id: E-SOME, when: {ordered: {between: [2025-11-01, 2025-11-20]}}, answer: accept},
  {id: E-BOTH, when: {opened: true, quantity: {between: [2, 4]}, brand: x}, answer: accept},
  {id: E-LATER, when: {deadlines: {has: late}}, answer: refuse, code: outside_window},
  {id: E-ELSE, otherwise: true, answer: accept}]}
goods: {rows: [{id: G-ONE, otherwise: true, do: keep}]}
window: {days: 30, counted_from: delivered}
"""


def test_the_case_of_a_row_is_said_as_people_say_it() -> None:
    topics = topics_of(load(HEAD + CASES, "policy.yaml"))
    cases = {each.row: each.when for one in topics for each in one.rows}

    assert cases["E-ONE"] == "ordered is 2025-11-20"
    assert cases["E-SOME"] == "ordered is from 2025-11-01 to 2025-11-20"
    assert cases["E-BOTH"] == "opened is true and quantity is from 2 to 4 and brand is x"
    assert cases["E-LATER"] == "it is too late"
    assert cases["E-ELSE"] == "in all other cases"
    assert cases["G-ONE"] == ""
