"""What would have made a policy accept: each change is decided so, and none of one fact is missed.

Held for the policies that come with Takeback, over HTTP: every answer is decided once more by a
decider of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from adapters.store.connection.address import SqliteFile
from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.policy.selection import edition_day
from services.returns import nearest
from takeback.settings import Profile
from tests.api.conftest import STANDARD, Caller, Served, keyed, serve
from tests.policies.judged import FILES, base, name
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.singles import answer_of, single_changes, staying

NEAR: Final = "answer wouldAccept { complete changes { change facts { name now then } } }"
PREVIEW: Final = f"""query ($input: PreviewInput!) {{ preview(input: $input) {{ __typename
  ... on Preview {{ {NEAR} }} ... on InputProblem {{ code message }}
  ... on PolicyFaultsProblem {{ message faults {{ sentence }} }} }} }}"""
ELIGIBLE: Final = f"""query ($lines: [EligibilityLineInput!]!) {{ eligibility(lines: $lines) {{
  problem {{ code }} decisionId facts {{ name value }} {NEAR} }} }}"""
DECIDED: Final = f"query ($id: ID!) {{ decision(id: $id) {{ facts {{ name value }} {NEAR} }} }}"
LATE: Final = {"order": "N-1", "line": "2", "requestedOn": "2025-06-20"}
EARLIER: Final = "requested 11 days earlier (2025-06-09)"


def asked(caller: Caller, **line: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.ask(ELIGIBLE, lines=[{**LATE, **line}])["eligibility"][0]
    return found


def kept(caller: Caller, key: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.ask(DECIDED, id=key)["decision"]
    return found


def changes(answer: dict[str, Any]) -> list[str]:
    return [each["change"] for each in answer["wouldAccept"]["changes"]]


@pytest.mark.parametrize("path", FILES[3::9], ids=name)
def test_each_change_is_accepted_and_none_of_one_fact_is_missed(acme: Caller, path: Path) -> None:
    text, looked = path.read_text("utf-8"), 0
    file = load(text, name(path), base)
    drawn = Draw(file.policy, 5, missing=0.05, null=0.0)

    for given in (drawn.one() for _ in range(40)):
        with_terms = {"yaml": text, "scenario": given}
        found = acme.ask(PREVIEW, input=with_terms)["preview"]
        if found["__typename"] != "Preview" or found["answer"] in ("ACCEPT", "ASK"):
            assert found.get("wouldAccept") is None
            continue
        decider = Decider(file.on(edition_day(given, file.policy)), native=False)
        hold(decider, given, found["wouldAccept"])
        looked += 1
        if looked == 4:
            break
    assert looked


def hold(decider: Decider, given: Given, found: dict[str, Any]) -> None:
    """The law: what is said is so, and what is complete misses nothing of one fact."""
    for each in found["changes"]:
        moved = {one["name"]: one for one in each["facts"]}
        assert not staying(decider.policy, given) & moved.keys()
        assert all(moved[fact]["now"] == given[fact] for fact in moved)
        then = {fact: one["then"] for fact, one in moved.items()}
        assert answer_of(decider, {**given, **then}) == "accept", (given, each)
    one = {each["facts"][0]["name"] for each in found["changes"] if len(each["facts"]) == 1}
    single = single_changes(decider, given)
    assert single <= one or not found["complete"], (given, single - one)


def test_a_late_line_says_what_would_do_to_both_sides_and_to_their_agents(served: Served) -> None:
    for handle in ("acme", "northwind", "acme support", "northwind support"):
        answer = asked(served.callers[handle])

        assert answer["answer"] == "REFUSE"
        assert answer["wouldAccept"] == {
            "complete": True,
            "changes": [
                {
                    "change": "delivered 11 days later (2025-05-21)",
                    "facts": [{"name": "delivered", "now": "2025-05-10", "then": "2025-05-21"}],
                },
                {
                    "change": EARLIER,
                    "facts": [{"name": "requested", "now": "2025-06-20", "then": "2025-06-09"}],
                },
            ],
        }
        seen = {each["name"]: each["value"] for each in answer["facts"]}
        for change in answer["wouldAccept"]["changes"]:
            assert all(seen[one["name"]] == one["now"] for one in change["facts"])


def test_what_is_accepted_what_no_edition_decides_and_a_problem_have_none(
    northwind: Caller,
) -> None:
    assert asked(northwind, requestedOn="2025-06-01")["wouldAccept"] is None
    assert asked(northwind, line="9")["wouldAccept"] is None
    assert asked(northwind, order="N-9")["wouldAccept"] is None


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Served]:
    """A server whose policies this test changes."""
    yield from serve(SqliteFile(path=tmp_path / "takeback.sqlite"), Profile.DEVELOPMENT)


def publish(served: Served, text: str) -> None:
    """Publishes a second edition, which governs orders of 2024 and later."""
    text = text.replace("version: 1\n", "version: 2\n").replace("2020-01-01", "2024-01-01")
    done = served.callers["acme"].ask("PublishPolicy", input=keyed({"yaml": text}))
    assert "edition" in done["publishPolicy"], done


def test_a_kept_decision_is_asked_by_its_own_edition_and_its_own_facts(alone: Served) -> None:
    acme, before = alone.callers["acme"], asked(alone.callers["northwind"])
    publish(alone, STANDARD.format(owner="acme").replace("days: 30", "days: 35"))

    now, then = asked(acme), kept(acme, before["decisionId"])

    assert EARLIER in changes(then)
    assert then["wouldAccept"] == before["wouldAccept"]
    assert "requested 6 days earlier (2025-06-14)" in changes(now)
    assert kept(acme, now["decisionId"])["wouldAccept"] == now["wouldAccept"]


SET: Final = """groups: {lamps: {sku: LAMP-1}}
whole_return: {sets: {all_of: lamps, else: refuse, code: quantity_rule}}
eligibility:
  rows: [{id: BROKEN, when: {condition: soiled}, answer: refuse, code: excluded_condition}]
