"""Two policies are compared by whoever may read both; what is said of them is borne out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller, Served, refused
from tests.api.test_authoring import ask
from tests.api.test_policies import draft, preview, publish


@pytest.fixture(scope="module")
def acme(served: Served) -> Caller:
    return served.callers["acme"]


def changed(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {each["field"]: each["changes"] for each in found["fields"] if each["count"]}


def test_a_draft_beside_what_is_in_force_says_what_changes_and_for_which_returns(
    acme: Caller,
) -> None:
    publish(acme, draft("kites"), "kites-1")
    text = draft("kites", 2, days=21)
    ask(acme, "SaveDraft", policy="acme/kites", yaml=text)

    found = ask(
        acme, "ComparePolicies", after={"draft": "acme/kites"}, before={"inForce": "acme/kites"}
    )

    assert (found["before"], found["after"]) == ("acme/kites@1", "acme/kites@2")
    assert found["proven"]
    assert found == ask(acme, "ComparePolicies", after={"yaml": text})
    (answer,) = changed(found)["ANSWER"]
    assert (answer["before"], answer["after"]) == ("refuse", "accept")
    assert any("15 to 21 days after delivered" in each for each in answer["where"])
    facts = answer["example"]["facts"]
    for yaml, said in ((draft("kites"), "REFUSE"), (text, "ACCEPT")):
        assert preview(acme, yaml, facts)["answer"] == said


def test_a_policy_without_a_change_is_proven_to_have_none(acme: Caller) -> None:
    edition = publish(acme, draft("yoyos"), "yoyos-1")["edition"]["id"]

    found = ask(acme, "ComparePolicies", after={"yaml": draft("yoyos", 2)})

    assert (found["proven"], changed(found)) == (True, {})
    assert "this is proven" in found["summary"][0]
    same = ask(acme, "ComparePolicies", after={"edition": edition}, before={"edition": edition})
    assert (same["proven"], changed(same)) == (True, {})


def test_an_override_is_held_against_its_base_and_its_guards(acme: Caller) -> None:
    publish(acme, draft("drums"), "drums-1")
    text = (
        "policy: acme/drums--northwind\nextends: acme/drums@1\nversion: 1\n"
        "effective: {from: 2024-02-01}\nfor: {retailer: northwind}\n"
        "compare: {never: [{last_day: earlier}, {fee: higher}]}\n"
        "changes:\n  - {set: window.days, to: 10, why: agreed}\n"
    )

    found = ask(acme, "ComparePolicies", after={"yaml": text})

    assert found["before"].startswith("acme/drums@1")
    assert "LAST_DAY" in changed(found)
    guards = {each["rule"]: each for each in found["guards"]}
    assert guards["last_day: earlier"]["standing"] == "BROKEN"
    assert "is broken" in guards["last_day: earlier"]["sentence"]
    assert guards["fee: higher"] == {"rule": "fee: higher", "standing": "HOLDS", "sentence": ""}


def test_what_others_are_given_is_not_told_by_a_base(served: Served, acme: Caller) -> None:
    publish(acme, draft("harps"), "harps-1")
    text = (
        "policy: acme/harps--northwind\nextends: acme/harps@1\nversion: 1\n"
        "effective: {from: 2024-02-01}\nfor: {retailer: northwind, category: [harps]}\n"
        "compare: {never: [{fee: higher}]}\nchanges:\n  - {set: window.days, to: 20, why: agreed}\n"
        "tests:\n  usual: {ordered: 2025-03-01, delivered: 2025-03-05, item_price: USD 40.00}\n"
        "  cases:\n    - {name: late, given: {requested: 2025-03-20}, expect: {answer: accept}}\n"
    )
    edition = publish(acme, text, "harps-2")["edition"]["id"]

    own, theirs = (
        ask(served.callers[name], "ComparePolicies", after={"edition": edition})
        for name in ("acme", "northwind")
    )

    assert own["before"].startswith("acme/harps@1")
    assert len(own["guards"]) == 1
    assert (theirs["before"], theirs["guards"]) == ("acme/harps--northwind@1", [])
    assert changed(theirs) == {}


def test_a_partner_compares_only_what_it_may_read(served: Served, acme: Caller) -> None:
    edition = publish(acme, draft("flutes"), "flutes-1")["edition"]["id"]
    ask(acme, "SaveDraft", policy="acme/flutes", yaml=draft("flutes", 2))
    of_edition, of_name = {"edition": edition}, {"inForce": "acme/flutes"}

    northwind, globex = served.callers["northwind"], served.callers["globex"]
    seen = ask(northwind, "ComparePolicies", before=of_edition, after=of_name)
    assert (seen["proven"], changed(seen)) == (True, {})
    for source in (of_edition, of_name, {"draft": "acme/flutes"}):
        hidden = globex.answer("ComparePolicies", input={"after": source, "before": source})
        assert refused(hidden) == "not_found"
    for source in ({"draft": "acme/flutes"}, {"yaml": draft("flutes")}):
        hidden = northwind.answer("ComparePolicies", input={"after": source, "before": of_name})
        assert refused(hidden) == "not_allowed"


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"after": {}}, "wrong_size", "input.after"),
        ({"after": {"yaml": "a: 1", "draft": "acme/a"}}, "wrong_size", "input.after"),
        ({"after": {"yaml": "policy: ["}}, "policy_faults", "input.after"),
        ({"after": {"yaml": draft("none")}}, "not_found", "input.before"),
        ({"after": {"yaml": draft("none")}, "before": {"yaml": "- a"}}, "policy_faults", None),
        ({"after": {"yaml": draft("none")}, "most": 0}, "wrong_number", "input.most"),
        (
            {
                "after": {"yaml": draft("none")},
                "before": {"yaml": draft("none").replace("USD", "EUR")},
            },
            "not_comparable",
            None,
        ),
    ],
)
def test_what_cannot_be_compared_is_a_problem(
    acme: Caller, said: dict[str, Any], code: str, path: str | None
) -> None:
    answer = acme.answer("ComparePolicies", input=said)

    assert refused(answer) == code
    assert path in (None, answer["data"]["comparePolicies"]["path"])
