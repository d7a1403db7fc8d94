"""An outcome without its record says what the record says, and nothing if the engines disagree."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.decision.outcome import recorded_outcome
from engine.errors import NetworkFault, RequestFault
from engine.meaning.code import Writer
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.publishing.meaning import too_wide
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import FailedMaker, WiderMaker
from tests.properties.making import facts
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.test_exactness import OpeningMaker

seeds = st.integers(0, 2**48)


def alike(decider: Decider, sent: Given) -> bool:
    """Whether outcome and record agree; False for what intake refuses."""
    try:
        outcome = decider.outcome(sent)
    except RequestFault:
        with pytest.raises(RequestFault):
            decider.decide(sent)
        return False
    assert outcome == recorded_outcome(decider.decide(sent)), sent
    return True


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_outcome_of_a_shipped_policy_is_that_of_its_record(path: Path) -> None:
    policy = load(path.read_text("utf-8"), name(path), base).policy
    decider = Decider(policy)
    draws = [Draw(policy, 3, missing=0.0), Draw(policy, 4, missing=0.1)]

    decided = sum(alike(decider, draw.one()) for draw in draws for _ in range(30))

    assert decided > 30
    decider.close()


@settings(max_examples=20, deadline=None, database=None)
@given(seeds)
def test_the_outcome_of_a_random_policy_is_that_of_its_record(seed: int) -> None:
    random = Random(seed)
    policy = load(random.choice((WiderMaker, FailedMaker))(random).text(), "random.yaml").policy
    decider = Decider(policy, native=not too_wide(policy))
    for _ in range(20):
        alike(decider, facts(random))
    decider.close()


@pytest.mark.parametrize("seed", range(20))
def test_the_outcome_of_a_clock_that_opens_later_is_that_of_its_record(seed: int) -> None:
    policy = load(OpeningMaker(Random(seed)).text(), "random.yaml").policy
    decider, draw = Decider(policy, native=False), Draw(policy, seed, missing=0.2)

    assert sum(alike(decider, draw.one()) for _ in range(25))


# --- what is broken is found ----------------------------------------------------------------------

TWO_ROWS = """
policy: acme/test
version: 1
effective: {from: 2000-01-01}
currency: USD
eligibility:
  rows:
    - {id: E-A, when: {item_price: {over: USD 50.00}}, answer: refuse, code: excluded_category}
    - {id: E-B, otherwise: true, answer: accept}
"""
A_LINE: Given = {"requested": "2024-05-01", "item_price": "USD 100.00"}


def policy_of_two_rows() -> Policy:
    return load(TWO_ROWS, "two.yaml").policy


def test_a_wrong_branch_in_the_generated_code_never_pays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert Decider(policy_of_two_rows()).outcome(A_LINE).answer == "refuse"
    right = Writer._text

    def wrong(self: Writer, node: object) -> str:
        return right(self, node).replace("<=", ">=")  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "_text", wrong)
    decider = Decider(policy_of_two_rows())

    outcome, record = decider.outcome(A_LINE), decider.decide(A_LINE)

    assert (outcome.answer, outcome.code, outcome.net) == ("review", "engine_disagreement", None)
    assert outcome == recorded_outcome(record)
    assert [each.levelname for each in caplog.records] == ["CRITICAL", "CRITICAL"]


def test_a_network_that_fails_never_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    decider = Decider(policy_of_two_rows())
    asked: list[object] = []

    def fail(values: object) -> int:
        asked.append(values)
        raise NetworkFault("the rule network failed in a decision")

    monkeypatch.setattr(decider.engines, "network", type("Failing", (), {"matches": fail}))

    assert decider.outcome(A_LINE).code == "engine_disagreement"
    assert len(asked) == 1, "a network that failed was asked again"
