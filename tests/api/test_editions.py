"""Editions are asked about as of any day and as known at any moment, and are withdrawn for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.conftest import NOW, Caller, Served, refused

POLICY = """
policy: acme/{name}
version: {version}
title: Terms
effective: {{from: {first}}}
currency: USD
for: {{channel: [{name}]}}
window: {{days: {days}, counted_from: delivered}}
"""
CHILD = """
policy: acme/{name}-northwind
version: 1
extends: acme/{name}@1
for: {{retailer: northwind, channel: [{name}]}}
effective: {{from: 2024-01-01}}
changes: [{{set: window.days, to: 45, why: contract}}]
"""
BEFORE = (NOW - timedelta(hours=1)).isoformat()
AFTER = (NOW + timedelta(hours=1)).isoformat()


def publish(caller: Caller, text: str) -> dict[str, Any]:
    said = {"yaml": text, "idempotencyKey": f"{hash(text)}"}
    return caller.ask("PublishPolicy", input=said)["publishPolicy"]


def published(
    caller: Caller, name: str, version: int = 1, first: str = "2024-01-01", days: int = 30
) -> str:
    text = POLICY.format(name=name, version=version, first=first, days=days)
    answer = publish(caller, text)
    assert answer["__typename"] == "PublishedPolicy", answer
    return f"acme/{name}@{version}"


def withdraw(caller: Caller, edition: str, key: str = "", **said: Any) -> dict[str, Any]:
    usual = {"edition": edition, "why": "a mistake", "idempotencyKey": key or f"w {edition}"}
    return caller.ask("WithdrawPolicy", input={**usual, **said})["withdrawPolicy"]


def then(caller: Caller, name: str, **when: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = caller.ask("PolicyThen", id=f"acme/{name}", **when)["policy"]
    return found


def version(caller: Caller, name: str, **when: Any) -> int | None:
    found = then(caller, name, **when)
    return found["inForce"]["version"] if found and found["inForce"] else None


def order(caller: Caller, number: str, category: str, ordered: str = "2025-05-01") -> None:
    dates = [{"name": "ordered", "on": ordered}, {"name": "delivered", "on": "2025-05-09"}]
    line = {"number": "1", "sku": "LAMP-1", "quantity": 1, "unitPrice": 1000}
    said = {
        "number": number,
        "partner": "acme",
        "currency": "USD",
        "dates": dates,
        "lines": [line],
        "channel": category,
        "country": "US",
    }
    added = caller.ask("AddOrders", input={"orders": [said], "idempotencyKey": number})["addOrders"]
    assert added["__typename"] == "OrdersAdded", added


def eligible(caller: Caller, number: str, **when: Any) -> dict[str, Any]:
    return caller.ask("CouldItComeBackThen", lines=[{"order": number}], **when)["eligibility"][0]


# --- as of a day, as known at a moment ------------------------------------------------------------


def test_the_edition_in_force_is_asked_as_of_any_day(acme: Caller, northwind: Caller) -> None:
    published(acme, "rugs", 1, "2024-01-01")
    published(acme, "rugs", 2, "2025-03-01")

    assert version(northwind, "rugs") == 2
    assert version(northwind, "rugs", asOf="2025-02-28") == 1
    assert version(northwind, "rugs", asOf="2025-03-01") == 2
    assert version(northwind, "rugs", asOf="2023-12-31") is None


def test_an_order_is_governed_by_the_day_that_it_is_where_its_policy_counts_days(
    acme: Caller, northwind: Caller
) -> None:
    for number, first, days in ((1, "2024-01-01", 30), (2, "2025-03-01", 60)):
        text = POLICY.format(name="posters", version=number, first=first, days=days)
        publish(acme, f"{text}time_zone: Europe/Berlin\n")
    moments = {"M-1": "2025-03-01T00:30:00+02:00", "M-2": "2025-02-28T23:00:00Z"}
    for number, ordered in moments.items():
        order(northwind, number, "posters", ordered)

    found = {number: eligible(northwind, number)["edition"]["version"] for number in moments}

    assert found == {"M-1": 1, "M-2": 2}


def test_a_request_is_of_the_day_that_it_is_where_its_policy_counts_days(
    acme: Caller, northwind: Caller
) -> None:
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    for name, zone in (("globes", "Pacific/Kiritimati"), ("atlases", "UTC")):
        for number, first in ((1, "2024-01-01"), (2, tomorrow)):
            text = POLICY.format(name=name, version=number, first=first, days=30)
            publish(acme, f"{text}applies_by: requested\ntime_zone: {zone}\n")
        order(northwind, name, name)

    found = {name: eligible(northwind, name)["edition"] for name in ("globes", "atlases")}

    assert NOW.hour >= 10  # at the date line the next day has begun
    assert {name: each["version"] for name, each in found.items()} == {"globes": 2, "atlases": 1}


def test_what_was_not_published_yet_was_not_known(acme: Caller, northwind: Caller) -> None:
    published(acme, "vases")

    assert then(northwind, "vases", knownAt=BEFORE) is None
    assert version(northwind, "vases", knownAt=NOW.isoformat()) == 1
    assert version(northwind, "vases", asOf="2023-01-01", knownAt=AFTER) is None
    query = """query($at: DateTime, $on: Date) {
        policies(partner: "acme", knownAt: $at, asOf: $on) { totalCount } }"""
    assert acme.ask(query, at=BEFORE)["policies"]["totalCount"] == 0
    assert acme.ask(query, at=AFTER)["policies"]["totalCount"] > 0
    assert acme.ask(query, at=AFTER, on="2019-01-01")["policies"]["totalCount"] == 0


def test_a_moment_needs_an_offset(acme: Caller) -> None:
    answer = acme.answer("PolicyThen", id="acme/standard", knownAt="2025-01-01T00:00:00")

    assert answer["errors"][0]["extensions"]["code"] == "wrong_moment"


def test_support_asks_what_would_have_been_decided_then(served: Served, acme: Caller) -> None:
    northwind, support = served.callers["northwind"], served.callers["northwind support"]
    published(acme, "clocks", 1, "2024-01-01", days=10)
    published(acme, "clocks", 2, "2025-05-02", days=90)
    order(northwind, "CLOCK-1", "clocks")

    now = eligible(support, "CLOCK-1")
    earlier = eligible(support, "CLOCK-1", asOf="2025-05-19")
    unknown = eligible(support, "CLOCK-1", knownAt=BEFORE)

    assert (now["answer"], now["code"]) == ("REFUSE", "outside_window")
    assert now["decisionId"]
    assert (earlier["answer"], earlier["decisionId"]) == ("ACCEPT", None)
    assert earlier["edition"] == {"policy": "acme/clocks", "version": 1}
    assert (unknown["code"], unknown["edition"], unknown["decisionId"]) == ("no_policy", None, None)


def test_retailers_ask_about_the_present_only(northwind: Caller) -> None:
    for when in ({"asOf": "2025-01-01"}, {"knownAt": BEFORE}):
        answer = northwind.answer("CouldItComeBackThen", lines=[{"order": "N-1"}], **when)
        assert answer["errors"][0]["extensions"]["code"] == "not_allowed"


def test_a_draft_is_previewed_as_of_a_day(acme: Caller) -> None:
    text = POLICY.format(name="drafted", version=1, first="2024-01-01", days=10)
    case = {"ordered": "2025-05-01", "delivered": "2025-05-09", "item_price": "USD 10.00"}

    def answer(**more: Any) -> str:
        said = {"yaml": text, "scenario": case, **more}
        found: str = acme.ask("PreviewPolicy", input=said)["preview"]["answer"]
        return found

    assert answer(asOf="2025-05-19") == "ACCEPT"
    assert answer(asOf="2025-05-20") == "REFUSE"
    assert answer(asOf="2025-05-20", scenario={**case, "requested": "2025-05-19"}) == "ACCEPT"


# --- no gap, no way back --------------------------------------------------------------------------


def test_a_gap_is_a_fault_with_the_order_that_shows_it(acme: Caller) -> None:
    text = POLICY.format(name="frames", version=1, first="2024-01-01", days=30)
    assert publish(acme, text.replace("from: 2024-01-01", "from: 2024-01-01, until: 2025-06-30"))

    answer = publish(acme, POLICY.format(name="frames", version=2, first="2025-07-02", days=30))

    assert answer["__typename"] == "PolicyFaultsProblem"
    (fault,) = answer["faults"]
    assert (fault["code"], fault["line"]) == ("edition_gap", 5)
    assert "An order ordered on 2025-07-01 would fall under no edition" in fault["sentence"]


# --- withdrawal -----------------------------------------------------------------------------------


def test_a_withdrawn_edition_governs_no_order_any_more(acme: Caller, northwind: Caller) -> None:
    first = published(acme, "mugs", 1, days=60)
    second = published(acme, "mugs", 2, days=10)
    order(northwind, "MUG-1", "mugs")
    before = northwind.eligible(order="MUG-1")

    answer = withdraw(acme, second)
    after = northwind.eligible(order="MUG-1")
    last = withdraw(acme, first)
    gone = northwind.eligible(order="MUG-1")

    assert (answer["__typename"], answer["instead"]) == ("PolicyWithdrawn", "acme/mugs@1")
    assert answer["withdrawal"] == {"at": NOW.isoformat(), "fromDay": None, "why": "a mistake"}
    assert [each["edition"]["version"] for each in (before, after)] == [2, 1]
    assert (before["answer"], after["answer"]) == ("REFUSE", "ACCEPT")
    assert (last["instead"], gone["edition"]["policy"]) == (None, "acme/standard")
    kept = acme.ask(
        "query($id: ID!) { decision(id: $id) { edition { version } intact } }",
        id=before["decisionId"],
    )
    assert kept["decision"] == {"edition": {"version": 2}, "intact": True}


def test_a_withdrawal_from_a_day_on_leaves_the_days_before(acme: Caller, northwind: Caller) -> None:
    only = published(acme, "bowls")

    answer = withdraw(acme, only, fromDay="2025-03-01")

    assert answer["withdrawal"]["fromDay"] == "2025-03-01"
    assert version(northwind, "bowls") is None
    assert version(northwind, "bowls", asOf="2025-02-28") == 1
    (edition,) = (then(northwind, "bowls") or {})["editions"]
    assert [each["why"] for each in edition["withdrawals"]] == ["a mistake"]
    page = 'asOf: "2025-03-01", page: {first: 100}'
    nodes = northwind.ask(f"query {{ policies({page}) {{ nodes {{ name }} }} }}")["policies"]
    assert {"name": "acme/bowls"} not in nodes["nodes"]


def test_the_same_key_withdraws_once(acme: Caller) -> None:
    only = published(acme, "plates")

    first = withdraw(acme, only, "plates")
    again = withdraw(acme, only, "plates")
    other = withdraw(acme, only, "plates", why="another reason")
    new = withdraw(acme, only, "plates 2")

    assert again == first
    assert (other["code"], other["path"]) == ("idempotency_key_reused", "input.idempotencyKey")
    assert (new["code"], new["path"]) == ("withdrawn_already", "input.edition")


def test_what_cannot_be_withdrawn_is_said(acme: Caller, served: Served) -> None:
    only = published(acme, "cups")
    edition = acme.ask("PolicyThen", id="acme/cups")["policy"]

    assert edition["name"] == "acme/cups"
    assert withdraw(acme, only, why=" ")["path"] == "input.why"
    for unknown in ("acme/cups@2", "acme/none@1", "globex/standard@1", "x", "@"):
        assert withdraw(acme, unknown)["code"] == "not_found"
    assert withdraw(served.callers["globex"], only)["code"] == "not_found"
    said = {"edition": only, "why": "w", "idempotencyKey": "k"}
    for caller in ("northwind", "acme support"):
        answer = served.callers[caller].answer("WithdrawPolicy", input=said)
        assert refused(answer) == "not_allowed"
    assert version(acme, "cups") == 1


def test_an_edition_is_withdrawn_by_its_id_too(acme: Caller) -> None:
    published(acme, "trays")
    query = 'query { policy(id: "acme/trays") { editions { id } } }'
    (edition,) = acme.ask(query)["policy"]["editions"]

    answer = withdraw(acme, edition["id"], fromDay="2030-01-01")

    assert answer["edition"]["id"] == edition["id"]
    assert withdraw(acme, edition["id"], "again", fromDay="2031-01-01")["path"] == "input.fromDay"


def test_children_keep_their_base_and_are_told(acme: Caller, northwind: Caller) -> None:
    base = published(acme, "sofas", days=10)
    assert publish(acme, CHILD.format(name="sofas"))["__typename"] == "PublishedPolicy"
    order(northwind, "SOFA-1", "sofas")
    published(acme, "sofas", 2, "2030-01-01")

    answer = withdraw(acme, base)

    assert answer["children"] == ["acme/sofas-northwind@1"]
    found = northwind.eligible(order="SOFA-1")
    assert (found["answer"], found["lastDay"]) == ("ACCEPT", "2025-06-23")
    notices = "editions { notices { code base sentence } }"
    query = f'query {{ policy(id: "acme/sofas-northwind") {{ {notices} }} }}'
    (edition,) = acme.ask(query)["policy"]["editions"]
    assert [each["code"] for each in edition["notices"]] == ["WITHDRAWN_BASE", "NEWER_BASE"]
    assert "`acme/sofas@2`" in edition["notices"][1]["sentence"]
    (seen,) = northwind.ask(query)["policy"]["editions"]
    assert seen["notices"] == []
