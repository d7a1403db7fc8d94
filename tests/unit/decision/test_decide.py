"""Facts in, decision out: with the network and in plain Python, every line is decided alike."""

import logging

import pytest

from engine.decision.decide import Decider
from engine.errors import NetworkFault, RequestFault
from tests.unit.decision.building import decide, facts, policy_of

TOPICS = """
window: {days: 30, counted_from: delivered}
fees: {a: {rows: [{id: F, when: {condition: worn}, fee: USD 5.00}, {id: G, otherwise: true,
       fee: none}]}}
"""


def test_the_network_and_plain_python_give_the_same_but_for_their_names() -> None:
    native = Decider(policy_of(TOPICS)).decide(facts(condition="worn"))
    plain = Decider(policy_of(TOPICS), native=False).decide(facts(condition="worn"))

    assert (native.engine, native.engines_agreed) == ("durable-rules", True)
    assert (plain.engine, plain.engines_agreed) == ("python", None)
    assert native.to_data() | {"engine": "", "engines_agreed": None} == plain.to_data() | {
        "engine": ""
    }


def test_a_network_that_fails_costs_no_money(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decider = Decider(policy_of(TOPICS))
    network = decider.engines.network

    def fail(self: object, values: object) -> int:
        raise NetworkFault("the rule network failed in a decision")

    monkeypatch.setattr(type(network), "matches", fail)
    with caplog.at_level(logging.CRITICAL, "takeback.decision"):
        decision = decider.decide(facts(condition="worn"))

    assert (decision.answer, decision.code, decision.net) == ("review", "engine_disagreement", None)
    assert decision.alarm == "the rule network failed in a decision"
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def test_a_wrong_value_is_an_error_and_leaves_the_decider_sound() -> None:
    decider = Decider(policy_of(TOPICS))
    with pytest.raises(RequestFault):
        decider.decide(facts(condition="worn", quantity=0))

    assert decider.decide(facts(condition="worn")).answer == "accept"


def test_given_facts_are_not_changed() -> None:
    given = facts(condition="worn", tags=["b", "a"])
    before = dict(given)

    Decider(policy_of(TOPICS)).decide(given)

    assert given == before
    assert given["tags"] == ["b", "a"]


def test_a_policy_without_a_topic_accepts_and_pays_the_price() -> None:
    decision = decide("")

    assert (decision.answer, decision.code, str(decision.net)) == ("accept", "ok", "USD 100.00")


def test_a_row_in_force_from_a_day_decides_from_that_day() -> None:
    dated = """
fees:
  a:
    rows:
      - {id: F-1, when: {quantity: 1}, fee: USD 1.00,
         effective: {from: 2024-01-01, until: 2024-05-31}}
      - {id: F-2, otherwise: true, fee: USD 2.00}
"""
    assert str(decide(dated, ordered="2024-05-09").fee_total) == "USD 1.00"
    later = {"delivered": "2024-06-02", "requested": "2024-06-03"}
    assert str(decide(dated, ordered="2024-05-31", **later).fee_total) == "USD 1.00"
    assert str(decide(dated, ordered="2024-06-01", **later).fee_total) == "USD 2.00"
