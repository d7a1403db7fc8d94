"""What products have to say before a return of them can be answered is named."""

from engine.policy.editions import load
from engine.policy.faults import Level
from engine.publishing.facts import goods_findings

POLICY = """policy: acme/standard
version: 1
effective: {from: 2025-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - {id: E-FINAL, when: {final_sale: true, opened: true}, answer: refuse, code: final_sale}
    - {id: E-TAGS, when: {tags: {has: clearance}}, answer: refuse, code: final_sale}
"""
ALSO = "fees: {restocking: {rows: [{id: F-A, when: {category: tv}, fee: USD 1.00}]}}\n"


def test_a_fact_of_goods_without_a_default_is_named_where_it_is_asked_for() -> None:
    (found,) = goods_findings(load(POLICY, "returns.yaml"))

    assert (found.code, found.level, found.source.line) == ("asks_of_goods", Level.NOTE, 8)
    assert found.sentence.startswith("Products must say `final_sale` where a row needs it")
    (both,) = goods_findings(load(POLICY + ALSO, "returns.yaml"))
    assert "`category` and `final_sale`" in both.sentence or "`final_sale` and" in both.sentence


def test_a_policy_that_assumes_it_or_asks_whether_it_is_known_asks_nothing_of_goods() -> None:
    assumed = POLICY + "facts: {final_sale: {type: yes_no, if_not_sent: false}}\n"

    assert goods_findings(load(assumed, "returns.yaml")) == []
    told = POLICY.replace("final_sale: true, ", "").replace("opened: true", "category: known")
    assert goods_findings(load(told, "returns.yaml")) == []
