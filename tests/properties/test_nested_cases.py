"""What is cached of cases within cases never shows, nor does what was decided before."""

from itertools import product
from random import Random

import pytest

from engine.decision import decide, engines, unknown_cache
from engine.decision.decide import Decider
from engine.policy.editions import load
from tests.properties.nesting import NestMaker, lines
from tests.properties.test_unknown_cache import forgetting, held
from tests.unit.decision.building import USUAL, policy_of

MEETING = (
    "facts: {first: {type: word}, second: {type: word}, sent: {type: yes_no}}\n"
    "goods: {rows: [{id: G-A, do: keep,"
    " when: {any_of: [{first: q, second: z, sent: true}, {second: y}]}},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
)
"""Where it was sent, `second: z` is like `y` beside `first: q`; else like any other word. In their
order the cases take the same rows, but only where it was sent `first` matters."""

MANY = ", ".join(f"{{sort: {word}}}" for word in "abcdef")
WISHED = (
    "facts: {sort: {type: word}, other: {type: yes_no}}\n"
    "remedies: {retailer: {choice: [refund, store_credit, gift_card], chosen_by: retailer}}\n"
    f"eligibility: {{rows: [{{id: E-A, answer: accept, when: {{any_of: [{MANY}]}}}},"
    "{id: E-B, otherwise: true, answer: accept}]}\n"
    "return_shipping: {rows: [{id: S-A, paid_by: supplier, when: {remedy: gift_card}},"
    "{id: S-B, otherwise: true, paid_by: retailer}]}\n"
)
"""The wish is not known in each of seven cases, of which six take the same rows."""

FACTS = ("first", "second", "third", "fourth", "fifth")
ALL = ", ".join(f"{name}: true" for name in FACTS)
FORMS = (
    f"facts: {{{', '.join(f'{name}: {{type: yes_no}}' for name in FACTS)}}}\n"
    f"goods: {{rows: [{{id: G, when: {{{ALL}}}, do: keep}},"
    "{id: H, otherwise: true, do: ship_back}]}\n"
)
"""Any of several facts may be in doubt."""

WAYS = ", ".join(f"{{first: a{n}, second: b{n}}}" for n in range(65))
LARGE = (
    "facts: {first: {type: word}, second: {type: word}}\n"
    "eligibility: {rows: [{id: E-A, answer: refuse, code: final_sale,"
    f" when: {{any_of: [{WAYS}]}}}}, {{id: E-B, otherwise: true, answer: accept}}]}}\n"
)
"""A draft: its row has too many alternatives for a rule, so that it cannot be published."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What otherwise comes after many lines comes with the second."""
    monkeypatch.setattr(engines, "MOST_ASKED_APART", 0)
    monkeypatch.setattr(unknown_cache, "MOST_ASKED_APART", 0)


def test_which_values_meet_tells_lines_apart() -> None:
    assert held(policy_of(MEETING), iter([USUAL | {"sent": sent} for sent in (True, False)])) == 2


@pytest.mark.parametrize("seed", range(40))
def test_what_a_policy_of_alternatives_keeps_never_shows(seed: int) -> None:
    random = Random(seed)
    policy = load(NestMaker(random).text(), "nested.json").policy

    for _ in range(3):
        held(policy, iter([USUAL | line for line in lines(random)]), times=1)


@pytest.mark.parametrize("most", range(60, 160, 6))
def test_how_many_cases_a_return_may_have_does_not_depend_on_what_was_decided_before(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide, "MOST_OF_A_REQUEST", most)
    policy = policy_of(WISHED)
    warm, forgets = Decider(policy, native=False), forgetting(policy)
    asked = [USUAL] * 6

    told = {each.decide_return({}, asked).canonical for each in (warm, warm, forgets)}

    assert len(told) == 1


@pytest.mark.parametrize("most", range(8, 60, 4))
@pytest.mark.parametrize("seed", range(6))
def test_how_many_cases_nested_lines_may_have_does_not_depend_on_what_was_decided_before(
    most: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    policy = load(NestMaker(random).text(), "nested.json").policy
    monkeypatch.setattr(decide, "MOST_OF_A_REQUEST", most)
    warm, forgets = Decider(policy, native=False), forgetting(policy)
    asked = [USUAL | line for line in lines(random)][:6]
    for line in asked:
        warm.decide(line)

    told = {each.decide_return({}, asked).canonical for each in (warm, warm, forgets)}

    assert len(told) == 1


def test_the_sets_of_facts_in_doubt_that_are_counted_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "MOST_ASKED_APART", 10**6)
    decider = Decider(policy_of(FORMS))

    for _ in range(2):
        for values in product((True, None, "unsent"), repeat=len(FACTS)):
            line = dict(zip(FACTS, values, strict=True))
            sent = {name: value for name, value in line.items() if value != "unsent"}
            decider.decide(USUAL | dict(reversed(sent.items())))

    counted = decider.engines._lines_in_doubt
    assert 1 < len(counted) <= 2 ** len(FACTS)
    monkeypatch.setattr(engines, "_MOST_PATTERNS", len(counted))
    decider.decide(USUAL | {"first": True, "ordered": None, "requested": None})
    decider.decide_return(USUAL, [{"first": True}, {}])
    assert len(counted) == engines._MOST_PATTERNS
    decider.close()


def test_a_draft_without_a_rule_asks_for_the_facts_of_its_row() -> None:
    decider = Decider(policy_of(LARGE), native=False)

    assert decider.decide(USUAL).missing == ("first", "second")
    assert decider.outcome(USUAL | {"first": "a3"}).answer == "ask"
    assert decider.decide(USUAL | {"first": "a3", "second": "b3"}).answer == "refuse"