tests:
  cases: [{name: b, given: {condition: soiled}, expect: {answer: refuse, decided_by: BROKEN}}]
"""
REQUEST: Final = """mutation ($input: RequestReturnInput!) { requestReturn(input: $input) {
  ... on Problem { message }
  ... on ReturnRequested { returns { lines { outcome { code decision { id } } } } } } }"""


def test_a_line_that_its_return_alone_refuses_has_none(alone: Served) -> None:
    publish(alone, STANDARD.format(owner="acme") + SET)
    lines = [
        {"order": "N-1", "line": "1", "quantity": 2, "reason": "defective", "condition": "used"},
        {"order": "N-1", "line": "2", "reason": "defective", "condition": "soiled"},
    ]
    said = {"lines": lines, "idempotencyKey": "set"}

    northwind = alone.callers["northwind"]
    done = northwind.ask(REQUEST, input=said)["requestReturn"]
    alike, broken = (each["outcome"] for each in done["returns"][0]["lines"])
    assert (alike["code"], broken["code"]) == ("quantity_rule", "excluded_condition")

    found = [kept(northwind, each["decision"]["id"]) for each in (alike, broken)]

    assert [each["answer"] for each in found] == ["REFUSE", "REFUSE"]
    assert found[0]["wouldAccept"] is None
    assert [each.partition(" ")[0] for each in changes(found[1])] == ["condition"]


def test_another_partner_reads_none_of_it(served: Served) -> None:
    key = asked(served.callers["northwind"])["decisionId"]

    for handle in ("globex", "southgate", "southgate support"):
        assert served.callers[handle].ask(DECIDED, id=key) == {"decision": None}


def test_a_search_without_time_is_not_called_complete(
    acme: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "SECONDS", 0.0)

    assert asked(acme)["wouldAccept"] == {"complete": False, "changes": []}


def test_nobody_searches_for_long_in_one_operation(acme: Caller) -> None:
    many = acme.answer(ELIGIBLE, lines=[LATE] * 7)
    some = acme.answer(ELIGIBLE, lines=[LATE] * 6)

    assert many["errors"][0]["extensions"]["code"] == "too_costly"
    assert [changes(each) for each in some["data"]["eligibility"]] == [changes(asked(acme))] * 6
    assert some["extensions"]["cost"]["actual"] > 6 * 1_500
    assert acme.eligible(**LATE)["answer"] == "REFUSE"


def test_what_is_not_looked_for_costs_nothing(acme: Caller) -> None:
    answer = acme.answer(ELIGIBLE, lines=[{**LATE, "requestedOn": "2025-06-01"}])

    assert answer["extensions"]["cost"]["actual"] < 100
