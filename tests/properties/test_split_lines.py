"""Lines of which always the same fact is not sent: they are worked out together with their cases,
and found by the cases alone; neither ever shows, and the network confirms each case."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.ours import read_policy
from engine.decision import decide, engines, unknown_cache
from engine.decision.decide import Decider
from engine.decision.unknown_cache import UnknownCache
from engine.policy.conditions import leaves
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import WiderMaker
from tests.properties.making import facts
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.test_unknown_cache import FEES, GOODS, PAUSED, REFUSED, forgetting, held
from tests.unit.decision.building import USUAL, policy_of

LINES = 40

OPEN = {n: value for n, value in (USUAL | {"packaging": "none"}).items() if n != "condition"}
"""A line of which one fact is not sent."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What otherwise comes after many lines comes with the second."""
    monkeypatch.setattr(engines, "MOST_ASKED_APART", 0)
    monkeypatch.setattr(unknown_cache, "MOST_ASKED_APART", 0)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every line that is found by its cases."""
    seen, each = UnknownCache.seen, []

    def noted(*given: Any, alone: bool) -> object:
        walk = seen(*given, alone=alone)
        each.extend([] if walk is None else [walk])
        return walk

    monkeypatch.setattr(UnknownCache, "seen", noted)
    return each


def asked_by_rows(policy: Policy) -> list[str]:
    """The facts that rows test, sets aside."""
    rows = [row for table in policy.tables() for row in table.rows]
    names = {leaf.fact.removeprefix("days_since.") for row in rows for leaf in leaves(row.when)}
    return sorted(names & policy.facts.keys())


def without(fact: str, lines: Iterator[Given], count: int) -> list[Given]:
    """Some lines without one fact, each of them twice."""
    each = [{n: value for n, value in next(lines).items() if n != fact} for _ in range(count)]
    return [*each, *each]


def drawn(policy: Policy, seed: int) -> Iterator[Given]:
    draw = Draw(policy, seed, missing=0.0, null=0.1)
    while True:
        yield draw.one() | {"now": None}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_a_shipped_policy_finds_by_cases_never_shows(path: Path) -> None:
    policy = load(path.read_text("utf-8"), name(path), base).policy
    asked = Random(path.stem).sample(asked_by_rows(policy), min(2, len(asked_by_rows(policy))))

    for fact in asked:
        held(policy, iter(without(fact, drawn(policy, 31), LINES // 2)), times=1)


@pytest.mark.parametrize("called", ["rows_25", "rows_100"])
def test_lines_are_found_by_their_cases_and_it_never_shows(
    called: str, found: list[object]
) -> None:
    policy = read_policy(called)

    for fact in ("reason", "category", "opened"):
        held(policy, iter(without(fact, drawn(policy, 37), LINES)), times=1)
    assert len(found) > 3 * LINES


@settings(max_examples=6, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_what_a_policy_finds_by_cases_never_shows(seed: int) -> None:
    random = Random(seed)
    policy = load(WiderMaker(random).text(), "random.yaml").policy
    names = asked_by_rows(policy)
    lines = iter(lambda: facts(random), None)
    for fact in random.sample(names, min(2, len(names))):
        held(policy, iter(without(fact, lines, LINES // 2)), times=1)


WORDS = "facts: {first: {type: word}, second: {type: word}, sent: {type: yes_no}}\n"
REFUSING = (
    "eligibility: {rows: [{id: E-A, when: {first: b}, answer: refuse, code: final_sale},"
    "{id: E-B, otherwise: true, answer: accept}]}\n"
)
HOLDS = (
    "goods: {rows: [{id: G-A, do: keep,"
    " when: {any_of: [{sent: true}, {first: a}, {first: {not: a}}]}},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
)
"""`G-A` holds in every case; where it was not sent, that shows in the cases only."""

NEVER = (
    "goods: {rows: [{id: G-A, do: keep,"
    " when: {sent: false, first: a, any_of: [{first: {not: a}}]}},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
)
"""`G-A` holds in no case; where it was not sent, that shows in the cases only."""

OFFERED = "remedies: {retailer: {choice: [refund, store_credit], chosen_by: retailer}}\n"
BESIDE = (
    "goods: {rows: [{id: G-A, do: keep, when: {any_of:"
    " [{first: b, second: y, sent: true}, {first: c, second: y, sent: false}]}},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
    "fees: {a: {rows: [{id: F-A, when: {goods: keep}, fee: USD 5.00, taken: billed},"
    "{id: F-B, otherwise: true, fee: none}]}}\n"
)
"""Where it was sent, `second` matters in a case only that refuses."""

PARTED: dict[str, tuple[str, list[Given]]] = {
    "which rows hold": (WORDS + REFUSING + HOLDS, [{"sent": True}, {"sent": False}]),
    "which rows may hold": (WORDS + REFUSING + NEVER, [{"sent": True}, {"sent": False}]),
    "what topics read beside rows": (
        WORDS + REFUSING + OFFERED,
        [{"wanted": "refund"}, {"wanted": "store_credit"}],
    ),
    "whether more is not known": (
        WORDS + REFUSING + BESIDE,
        [
            {"sent": True, "second": "x"},
            {"sent": False, "second": "x"},
            {"sent": True},
            {"sent": False},
        ],
    ),
}
"""Lines without `first`, which only this part of what they are found by tells apart."""


@pytest.mark.parametrize("part", PARTED)
def test_each_part_of_what_a_line_is_found_by_tells_lines_apart(part: str) -> None:
    topics, lines = PARTED[part]
    each = [USUAL | {"packaging": "none"} | line for line in lines for _ in range(4)]

    held(policy_of(topics), iter(each), times=1)


@pytest.mark.parametrize("topics", [FEES + GOODS, REFUSED + FEES, REFUSED + PAUSED, PAUSED + FEES])
@pytest.mark.parametrize("fact", ["condition", "packaging", "delivered", "item_price"])
def test_what_a_small_policy_finds_by_cases_never_shows(topics: str, fact: str) -> None:
    values: dict[str, tuple[object, ...]] = {
        "condition": ("used_clean", "worn"),
        "packaging": ("sealed_original", "none"),
        "item_price": ("USD 10.00", "USD 70.00", None),
        "ordered": ("2024-04-30", "2024-05-02"),
        "delivered": ("2024-05-02", "2024-05-05", None),
        "requested": ("2024-05-06", "2024-05-12", "2024-05-20"),
        "repair_asked": ("2024-05-06", None),
    }
    each = [USUAL | dict(zip(values, one, strict=True)) for one in product(*values.values())]
    lines = Random(fact).sample(each, LINES)

    assert held(policy_of(topics), iter(without(fact, iter(lines), LINES)), times=1) >= 0


@pytest.mark.parametrize("most", range(3, 40, 3))
def test_how_many_cases_such_lines_may_have_does_not_depend_on_what_was_decided_before(
    most: int, monkeypatch: pytest.MonkeyPatch, found: list[object]
) -> None:
    policy = policy_of(GOODS)
    asked = [OPEN] * 8
    warm, forgets = Decider(policy, native=False), forgetting(policy)
    for _ in range(3):
        warm.decide_return({}, asked[:2])
    assert found
    monkeypatch.setattr(decide, "MOST_OF_A_REQUEST", most)

    told = {each.decide_return({}, asked).canonical for each in (warm, warm, forgets)}

    assert len(told) == 1


@pytest.mark.parametrize("way", ["decide", "outcome"])
def test_a_case_that_the_network_finds_otherwise_goes_to_a_person(
    way: str, monkeypatch: pytest.MonkeyPatch, found: list[object]
) -> None:
    decider = Decider(policy_of(GOODS))
    assert {getattr(decider, way)(OPEN).answer for _ in range(4)} == {"accept"}
    assert found, "the last line was found by its cases"
    (question,) = decider.engines._case_questions.values()

    monkeypatch.setattr(question, "_always", -1)

    assert getattr(decider, way)(OPEN).answer == "review"
    decider.close()


@pytest.mark.parametrize("way", ["decide", "outcome"])
@pytest.mark.parametrize("case", range(3))
def test_a_split_that_is_wrong_in_any_case_sends_the_line_to_a_person(way: str, case: int) -> None:
    decider = Decider(policy_of(GOODS))
    for _ in range(4):
        assert getattr(decider, way)(OPEN).answer == "accept"
    ((key, split),) = decider._unknown_cache._expected.items()

    def wrong(*values: int) -> object:
        maybe, more, unknown, found, key = split.worked.of(*values)
        rows, *others = found[case]
        bad = (rows ^ 1, *others)
        return maybe, more, unknown, (*found[:case], bad, *found[case + 1 :]), key

    broken = split._replace(worked=split.worked._replace(of=wrong))
    decider._unknown_cache._expected[key] = broken

    assert getattr(decider, way)(OPEN).answer == "review"
    decider.close()
