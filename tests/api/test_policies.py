"""Suppliers preview, publish and agree; drafts are never kept, editions never change."""

from __future__ import annotations

from typing import Any

import pytest

from returns_api.types.ids import NodeKind, encode
from tests.api.conftest import Caller, Served

DRAFT = """
policy: acme/{name}
version: {version}
title: Toys
effective: {{from: 2024-01-01}}
applies_by: ordered
currency: USD
for: {{category: [{name}]}}
window: {{days: {days}, counted_from: delivered}}
tests:
  usual: {{ordered: 2025-03-01, delivered: 2025-03-05, item_price: USD 40.00}}
  cases:
    - {{name: in time, given: {{requested: 2025-03-10}}, expect: {{answer: accept}}}}
"""
CASE = {
    "ordered": "2025-05-01",
    "delivered": "2025-05-04",
    "requested": "2025-05-20",
    "item_price": "USD 25.00",
}


def draft(name: str, version: int = 1, days: int = 14) -> str:
    return DRAFT.format(name=name, version=version, days=days)


def publish(caller: Caller, yaml: str, key: str) -> dict[str, Any]:
    said = {"yaml": yaml, "idempotencyKey": key}
    return caller.ask("PublishPolicy", input=said)["publishPolicy"]


def preview(caller: Caller, yaml: str, scenario: Any = None, **more: Any) -> dict[str, Any]:
    said = {"yaml": yaml, "scenario": CASE if scenario is None else scenario, **more}
    return caller.ask("PreviewPolicy", input=said)["preview"]


def test_a_published_policy_decides_from_then_on(acme: Caller) -> None:
    answer = publish(acme, draft("toys"), "toys-1")

    assert answer["__typename"] == "PublishedPolicy"
    assert answer["edition"]["policy"] == "acme/toys"
    found = acme.ask("query($id: ID!) { node(id: $id) { id } }", id=answer["edition"]["id"])
    assert found["node"] == {"id": answer["edition"]["id"]}


def test_the_same_key_gives_the_same_answer_and_another_text_a_problem(acme: Caller) -> None:
    first = publish(acme, draft("games"), "games-1")

    assert publish(acme, draft("games"), "games-1") == first
    other = publish(acme, draft("games", version=2), "games-1")
    assert (other["__typename"], other["code"]) == ("InputProblem", "idempotency_key_reused")


def test_a_version_that_is_taken_is_named(acme: Caller) -> None:
    publish(acme, draft("books"), "books-1")

    answer = publish(acme, draft("books", days=21), "books-2")

    assert (answer["__typename"], answer["code"]) == ("VersionTaken", "version_taken")


@pytest.mark.parametrize(
    ("yaml", "line", "code"),
    [
        ("policy: [", 1, "not_yaml"),
        ("- a list", 1, "wrong_shape"),
        (draft("cards").replace("window:", "windw:"), 9, "unknown_key"),
    ],
)
def test_faults_of_a_policy_come_with_their_lines(
    acme: Caller, yaml: str, line: int, code: str
) -> None:
    for answer in (publish(acme, yaml, f"faults-{line}"), preview(acme, yaml)):
        assert answer["__typename"] == "PolicyFaultsProblem"
        assert code in {fault["code"] for fault in answer["faults"]}
        assert line in {fault["line"] for fault in answer["faults"]}


def test_a_failing_test_is_named(acme: Caller) -> None:
    answer = publish(acme, draft("maps").replace("answer: accept", "answer: refuse"), "maps-1")

    assert answer["__typename"] == "PolicyTestsFailed"
    assert answer["tests"][0]["name"] == "in time"
    assert answer["tests"][0]["failures"]


def test_policies_that_no_order_could_tell_apart_are_refused(acme: Caller) -> None:
    publish(acme, draft("pens"), "pens-1")

    other = draft("ink").replace("[ink]", "[pens, ink]")
    answer = publish(acme, other, "ink-1")

    assert (answer["__typename"], answer["code"]) == ("PublishingRefused", "selection_tie")


def test_nobody_publishes_under_another_name(acme: Caller) -> None:
    answer = publish(acme, draft("x").replace("acme/x", "globex/x"), "steal-1")

    assert answer["code"] == "wrong_owner"


def test_a_draft_is_decided_without_being_kept(acme: Caller) -> None:
    answer = preview(acme, draft("unseen"))

    assert (answer["__typename"], answer["answer"]) == ("Preview", "REFUSE")
    assert answer["lastDay"] == "2025-05-18"
    assert answer["tests"]["passed"] == 1
    query = 'query { policy(id: "acme/unseen") { name } }'
    assert acme.ask(query)["policy"] is None


def test_support_may_preview(served: Served) -> None:
    answer = preview(served.callers["acme support"], draft("unseen", days=40))

    assert answer["answer"] == "ACCEPT"


def test_a_draft_is_previewed_under_agreed_values(acme: Caller) -> None:
    yaml = draft("agreed", days=0).replace("days: 0", "days: agreed.days")
    yaml += "agreed: {days: {type: length, default: 5 days, at_most: 30 days}}\n"
    yaml = yaml.replace("days: agreed.days", "within: agreed.days")

    usual = preview(acme, yaml)
    longer = preview(acme, yaml, agreed=[{"name": "days", "value": "30 days"}])
    wrong = preview(acme, yaml, agreed=[{"name": "days", "value": "31 days"}])

    assert (usual["answer"], longer["answer"]) == ("REFUSE", "ACCEPT")
    assert wrong["faults"][0]["code"] == "out_of_bounds"


