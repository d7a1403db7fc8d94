"""Whatever differs is named, and by what kind of thing it is."""

import hashlib
import json
from dataclasses import replace

from engine.replay.compare import compared, failed
from engine.replay.derive import derived
from engine.replay.kept import SAID, Finding, Kept, Kind, Replay
from tests.unit.decision.building import decider, facts
from tests.unit.replay.keeping import VERSIONS, keep, kept_line, replayed

TOPICS = "fees: {restocking: {fee: 30% of item_price}}"
LESS = "fees: {restocking: {fee: 20% of item_price}}"


def rewritten(kept: Kept, **fields: object) -> Kept:
    """A record with other fields and a digest that fits."""
    data = json.loads(kept.record) | fields
    record = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return with_record(kept, record)


def with_record(kept: Kept, record: str) -> Kept:
    other = replace(kept, record=record)
    return replace(other, digest=hashlib.sha256(record.encode()).hexdigest())


def lines(replay: Replay) -> list[str]:
    return [str(each) for each in replay.differences]


def test_the_same_record_is_the_same() -> None:
    assert replayed(kept_line(TOPICS), decider(TOPICS)) == Replay(finding=Finding.SAME)


def test_other_rules_are_named_field_by_field_with_the_versions_that_changed() -> None:
    kept = replace(kept_line(TOPICS), versions="engine 0f, holidays 0.109")
    found = replayed(kept, decider(LESS))

    assert found.finding is Finding.DIFFERS
    assert "fees.restocking: USD 30.00 → USD 20.00" in lines(found)
    assert "net: USD 70.00 → USD 80.00" in lines(found)
    assert [str(each) for each in found.versions] == ["engine: 0f → 1a"]


def test_an_altered_record_is_altered_whatever_it_says() -> None:
    kept = kept_line(TOPICS)
    forged = replace(kept, record=kept.record.replace('"minor":7000', '"minor":9000'))

    found = replayed(forged, decider(TOPICS))

    assert found.finding is Finding.ALTERED
    assert found.why == "the record no longer fits its digest; what is derived now does"
    assert "net: USD 90.00 → USD 70.00" in lines(found)


def test_an_altered_digest_is_altered_too() -> None:
    found = replayed(replace(kept_line(TOPICS), digest="0" * 64), decider(TOPICS))

    assert found.finding is Finding.ALTERED
    assert [each.path for each in found.differences] == ["digest"]


def test_a_forged_record_with_a_fitting_digest_differs() -> None:
    found = replayed(rewritten(kept_line(TOPICS), code="ok_ok"), decider(TOPICS))

    assert found.finding is Finding.DIFFERS
    assert lines(found) == ["code: ok_ok → ok"]


def test_altered_facts_are_altered_facts() -> None:
    kept = kept_line(TOPICS)
    found = replayed(replace(kept, facts=kept.facts.replace("100.00", "10.00")), decider(TOPICS))

    assert found.finding is Finding.ALTERED
    assert found.why == "the facts that are kept are not those in the record"
    assert "facts.item_price: USD 100.00 → USD 10.00" in lines(found)


def test_a_record_written_in_another_way_differs_though_it_says_the_same() -> None:
    kept = kept_line(TOPICS)
    spaced = with_record(kept, kept.record.replace('","', '", "', 1))

    found = replayed(spaced, decider(TOPICS))

    assert (found.finding, found.differences) == (Finding.DIFFERS, ())
    assert found.why == "the record is not in canonical form"


def test_a_record_from_before_a_field_existed_is_the_same() -> None:
    kept = kept_line(TOPICS)
    older = with_record(kept, kept.record.replace(',"alarm":null', ""))

    assert older.record != kept.record
    assert replayed(older, decider(TOPICS)).finding is Finding.SAME


def test_a_record_that_is_no_json_is_altered() -> None:
    kept = kept_line(TOPICS)

    assert replayed(replace(kept, record="{"), decider(TOPICS)).finding is Finding.ALTERED


def test_what_is_missing_or_unreadable_keeps_its_finding() -> None:
    kept = kept_line(TOPICS)
    found = failed(kept, Finding.MISSING, "There is no such edition.", VERSIONS)

    assert found == Replay(finding=Finding.MISSING, why="There is no such edition.")
    assert {*SAID} == {*Finding}


def test_an_altered_record_is_named_before_what_is_missing() -> None:
    kept = replace(kept_line(TOPICS), digest="0" * 64)
    found = failed(kept, Finding.MISSING, "There is no such edition.", VERSIONS)

    assert found.finding is Finding.ALTERED
    assert found.why == "the record no longer fits its digest; There is no such edition."


def test_another_digest_of_the_policy_than_the_record_names_is_altered() -> None:
    kept = replace(kept_line(TOPICS), policy_digest="0" * 64)
    found = failed(kept, Finding.POLICY, "", VERSIONS)

    assert found.finding is Finding.ALTERED
    assert [each.path for each in found.differences] == ["policy.digest"]
    assert failed(kept_line(TOPICS), Finding.POLICY, "", VERSIONS).finding is Finding.POLICY


def test_unreadable_facts_that_the_record_does_not_have_are_altered() -> None:
    kept = replace(kept_line(TOPICS), facts="{")

    assert failed(kept, Finding.FACTS, "They are no JSON.", VERSIONS).finding is Finding.ALTERED
    assert failed(kept_line(TOPICS), Finding.FACTS, "", VERSIONS).finding is Finding.FACTS


def test_a_return_is_compared_as_a_whole_and_line_by_line() -> None:
    shared, each = facts(), [{}, {"item_price": "USD 50.00"}]
    kept = keep(decider(TOPICS).decide_return(shared, each), {"shared": shared, "lines": each})

    assert kept.kind is Kind.RETURN
    assert replayed(kept, decider(TOPICS)).finding is Finding.SAME
    found = compared(kept, derived(kept, decider(LESS)), VERSIONS)
    assert "lines[1].fees.restocking: USD 15.00 → USD 10.00" in lines(found)
    assert "net: USD 105.00 → USD 120.00" in lines(found)
