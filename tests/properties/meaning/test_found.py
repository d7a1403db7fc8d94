"""What hangs on a fact both by itself and by what topics find of it is never called exact.

A row that tests both, such as a fee for one reason if the goods are kept, cannot hold while what is
found follows from the other rows; it can once the fact is known.
"""

from itertools import product
from random import Random

import pytest

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.properties import nesting
from tests.properties.meaning.drawing import Given
from tests.properties.meaning.exact import broken, exact
from tests.properties.meaning.test_needed import DECIDING, matters
from tests.properties.nesting import NestMaker, lines
from tests.unit.decision.building import USUAL, policy_of

VALUES = ("p", "q", "z", None)
HEAD = "facts: {word: {type: word}, other: {type: word}}\n"
ROWS = "rows: [{id: A, when: {word: [p, q]}, ONE}, {id: B, otherwise: true, OTHER}]"


def table(topic: str, one: str, other: str) -> str:
    return topic.replace("ROWS", ROWS.replace("ONE", one).replace("OTHER", other))


CLOCK = table(
    "deadlines: {claim: {if_late: go_on, counted_from: delivered, ROWS}}",
    "within: 15 days",
    "within: 5 days",
)
GOODS = table("goods: {ROWS}", "do: keep", "do: ship_back")
TOPICS = {
    "a state": (CLOCK, "claim: in_time"),
    "days": (CLOCK, "claim.days_left: {at_least: 1}"),
    "a row": (CLOCK, "claim.row: A"),
    "the goods": (GOODS, "goods: keep"),
    "other goods": (GOODS, "goods: {not: ship_back}"),
    "the payer": (
        table("return_shipping: {ROWS}", "paid_by: supplier", "paid_by: consumer"),
        "return_paid_by: supplier",
    ),
    "the remedy": (
        table("remedies: {retailer: {ROWS}}", "give: refund", "give: store_credit"),
        "remedy: refund",
    ),
    "the base": (
        table("value: {ROWS}", "of: item_price", "of: retail_price"),
        "base: {over: USD 60.00}",
    ),
    "the answer": (
        table("eligibility: {ROWS}", "answer: review, to_settle: whether", "answer: accept"),
        "answer: review",
    ),
    "what failed": (
        "demands: {rows: [{id: D, when: {word: [p, q]}, if_not: go_on, must: {opened: true}}]}",
        "failed: {has: D}",
    ),
}
LINE = USUAL | {"requested": "2024-05-20", "opened": False, "retail_price": "USD 50.00"}


@pytest.mark.parametrize("word", ["p", "q"])
@pytest.mark.parametrize("topic", TOPICS)
def test_what_hangs_on_what_is_found_is_asked_for(topic: str, word: str) -> None:
    text, found = TOPICS[topic]
    fee = f"{{id: F, when: {{word: {word}, {found}}}, fee: USD 5.00}}"
    held(f"{text}\nfees: {{a: {{rows: [{fee}, {{id: G, otherwise: true, fee: none}}]}}}}\n")


@pytest.mark.parametrize("word", ["p", "q"])
@pytest.mark.parametrize("topic", TOPICS)
def test_what_hangs_on_it_beside_another_unknown_fact_is_asked_for(topic: str, word: str) -> None:
    text, found = TOPICS[topic]
    fees = (
        "fees: {b: {rows: [{id: X, when: {other: [p, q]}, fee: USD 3.00, taken: billed},"
        " {id: Y, otherwise: true, fee: none}]}, a: {rows: ["
        f"{{id: F, when: {{other: {word}, {found}}}, fee: USD 5.00}},"
        " {id: G, otherwise: true, fee: none}]}}\n"
    )
    held(f"{text}\n{fees}")


@pytest.mark.parametrize("seed", range(60))
def test_what_hangs_on_what_a_random_policy_finds_is_asked_for(seed: int) -> None:
    random = Random(seed)
    policy = load(NestMaker(random).text(), "nested.json").policy

    for line in list(lines(random))[:4]:
        unsent = {n: (*each, None) for n, each in nesting.VALUES.items() if n not in line}
        asked_for(policy, LINE | line | {"wanted": "refund"}, unsent)


def held(topics: str) -> None:
    asked_for(policy_of(HEAD + topics), LINE, {"word": VALUES, "other": VALUES})


def asked_for(policy: Policy, line: Given, unsent: dict[str, tuple[object, ...]]) -> None:
    """Sends every value of the facts that were not sent."""
    decider = Decider(policy, native=False)
    decision = decider.decide(line)
    decisions: dict[tuple[object, ...], Decision] = {
        values: decider.decide(line | dict(zip(unsent, values, strict=True)))
        for values in product(*unsent.values())
    }

    for later in decisions.values():
        assert not broken(exact(decision, policy), later)
    assert set(decision.missing) == matters(decisions, list(unsent), DECIDING)


MUST = (
    "deadlines: {claim: {counted_from: delivered, rows: [{id: A, when: {opened: true},"
    " within: 15 days}, {id: B, otherwise: true, within: 5 days}]}}\n"
    "demands: {rows: [{id: D, WHENif_not: refuse, must: {MUST}}]}\n"
)


@pytest.mark.parametrize("when", ["", "when: {opened: true}, ", "when: {claim: in_time}, "])
@pytest.mark.parametrize(
    "must",
    [
        "opened: true",
        "claim.days_left: {at_least: 1}",
        "opened: true, claim.days_left: {at_least: 1}",
        "opened: true, any_of: [{claim: in_time}, {days_since.shipped: {over: 90}}]",
    ],
)
def test_a_demand_is_judged_by_what_each_case_finds(when: str, must: str) -> None:
    policy = policy_of(MUST.replace("WHEN", when).replace("MUST", must))
    decider = Decider(policy, native=False)

    decision = decider.decide(USUAL)

    answers = {decider.decide(USUAL | {"opened": sent}).answer for sent in (True, False)}
    assert answers == {"accept", "refuse"}
    assert decision.missing == ("opened",)
