"""What products and returns have to say, before a policy holds for them as it reads, is named."""

import pytest

from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.policy.faults import Level
from engine.publishing.facts import evidence_findings, goods_findings, inspection_findings

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


HEADER = POLICY.partition("eligibility")[0]
USUAL = {
    "ordered": "2025-03-01",
    "delivered": "2025-03-05",
    "requested": "2025-03-10",
    "item_price": "USD 10.00",
}
DEMAND = "demands: {{rows: [{{id: D-PHOTOS, need: [photos], if_not: {if_not}{more}}}]}}\n"
MORE = {"refuse": ", code: missing_evidence", "review": ", to_settle: what it shows"}
ASSUMED = "facts: {evidence: {if_not_sent: []}}\n"


def decided(text: str) -> str:
    return Decider(load(text, "returns.yaml").policy).decide(USUAL).answer


@pytest.mark.parametrize("if_not", ["ask", "refuse", "review"])
def test_a_demand_that_holds_nothing_against_silence_is_named(if_not: str) -> None:
    text = HEADER + DEMAND.format(if_not=if_not, more=MORE.get(if_not, ""))

    (found,) = evidence_findings(load(text, "returns.yaml"))
    assert (found.code, found.level, found.source.line) == ("evidence_not_sent", Level.NOTE, 6)
    assert found.sentence.startswith("`D-PHOTOS` stays open as long as a return says nothing")
    assert decided(text) == "accept"
    assert evidence_findings(load(text + ASSUMED, "returns.yaml")) == []
    assert decided(text + ASSUMED) == if_not


def test_a_demand_that_is_only_remembered_or_whose_silence_a_row_judges_is_not_named() -> None:
    remembered = HEADER + DEMAND.format(if_not="go_on", more="")
    assert evidence_findings(load(remembered, "returns.yaml")) == []

    judged = HEADER + DEMAND.format(if_not="ask", more="")
    judged += "eligibility: {rows: [{id: E-1, when: {evidence: unknown}, answer: ask"
    judged += ", code: missing_photos, missing: [photos]}]}\n"
    assert evidence_findings(load(judged, "returns.yaml")) == []


OWN = "grade: {type: word, told_by: inspection}"
SOUND = "rows: [{{id: R-1, when: {{{when}}}, {gives}}}, {{id: R-2, otherwise: true, {other}}}]"
TABLES = {
    "eligibility": ("answer: refuse, code: inspection_failed", "answer: accept"),
    "remedy": ("give: store_credit, of: USD 1.00", "give: refund"),
    "value": ("percent: 50%", "percent: 100%"),
    "fees": ("fee: USD 5.00", "fee: none"),
}


def on_finding(topic: str, when: str, facts: str) -> str:
    gives, other = TABLES[topic]
    table = SOUND.format(when=when, gives=gives, other=other)
    table = f"restocking: {{{table}}}" if topic == "fees" else table
    return f"{HEADER}facts: {{{facts}}}\n{topic}: {{{table}}}\n"


@pytest.mark.parametrize("topic", TABLES)
@pytest.mark.parametrize("fact", ["inspection", "grade"])
def test_what_only_an_inspection_tells_is_not_asked_of_those_who_ask_for_a_return(
    topic: str, fact: str
) -> None:
    own = OWN if fact == "grade" else ""
    text = on_finding(topic, f"{fact}: poor", own)

    (found,) = inspection_findings(load(text, "returns.yaml"))
    assert (found.code, found.level) == ("asks_of_inspection", Level.WARNING)
    assert f"Only an inspection tells `{fact}`" in found.sentence
    assert decided(text) == "ask"
    assumed = (
        OWN.replace("}", ", if_not_sent: none_yet}") if own else "inspection: {if_not_sent: x}"
    )
    for good in (
        on_finding(topic, f"{fact}: poor", assumed),
        on_finding(topic, f"received_back: known, {fact}: poor", own),
        on_finding(topic, f"{fact}: known", own),
    ):
        assert inspection_findings(load(good, "returns.yaml")) == []
        assert decided(good) == "accept"


@pytest.mark.parametrize("topic", TABLES)
@pytest.mark.parametrize("before", ["received_back: unknown", "received_back: null"])
def test_what_asks_for_a_finding_of_goods_that_did_not_come_back_is_named(
    topic: str, before: str
) -> None:
    text = on_finding(topic, f"{before}, inspection: {{not: null}}", "")

    assert [each.code for each in inspection_findings(load(text, "returns.yaml"))] == [
        "asks_of_inspection"
    ]
    sent = {**USUAL, **({"received_back": None} if "null" in before else {})}
    assert "inspection" in Decider(load(text, "returns.yaml").policy).decide(sent).missing


LATER = {
    "goods": ("do: destroy", "do: ship_back"),
    "return_shipping": ("paid_by: supplier", "paid_by: consumer"),
}


@pytest.mark.parametrize("topic", LATER)
def test_what_may_stay_open_until_the_inspection_is_named_only_if_more_depends_on_it(
    topic: str,
) -> None:
    gives, other = LATER[topic]
    table = SOUND.format(when="inspection: poor", gives=gives, other=other)
    text = f"{HEADER}{topic}: {{{table}}}\n"
    assert inspection_findings(load(text, "returns.yaml")) == []
    assert decided(text) == "accept"

    fact, word = gives.replace("do", "goods").replace("paid_by", "return_paid_by").split(": ")
    charged = SOUND.format(when=f"{fact}: {word}", gives="fee: USD 5.00", other="fee: none")
    text += f"fees: {{restocking: {{{charged.replace('R-', 'F-')}}}}}\n"
    assert len(inspection_findings(load(text, "returns.yaml"))) == 1
    assert decided(text) == "ask"


def test_a_demand_on_what_is_found_stays_open_and_is_not_named() -> None:
    must = "must: {inspection: {not: poor}}, if_not: refuse, code: inspection_failed"
    text = f"{HEADER}demands: {{rows: [{{id: D-1, {must}}}]}}\n"

    assert inspection_findings(load(text, "returns.yaml")) == []
    assert decided(text) == "accept"
