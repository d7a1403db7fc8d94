"""What is worked out once for all cases of an unknown fact equals what each case comes to alone."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision import evaluator
from engine.decision.decide import Decider
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.figures.clocks import Standing
from engine.errors import RequestFault
from engine.policy.conditions import leaves
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import WiderMaker
from tests.properties.making import facts
from tests.properties.meaning.drawing import Draw, Given

CASES = 100
"""Cases of a policy that are looked at."""

_STOOD = [name for name in Standing.__slots__ if name != "readings"]


@pytest.fixture(autouse=True, scope="module")
def made_at_once() -> Iterator[None]:
    """Works out all cases at once, never one by one: that would compare a result with itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluator, "MOST_ONE_BY_ONE", 0)
        yield


def alone(run: Evaluation, slot: int, value: int) -> Evaluation:
    """Returns a case that is worked out without its neighbours."""
    values = run.start.copy()
    values[slot] = value
    case = run.again(values)
    case.supposed, case.before = frozenset({slot}), run
    case.work_out()
    return case


def seen(case: Evaluation) -> tuple[object, ...]:
    """Everything that topics read of a case."""
    rows = [row for table in case.compiled.deadlines for row in table.rows]
    stood = [[getattr(case.stand(row), each) for each in _STOOD] for row in rows]
    return (*found_of(case), case.facts.values, stood)


def supposed(decider: Decider, sent: Given) -> Iterator[tuple[object, object]]:
    """Each case of each unknown fact that some row tests: beside the others, and by itself."""
    try:
        run = Evaluation(decider.engines, decider.intake(sent)).evaluate()
    except RequestFault:
        return
    seen(run)  # as in a decision, where clocks have been read before a fact is supposed
    tested = {leaf for each in run.compiled.asked for leaf in leaves(each.condition)}
    for slot in sorted({run.compiled.slots.of_leaf(leaf) for leaf in tested}):
        if run.start[slot] == UNKNOWN:
            yield from of_slot(run, slot)


def of_slot(run: Evaluation, slot: int) -> Iterator[tuple[object, object]]:
    """The line, and its cases of one slot: worked out together, and by themselves."""
    line = EvaluatedLine(run.engines, run.facts.copied(run.start))
    split = run.engines.alone.split(slot, run.engines.values.of(slot, ~0))
    result = split.worked.at(line.facts.values)
    line.take_split(split, result, alone=True)
    yield found_of(line), found_of(run)
    for value, found in zip(split.values, result[3][1:], strict=True):
        case = run.supposing(slot, value, found, None, alone=True)
        yield seen(case), seen(alone(run, slot, value))
    for value, found in run.cases(slot, None, alone=True):
        case = run.supposing(slot, value, found, None, alone=True)
        yield (*found,), (case.true, case.told, case.derived, case.states)


def found_of(line: EvaluatedLine) -> tuple[object, ...]:
    """Everything that an evaluator finds of a line."""
    return (line.true, line.maybe, line.told, line.derived, line.states)


def held(policy: Policy, returns: Iterator[Given]) -> int:
    """Holds the first cases of some returns against one another; gives how many there were."""
    decider, count = Decider(policy, native=False), 0
    for sent in returns:
        for together, by_itself in supposed(decider, sent):
            assert together == by_itself, sent
            count += 1
            if count >= CASES:
                return count
    return count


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_cases_of_a_shipped_policy_are_those_worked_out_alone(path: Path) -> None:
    policy = load(path.read_text("utf-8"), name(path), base).policy
    draw = Draw(policy, 5, missing=0.3)

    assert held(policy, (draw.one() for _ in range(30)))


@settings(max_examples=10, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_the_cases_of_a_random_policy_are_those_worked_out_alone(seed: int) -> None:
    random = Random(seed)

    held(load(WiderMaker(random).text(), "random.yaml").policy, (facts(random) for _ in range(10)))