@pytest.mark.parametrize(
    ("scenario", "code", "path"),
    [
        ([1], "wrong_type", "input.scenario"),
        ({"ordered": {"a": 1}}, "wrong_type", "input.scenario.ordered"),
        ({**CASE, "delivered": "2025-04-30"}, "dates_reversed", "input.scenario.delivered"),
        ({**CASE, "item_price": "USD -1.00"}, "negative_money", "input.scenario.item_price"),
        ({**CASE, "item_price": "EUR 1.00"}, "other_currency", "input.scenario.item_price"),
        ({**CASE, "reason": "defectve"}, "unknown_word", "input.scenario.reason"),
        ({**CASE, "no_such_fact": 1}, "unknown_fact", "input.scenario.no_such_fact"),
    ],
)
def test_a_case_that_cannot_be_right_is_a_problem(
    acme: Caller, scenario: Any, code: str, path: str
) -> None:
    answer = preview(acme, draft("unseen"), scenario)

    assert (answer["__typename"], answer["code"], answer["path"]) == ("InputProblem", code, path)


def test_terms_change_what_one_partner_gets(served: Served, acme: Caller) -> None:
    southgate = served.callers["southgate"]
    lines = [{"number": "1", "sku": "LAMP-1", "quantity": 1, "unitPrice": 10000}]
    order = {
        "number": "S-TERMS",
        "partner": "acme",
        "currency": "USD",
        "dates": [
            {"name": "ordered", "on": "2025-05-01"},
            {"name": "delivered", "on": "2025-05-09"},
        ],
        "lines": lines,
        "country": "US",
    }
    southgate.ask("AddOrders", input={"orders": [order], "idempotencyKey": "terms-order"})
    before = southgate.eligible(order="S-TERMS")
    partnerships = acme.ask("{ me { partnerships { id retailer { handle } } } }")["me"]
    (key,) = [
        p["id"] for p in partnerships["partnerships"] if p["retailer"]["handle"] == "southgate"
    ]

    def agree(value: str) -> dict[str, Any]:
        terms = [{"name": "fee", "value": value}]
        said = {"partnership": key, "policy": "acme/standard", "terms": terms}
        return acme.ask("SetTerms", input=said)["setTerms"]

    assert agree("21%")["code"] == "terms_not_allowed"
    assert agree("10%")["__typename"] == "TermsSet"
    after = southgate.eligible(order="S-TERMS")

    assert before["settlement"]["net"]["amount"] == "100.00"
    assert after["settlement"]["net"]["amount"] == "90.00"
    assert after["edition"]["digest"] == before["edition"]["digest"]
    assert agree("0%")["__typename"] == "TermsSet"


def test_a_retailer_reads_in_words_what_was_agreed_with_it(served: Served, acme: Caller) -> None:
    query = """{ policy(id: "acme/standard") { inForce { id } }
      me { partnerships { id retailer { handle } } } }"""
    found = acme.ask(query)
    joined = {each["retailer"]["handle"]: each["id"] for each in found["me"]["partnerships"]}

    def agree(value: str) -> None:
        terms = [{"name": "fee", "value": value}]
        said = {"partnership": joined["southgate"], "policy": "acme/standard", "terms": terms}
        assert acme.ask("SetTerms", input=said)["setTerms"]["__typename"] == "TermsSet"

    def reads(who: Caller) -> set[str]:
        edition = found["policy"]["inForce"]["id"]
        topics = who.ask("PolicyInWords", edition=edition)["policyInWords"]
        return {
            row["sentence"] for each in topics if "fee" in each["topic"] for row in each["rows"]
        }

    agree("12%")
    southgate, northwind = served.callers["southgate"], served.callers["northwind"]
    theirs, others, own = reads(southgate), reads(northwind), reads(acme)
    agree("0%")

    assert any("12%" in each for each in theirs), theirs
    assert not any("12%" in each for each in others | own)
    assert reads(southgate) == others


@pytest.mark.parametrize("partnership", ["", "x", encode(NodeKind.ORDER, "x")])
def test_terms_of_what_is_no_partnership_are_not_found(acme: Caller, partnership: str) -> None:
    said = {"partnership": partnership, "policy": "acme/standard", "terms": []}

    answer = acme.ask("SetTerms", input=said)["setTerms"]

    assert (answer["code"], answer["path"]) == ("not_found", "input.partnership")


def test_policies_come_in_pages(acme: Caller) -> None:
    for name in ("page-a", "page-b", "page-c"):
        publish(acme, draft(name), name)
    query = """query($page: Page) { policies(page: $page) {
        totalCount nodes { name } pageInfo { hasNextPage endCursor } } }"""
    names: list[str] = []
    page: dict[str, Any] = {"first": 2}
    while True:
        found = acme.ask(query, page=page)["policies"]
        names += [each["name"] for each in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        page = {"first": 2, "after": found["pageInfo"]["endCursor"]}

    assert names == sorted(names)
    assert len(names) == found["totalCount"]
    last = acme.ask(query, page={"last": 1})["policies"]
    assert [each["name"] for each in last["nodes"]] == names[-1:]
    for wrong in ({"first": 0}, {"first": 101}, {"after": "nothing"}):
        assert acme.answer(query, page=wrong)["errors"][0]["extensions"]["code"]


def test_policies_are_listed_as_of_a_day(acme: Caller) -> None:
    query = "query($on: Date) { policies(asOf: $on, page: {first: 100}) { nodes { name } } }"

    assert acme.ask(query, on="2019-12-31")["policies"]["nodes"] == []
    listed = acme.ask(query, on="2020-01-01")["policies"]["nodes"]
    assert {"name": "acme/standard"} in listed
