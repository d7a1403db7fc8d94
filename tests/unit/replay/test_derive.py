"""A record is derived again from the digest of its policy and its facts alone."""

from dataclasses import replace

import pytest

from engine.decision.decide import Decider
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Effective
from engine.policy.selection import Candidate
from engine.replay.derive import (
    as_evaluated,
    derived,
    derived_ungoverned,
    edition_of,
    facts_json,
)
from engine.replay.kept import Kept, Kind
from tests.unit.decision.building import decider, facts, policy_of
from tests.unit.replay.keeping import keep, kept_line

TOPICS = "window: {days: 30, counted_from: delivered}\nfees: {a: {fee: 10% of item_price}}"
ONCE = "fees: {a: {fee: 10% of item_price, per: return}}"
DATED = """policy: acme/base
version: 1
effective: {from: 2020-01-01}
currency: USD
fees: {a: {fee: USD 5.00}}
"""
CHILD = """policy: acme/child
version: 1
extends: acme/base@1
effective: {from: 2020-01-01}
changes: [{set: fees.a.fee, to: USD 4.00, why: trial, effective: {from: 2024-01-01}}]
"""


def test_a_line_is_derived_again_byte_for_byte() -> None:
    kept = kept_line(TOPICS, requested="2024-06-08T10:00:00-05:00", quantity=2)

    assert derived(kept, decider(TOPICS)).canonical == kept.record.encode()


def test_a_return_of_lines_that_share_a_fee_is_derived_again() -> None:
    shared, lines = facts(outbound_paid="USD 7.01"), [{}, {"item_price": "USD 9.99"}]
    decision = decider(ONCE).decide_return(shared, lines)
    kept = keep(decision, {"shared": shared, "lines": lines})

    assert derived(kept, decider(ONCE)).canonical == kept.record.encode()


def test_the_edition_is_found_by_its_digest_and_not_by_a_date() -> None:
    file = load(CHILD, "child.yaml", lambda name, version: DATED)

    assert [edition_of(file, each.digest) for each in file.editions] == list(file.editions)
    assert len(file.editions) == 2
    assert edition_of(file, "0" * 64) is None


@pytest.mark.parametrize("text", ["{", "[]", '{"item_price": "EUR 1.00"}', '{"colour": "red"}'])
def test_facts_that_cannot_be_read_are_a_fault_of_the_request(text: str) -> None:
    kept = replace(kept_line(TOPICS), facts=text)

    with pytest.raises(RequestFault):
        derived(kept, decider(TOPICS))
    with pytest.raises(RequestFault):
        derived(replace(kept, kind=Kind.RETURN), decider(TOPICS))


def refused(code: str = "no_policy", **given: object) -> Kept:
    decision = ungoverned(code, given)
    return replace(keep(decision, given), kind=Kind.UNGOVERNED)


def candidate(first: int) -> Candidate:
    return Candidate(
        key="1",
        policy="acme/a",
        version=1,
        scope=(),
        effective=Effective(first=first),
        applies_by="ordered",
    )


def test_a_refusal_without_a_policy_is_derived_from_what_was_considered() -> None:
    kept = refused(ordered="2024-01-01", requested="2024-01-02", quantity=1)

    assert derived_ungoverned(kept, []).canonical == kept.record.encode()
    assert derived_ungoverned(kept, [candidate(800_000)]).canonical == kept.record.encode()
    with pytest.raises(RequestFault, match="`acme/a@1` governs the order"):
        derived_ungoverned(kept, [candidate(1)])
    with pytest.raises(RequestFault):
        derived_ungoverned(replace(kept, facts="["), [])


def test_a_refusal_for_a_currency_is_derived_from_the_currencies_that_were_considered() -> None:
    days = {"ordered": "2024-01-01", "requested": "2024-01-02"}
    kept = refused("no_policy_for_currency", **days, currency="GBP", quantity=1)

    again = derived_ungoverned(kept, [replace(candidate(1), currency="USD")])

    assert again.canonical == kept.record.encode()
    with pytest.raises(RequestFault, match="governs the order"):
        derived_ungoverned(kept, [replace(candidate(1), currency="GBP")])


def test_plain_python_can_stand_in_for_the_network() -> None:
    kept, policy = kept_line(TOPICS), policy_of(TOPICS)

    with_twin = derived(kept, Decider(policy, native=False))

    assert with_twin.canonical != kept.record.encode()
    assert as_evaluated(with_twin, kept.evaluated).canonical == kept.record.encode()


def test_plain_python_can_stand_in_for_the_network_in_a_return() -> None:
    shared, lines = facts(), [{}, {"item_price": "USD 9.99"}]
    kept = keep(decider(ONCE).decide_return(shared, lines), {"shared": shared, "lines": lines})

    with_twin = derived(kept, Decider(policy_of(ONCE), native=False))

    assert as_evaluated(with_twin, kept.evaluated).canonical == kept.record.encode()


def test_a_record_says_whether_the_network_was_asked() -> None:
    shared, lines = facts(), [{}]
    decision = decider(ONCE).decide_return(shared, lines)
    plain = Decider(policy_of(TOPICS), native=False).decide(facts())

    assert kept_line(TOPICS).evaluated.native
    assert keep(decision, {"shared": shared, "lines": lines}).evaluated.native
    assert not keep(plain, plain.facts).evaluated.native
    assert not replace(kept_line(TOPICS), record="{").evaluated.native


def test_facts_are_kept_by_name_so_that_their_order_is_none() -> None:
    assert facts_json({"b": 1, "a": [2]}) == facts_json({"a": [2], "b": 1}) == '{"a":[2],"b":1}'
