"""Claims as both sides see them: of which return, how much is left, and why they ended."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from tests.api.conftest import Caller

_NUMBERS = count()
AHEAD = """
policy: acme/ahead
version: 1
title: Paid ahead
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
for: {channel: [ahead]}
remedy: {give: account_credit, timing: immediate}
"""


def sent(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation."""
    field = operation[0].lower() + operation[1:]
    asked = {"idempotencyKey": f"claims {next(_NUMBERS)}", **said}
    result: dict[str, Any] = caller.ask(operation, input=asked)[field]
    return result


@pytest.fixture(autouse=True)
def published(acme: Caller) -> None:
    said = {"yaml": AHEAD, "idempotencyKey": "claims, policy"}
    result = acme.ask("PublishPolicy", input=said)["publishPolicy"]
    assert result["__typename"] == "PublishedPolicy", result


def requested(acme: Caller, northwind: Caller, price: int = 4000) -> dict[str, Any]:
    """A return of a lamp that is paid at its approval."""
    number = f"CL-{next(_NUMBERS)}"
    dates = [{"name": "ordered", "on": "2025-05-01"}, {"name": "delivered", "on": "2025-05-09"}]
    line = {"number": "1", "sku": "LAMP-1", "quantity": 1, "unitPrice": price, "location": "main"}
    more = {"number": number, "partner": "northwind", "currency": "USD", "channel": "ahead"}
    order = {**more, "dates": dates, "lines": [line], "country": "US"}
    assert sent(acme, "AddOrders", orders=[order])["__typename"] == "OrdersAdded"
    back = [{"order": number, "line": "1", "reason": "change_of_mind"}]
    found: dict[str, Any] = sent(northwind, "RequestReturn", lines=back)["returns"][0]
    return found


def claimed(acme: Caller, northwind: Caller) -> tuple[dict[str, Any], dict[str, Any]]:
    """A return that was paid ahead and cancelled, and the claim for it."""
    made = requested(acme, northwind)
    sent(northwind, "CancelReturn", **{"return": made["id"]}, why="Kept after all.")
    return made, northwind.ask("OwedClaims", state="OPEN")["claims"]["nodes"][0]


def test_a_claim_names_its_return_and_its_sides(acme: Caller, northwind: Caller) -> None:
    made, owed = claimed(acme, northwind)

    mine = acme.ask("MyClaims", state="OPEN")["claims"]["nodes"][0]

    assert owed["returnNumber"] == mine["returnNumber"] == made["number"]
    assert owed["returnLine"] == mine["returnLine"] == made["lines"][0]["id"]
    assert (owed["supplier"]["handle"], mine["retailer"]["handle"]) == ("acme", "northwind")
    sent(acme, "DropClaim", claim=mine["id"], why="A good customer.")


def test_an_entry_about_money_leads_to_its_return_and_line(acme: Caller, northwind: Caller) -> None:
    made = requested(acme, northwind)
    about = "about { ... on RecordedSettlement { returnNumber returnLine } }"
    query = "query($after: Int!) { journal(after: $after, first: 500, kinds: [SETTLEMENT_PLANNED])"

    for caller in (acme, northwind):
        entries = caller.ask(f"{query} {{ {about} }} }}", after=0)["journal"]
        named = [each["about"] for each in entries]
        assert {"returnNumber": made["number"], "returnLine": made["lines"][0]["id"]} in named


@pytest.mark.parametrize(
    ("operation", "state"), [("SettleClaim", "PAID"), ("DropClaim", "DROPPED")]
)
def test_nothing_is_left_of_a_claim_that_ended_and_both_see_why(
    acme: Caller, northwind: Caller, operation: str, state: str
) -> None:
    made, owed = claimed(acme, northwind)

    ended = sent(acme, operation, claim=owed["id"], why="Invoice 2026-118")["claim"]

    seen = northwind.ask("OwedClaims", state=state)["claims"]["nodes"]
    (seen,) = [each for each in seen if each["id"] == owed["id"]]
    story = northwind.ask("ReturnStory", number=made["number"])["returnByNumber"]
    for each in (ended, seen, story["lines"][0]["claims"][0]):
        assert (each["state"], each["left"]["amount"]) == (state, "0.00")
        assert (each["amount"]["amount"], each["endedWhy"]) == ("40.00", "Invoice 2026-118")


def test_a_line_says_what_is_owed_for_it_where_a_claim_takes_all_of_it(
    acme: Caller, northwind: Caller
) -> None:
    made, _ = claimed(acme, northwind)
    (line,) = northwind.ask("ReturnStory", number=made["number"])["returnByNumber"]["lines"]
    assert line["owed"]["amount"] == "0.00"

    again = requested(acme, northwind, 3000)

    (line,) = northwind.ask("ReturnStory", number=again["number"])["returnByNumber"]["lines"]
    assert (line["owed"]["amount"], line["settlements"]) == ("30.00", [])
    (taken,) = line["deductedForClaims"]
    assert taken["amount"]["amount"] == "30.00"
    assert taken["claim"]["returnNumber"] == made["number"]
    last = requested(acme, northwind)
    (line,) = acme.ask("ReturnStory", number=last["number"])["returnByNumber"]["lines"]
    assert line["owed"]["amount"] == "40.00"
    (moved,) = line["settlements"]
    assert (moved["amount"]["amount"], moved["claimed"]["amount"]) == ("30.00", "10.00")


def test_a_settlement_in_the_list_says_what_was_taken_off(acme: Caller, northwind: Caller) -> None:
    claimed(acme, northwind)
    requested(acme, northwind, 7000)

    moved = acme.ask("MySettlements")["settlements"]["nodes"]

    assert ("30.00", "40.00") in [
        (each["amount"]["amount"], each["claimed"]["amount"]) for each in moved
    ]


def test_a_claim_ends_as_it_was_shown(acme: Caller, northwind: Caller) -> None:
    _, owed = claimed(acme, northwind)
    query = "query($id: ID!) { node(id: $id) { ... on Claim { version } } }"
    shown = acme.ask(query, id=owed["id"])["node"]["version"]
    said = {"claim": owed["id"], "why": "so"}

    wrong = sent(acme, "DropClaim", **said, ifUnchanged="")
    first = sent(acme, "SettleClaim", **said, ifUnchanged=shown)
    second = sent(acme, "DropClaim", **said, ifUnchanged=shown)

    assert (wrong["code"], wrong["path"]) == ("changed", "input.ifUnchanged")
    assert first["claim"]["state"] == "PAID"
    assert second["code"] == "changed"
