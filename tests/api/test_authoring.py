"""Authors check, change, try and keep drafts; nobody's draft is another's, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller, Served, refused
from tests.api.test_policies import CASE, draft, publish


@pytest.fixture(scope="module")
def acme(served: Served) -> Caller:
    return served.callers["acme"]


def ask(caller: Caller, operation: str, /, **said: Any) -> dict[str, Any]:
    (answer,) = caller.ask(operation, input=said).values()
    return answer


def started(caller: Caller, **more: Any) -> str:
    usual = {"policy": "acme/started", "currency": "USD", "firstDay": "2025-01-01"}
    return str(ask(caller, "StartPolicy", **{**usual, **more})["yaml"])


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    for each in reversed(edits):
        text = text[: each["start"]] + each["text"] + text[each["end"] :]
    return text


def test_four_answers_give_a_text_in_which_nothing_is_found(acme: Caller) -> None:
    found = ask(acme, "CheckPolicy", yaml=started(acme, feePercent=10, countedFrom="SHIPPED"))

    assert found["readable"]
    assert [each for each in found["findings"] if each["level"] == "ERROR"] == []
    assert all(each["passed"] for each in found["tests"])
    assert all(each["reachedBy"] for each in found["coverage"])
    assert {topic["topic"] for topic in found["topics"]} >= {"deadlines.request", "fees.restocking"}


def test_a_finding_comes_with_its_place_and_the_fix_to_take(acme: Caller) -> None:
    text = started(acme).replace("window:", "windw:")

    found = ask(acme, "CheckPolicy", yaml=text)

    (fix,) = [each["fix"] for each in found["findings"] if each["code"] == "unknown_key"]
    assert not found["readable"]
    assert edited(text, [fix]) == started(acme)


def test_a_change_leaves_every_comment_and_is_undone(acme: Caller) -> None:
    text = started(acme)

    done = ask(acme, "ChangePolicyText", yaml=text, set={"at": ["window", "days"], "value": 45})

    assert done["yaml"] == text.replace("days: 30", "days: 45")
    assert edited(text, done["edits"]) == done["yaml"]
    assert edited(done["yaml"], done["undo"]) == text


def test_a_holiday_extension_is_tried_beside_what_is_in_force(acme: Caller) -> None:
    publish(acme, draft("seasonal"), "seasonal-1")
    season = {"orderedFrom": "2025-11-01", "orderedTo": "2025-12-25", "until": "2026-01-31"}
    text = ask(acme, "ChangePolicyText", yaml=draft("seasonal", 2), season=season)["yaml"]
    late = {"ordered": "2025-11-10", "delivered": "2025-11-12", "requested": "2026-01-15"}

    found = ask(acme, "TryPolicy", yaml=text, scenarios=[{**CASE, **late}, CASE], tests=True)

    assert found["against"] == "acme/seasonal@1"
    first, second, test = found["scenarios"]
    assert (first["before"]["answer"], first["now"]["answer"]) == ("refuse", "accept")
    assert {"answer", "lastDay"} <= set(first["changed"])
    because = [[each["row"] for each in first[when]["because"]] for when in ("before", "now")]
    assert ["E-LATE" in rows for rows in because] == [True, False]
    assert second["changed"] == test["changed"] == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "wrong_size"),
        ({"remove": ["title"], "set": {"at": ["title"], "value": 1}}, "wrong_size"),
        ({"remove": ["nothing"]}, "not_found"),
        ({"set": {"at": [], "value": 1}}, "wrong_size"),
    ],
)
def test_what_is_no_change_is_a_problem(acme: Caller, said: dict[str, Any], code: str) -> None:
    answer = acme.answer("ChangePolicyText", input={"yaml": started(acme), **said})
    assert refused(answer) == code


def test_a_draft_is_kept_and_never_replaced_unseen(served: Served, acme: Caller) -> None:
    other = Caller(
        http=served.http,
        key=ask(acme, "IssueKey", role="SUPPLIER", idempotencyKey="a second")["secret"],
    )
    name = "acme/kept"
    first = ask(acme, "SaveDraft", policy=name, yaml="a: 1  # mine")
    assert first["draft"]["version"] == 1
    theirs = ask(other, "SaveDraft", policy=name, yaml="b: 2", expectedVersion=1)
    assert theirs["draft"]["version"] == 2

    lost = ask(acme, "SaveDraft", policy=name, yaml="c: 3", expectedVersion=1)

    assert (lost["__typename"], lost["code"]) == ("DraftConflict", "draft_changed")
    assert lost["theirs"]["yaml"] == "b: 2"
    assert lost["theirs"]["savedBy"] == theirs["draft"]["savedBy"] != first["draft"]["savedBy"]
    assert acme.ask("MyDraft", policy=name)["draft"]["yaml"] == "b: 2"
    assert ask(acme, "DiscardDraft", policy=name, expectedVersion=1)["code"] == "draft_changed"
    assert ask(acme, "DiscardDraft", policy=name, expectedVersion=2)["policy"] == name
    assert acme.ask("MyDraft", policy=name)["draft"] is None
    gone = ask(other, "SaveDraft", policy=name, yaml="d: 4", expectedVersion=2)
    assert (gone["code"], gone["theirs"]) == ("draft_changed", None)


def test_a_draft_of_another_tenant_is_not_found(served: Served, acme: Caller) -> None:
    ask(acme, "SaveDraft", policy="acme/secret", yaml="a: 1")
    globex = served.callers["globex"]

    assert globex.ask("MyDraft", policy="acme/secret")["draft"] is None
    assert globex.ask("MyDrafts")["drafts"] == []
    taken = globex.answer("SaveDraft", input={"policy": "acme/secret", "yaml": "b: 2"})
    assert refused(taken) == "wrong_owner"
    hit = ask(globex, "DiscardDraft", policy="acme/secret", expectedVersion=1)
    assert (hit["code"], hit["theirs"]) == ("draft_changed", None)
    assert acme.ask("MyDraft", policy="acme/secret")["draft"]["version"] == 1
    assert "acme/secret" in {each["policy"] for each in acme.ask("MyDrafts")["drafts"]}
    support = served.callers["acme support"]
    assert support.ask("MyDraft", policy="acme/secret")["draft"]["yaml"] == "a: 1"


def test_retailers_neither_check_nor_keep_drafts(served: Served) -> None:
    northwind = served.callers["northwind"]

    assert refused(northwind.answer("CheckPolicy", input={"yaml": "a: 1"})) == "not_allowed"
    said = {"policy": "northwind/a", "yaml": "a: 1"}
    assert refused(northwind.answer("SaveDraft", input=said)) == "not_allowed"


def test_an_edition_in_words_is_for_those_who_may_see_it(served: Served, acme: Caller) -> None:
    edition = publish(acme, draft("worded"), "worded-1")["edition"]["id"]

    seen = {
        handle: served.callers[handle].ask("PolicyInWords", edition=edition)["policyInWords"]
        for handle in ("acme", "northwind", "globex")
    }

    assert seen["globex"] is None
    assert seen["acme"] == seen["northwind"]
    rows = [row for topic in seen["acme"] for row in topic["rows"]]
    assert "Requested within 14 days of delivery." in {row["sentence"] for row in rows}
