"""A line is decided alike by the function for all lines and by the one for lines of its facts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from engine.decision import intake
from engine.decision.decide import Decider
from engine.decision.encoding import UNKNOWN
from engine.decision.lowering import Known
from engine.decision.outcome import recorded_outcome
from engine.errors import RequestFault
from engine.meaning.graph import Graph, Node
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import FailedMaker, WiderMaker
from tests.properties.making import Maker
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.test_exactness import FigureMaker, OpeningMaker, StateMaker

MAKERS = (Maker, WiderMaker, FailedMaker, FigureMaker, OpeningMaker, StateMaker)
FORMS = 6
"""How many sets of facts are drawn for a policy."""
LINES = 5
"""How many lines of each set are decided; the first meets the function for all lines."""
TODAY: tuple[Given, ...] = ({"now": None}, {"requested": None}, {"requested": None, "now": None})
"""What some lines of each set say of the day, beside what is drawn."""
DATED = 3
"""How many lines of each set do so: enough to meet the function for lines of their facts."""


@contextmanager
def narrowing_after(lines: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "NARROWED_AFTER", lines)
        yield


def found(decider: Decider, given: Given) -> object:
    try:
        return decider.outcome(given), decider.decide(given).canonical
    except RequestFault as fault:
        return fault.code, fault.path


def alike(policy: Policy, seed: int) -> int:
    """Compares lines of drawn sets of facts; returns how many narrowed functions decided them."""
    with narrowing_after(1):
        one = Decider(policy, native=False)
    other, random = Decider(policy, native=False), Random(seed)
    draw = Draw(policy, seed, missing=0.0, null=0.15)
    for _ in range(FORMS):
        sets = {fact for fact, each in policy.facts.items() if each.type is FactType.SET}
        left_out = sets.union(random.sample(sorted(policy.facts), random.randint(0, 3)))
        drawn = [draw.one() for _ in range(LINES)]
        today = TODAY[seed % len(TODAY)]
        for line in (*drawn, *(each | today for each in drawn[:DATED])):
            given = {fact: value for fact, value in line.items() if fact not in left_out}
            with narrowing_after(1):
                narrowed = found(one, given)
            assert narrowed == found(other, given), given
    return sum(
        of != through.__defaults__[0]
        for form in one._intake._forms.values()
        for kept in form.through
        for of, through in kept.items()
        if through.__defaults__  # the function that counts has none
    )


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_line_of_a_shipped_policy_is_decided_alike(path: Path) -> None:
    assert alike(load(path.read_text("utf-8"), name(path), base).policy, 1) > 0


@pytest.mark.parametrize("maker", MAKERS)
def test_a_line_of_a_random_policy_is_decided_alike(maker: type[Maker]) -> None:
    policies = [load(maker(Random(seed)).text(), "random.yaml").policy for seed in range(12)]

    assert sum(alike(policy, seed) for seed, policy in enumerate(policies)) > 12


CLOCK = """
policy: test/clock
version: 1
effective: {from: 2024-01-01}
currency: USD
window: {within: 10 days, counted_from: delivered, event: shipped_back}
fees:
  a: {when: {now: unknown}, fee: USD 2.00}
  b: {when: {now: {over: 2025-04-01}}, fee: USD 1.00}
"""


@pytest.mark.parametrize("today", [{}, *TODAY])
@pytest.mark.parametrize("asked", [{}, {"requested": "2025-06-01"}])
def test_a_line_that_says_that_no_day_is_today_is_decided_alike(today: Given, asked: Given) -> None:
    given = {"delivered": "2025-03-05", "item_price": "USD 5.00", **asked, **today}
    policy = load(CLOCK, "clock.yaml").policy
    with narrowing_after(1):
        decider = Decider(policy)
        each = {found(decider, given) for _ in range(4)}
    record = Decider(policy).decide(given)

    assert each == {(recorded_outcome(record), record.canonical)}


NULL = """
policy: test/null
version: 1
effective: {from: 2024-01-01}
currency: USD
window: {no_limit: true}
fees: {a: {when: {requested: null, category: a}, fee: USD 2.00}}
"""


def test_a_line_is_narrowed_where_only_a_doubt_reads_whether_the_day_is_null() -> None:
    evaluator = Decider(load(NULL, "null.yaml").policy, native=False).engines.alone

    narrowed = evaluator.outcome.narrowed(Known({"category": UNKNOWN}))

    assert len(narrowed.of.__code__.co_code) < len(evaluator.outcome.of.__code__.co_code)


def test_a_fact_that_is_wrongly_called_known_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(path for path in FILES if name(path) == "home-goods.yaml")
    policy = load(path.read_text("utf-8"), name(path), base).policy
    instead = Known.instead

    def wrong(known: Known, graph: Graph) -> dict[Node, Node]:
        return instead(known, graph) | {graph.unknown("reason"): graph.false}

    monkeypatch.setattr(Known, "instead", wrong)

    with pytest.raises(AssertionError):
        sum(alike(policy, seed) for seed in range(20))
