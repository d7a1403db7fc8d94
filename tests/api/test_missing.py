"""What an answer lacks is named with who may say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from engine.policy.header.own_words import TELLERS
from tests.api.conftest import Served
from tests.api.owning import REQUEST, Desk, desk_of, key

_ROWS: Final = "".join(
    f"    - {{id: E-{who}, when: {{lacks_{who}: true}}, answer: refuse, code: excluded_category}}\n"
    for who in TELLERS
)
DRAFT: Final = (
    """
policy: acme/lacking
version: 1
title: What is lacking
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
facts:
"""
    + "".join(f"  lacks_{who}: {{type: yes_no, told_by: {who}}}\n" for who in TELLERS)
    + "window: {days: 300, counted_from: delivered}\neligibility:\n  rows:\n"
    + _ROWS
    + """
demands: {rows: [{id: D-ALL, need: [photos, approval], if_not: ask}]}
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
"""
)
_SHOWN: Final = "answer missing missingFacts { name fact toldBy }"
PREVIEW: Final = f"""query ($input: PreviewInput!) {{ preview(input: $input) {{ __typename
  ... on Preview {{ {_SHOWN} }} ... on Problem {{ code message }} }} }}"""
ELIGIBLE: Final = f"""query ($lines: [EligibilityLineInput!]!) {{
  eligibility(lines: $lines) {{ {_SHOWN} }} }}"""
KEPT: Final = f"""query ($number: String!) {{ returnByNumber(number: $number) {{
  lines {{ outcome {{ decision {{ {_SHOWN} }} }} }} }} }}"""


@pytest.fixture(scope="module")
def service(served: Served) -> Iterator[Desk]:
    with desk_of(served) as made:
        yield made


def owners(shown: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """By what is missing: the fact that says it, and who tells that."""
    assert [each["name"] for each in shown["missingFacts"]] == shown["missing"]
    return {each["name"]: (each["fact"], each["toldBy"]) for each in shown["missingFacts"]}


def test_each_fact_that_is_missing_is_named_with_its_owner(service: Desk) -> None:
    days = {"ordered": "2025-05-01", "delivered": "2025-05-05", "requested": "2025-05-06"}
    said = {"yaml": DRAFT, "scenario": {**days, "item_price": "USD 40.00", "evidence": []}}

    found = service.caller("acme").ask(PREVIEW, input=said)["preview"]

    assert found["__typename"] == "Preview", found
    assert found["answer"] == "ASK"
    assert owners(found) == {
        "photos": ("evidence", "RETAILER"),
        "approval": ("evidence", "SUPPLIER"),
        **{f"lacks_{who}": (f"lacks_{who}", who.upper()) for who in TELLERS},
    }


def test_an_event_that_is_missing_is_the_carriers_before_and_after_a_request(service: Desk) -> None:
    number = service.bought(dates={"ordered": "2025-05-01"})
    line = {"order": number, "line": "1", "reason": "change_of_mind"}
    retailer = service.caller("northwind")

    (asked,) = retailer.ask(ELIGIBLE, lines=[line])["eligibility"]
    wanted = {"lines": [line], "idempotencyKey": key()}
    (made,) = retailer.ask(REQUEST, input=wanted)["requestReturn"]["returns"]
    (kept,) = retailer.ask(KEPT, number=made["number"])["returnByNumber"]["lines"]

    for shown in (asked, kept["outcome"]["decision"]):
        assert (shown["answer"], owners(shown)) == ("ASK", {"delivered": ("delivered", "CARRIER")})


def test_nothing_is_missing_of_what_is_answered(service: Desk) -> None:
    line = {"order": service.bought(), "line": "1", "reason": "change_of_mind"}

    (asked,) = service.caller("northwind").ask(ELIGIBLE, lines=[line])["eligibility"]

    assert (asked["answer"], owners(asked)) == ("ACCEPT", {})
