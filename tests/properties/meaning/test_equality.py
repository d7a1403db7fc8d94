"""The lowered policy, the decider and a plain reading of the tree decide every return alike.

`python -m tests.properties.meaning.test_equality 20000` does it at length.
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

import pytest

from engine.dates import parse_day
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import PolicyFaults, RequestFault
from engine.meaning.code import worked_out
from engine.meaning.graph import Graph
from engine.meaning.lowering.line import Sent
from engine.meaning.lowering.policy import NOTHING, WORDS, meaning_of
from engine.meaning.lowering.words import Book
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import FailedMaker, WiderMaker
from tests.properties.making import Maker, facts
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.encoded import encoded
from tests.properties.meaning.oracle import Open, plain_outcome
from tests.properties.meaning.test_exactness import OpeningMaker, StateMaker

RETURNS = 40
SETTLED = {"net", "fee", "goods", "remedy", "return_paid_by"}
"""Fields that several readings may leave open, which a graph does not answer."""


class Both:
    """A policy lowered, and its decider."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.book = Book()
        self.book.learn(policy)
        meaning = meaning_of(policy, Graph(), self.book, {}, Sent.ANYTHING)
        self.fields = tuple(meaning.fields)
        self.work_out = worked_out([*meaning.fields.values(), meaning.doubt])
        self.decider = Decider(policy, native=False)

    def lowered(self, given: Given) -> dict[str, object] | None:
        """The outcome by the graph; None where it claims none."""
        *numbers, doubt = self.work_out(encoded(self.policy, self.book, given))
        if doubt:
            return None
        pairs = zip(self.fields, numbers, strict=True)
        return {
            name: self.book.word(number) if name in WORDS else None if number == NOTHING else number
            for name, number in pairs
        }

    def decided(self, given: Given) -> dict[str, object] | None:
        """The outcome by the decider; None for what intake refuses."""
        try:
            return outcome_of(self.decider.decide(given))
        except RequestFault:
            return None


def outcome_of(decision: Decision) -> dict[str, object]:
    return {
        "answer": decision.answer,
        "code": decision.code,
        "remedy": decision.remedy,
        "goods": decision.goods,
        "return_paid_by": decision.return_paid_by,
        "net": decision.net.minor if decision.net else None,
        "fee": decision.fee_total.minor if decision.fee_total else None,
        "last_day": parse_day(decision.last_day) if decision.last_day else None,
    }


def compared(both: Both, returns: list[Given]) -> Counter[str]:
    """How many returns were decided, claimed by the graph, and read plainly; all alike."""
    count: Counter[str] = Counter()
    for given in returns:
        decided = both.decided(given)
        if decided is None or decided["code"] == "unknown_word":
            continue
        count["decided"] += 1
        lowered = both.lowered(given)
        if lowered is not None:
            count["claimed"] += 1
            assert comparable(lowered) == comparable(decided), given
        try:
            plainly = plain_outcome(both.policy, given)
        except Open:
            continue
        count["read plainly"] += 1
        if lowered is not None:
            assert comparable(plainly) == comparable(lowered), given
    return count


def read_alike(both: Both, given: Given) -> bool:
    """What a plain reading knows of a return, the decider does not ask for; whether it knows it."""
    decided = both.decided(given)
    try:
        plainly = plain_outcome(both.policy, given)
    except Open:
        return False
    if decided is not None and decided["code"] != "unknown_word":
        assert comparable(plainly) == comparable(decided), given
    return True


def comparable(outcome: dict[str, object]) -> dict[str, object]:
    if outcome["answer"] != "two_readings":
        return dict(sorted(outcome.items()))
    return {field: value for field, value in sorted(outcome.items()) if field not in SETTLED}


def shipped(path) -> Policy:  # type: ignore[no-untyped-def]
    return load(path.read_text("utf-8"), name(path), base).policy


def drawn(policy: Policy, seed: int, missing: float, count: int) -> list[Given]:
    draw = Draw(policy, seed, missing=missing)
    return [draw.one() for _ in range(count)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_shipped_policy_means_what_is_decided_by_it(path) -> None:  # type: ignore[no-untyped-def]
    policy = shipped(path)
    both = Both(policy)

    known = compared(both, drawn(policy, 1, 0.0, RETURNS))
    unsent = compared(both, drawn(policy, 2, 0.1, RETURNS // 2))

    assert known["claimed"] == known["decided"] > RETURNS // 2
    assert 0 < unsent["claimed"] <= unsent["decided"]
    assert policy.must or known["read plainly"] == known["decided"]


@pytest.mark.parametrize("maker", [Maker, WiderMaker, FailedMaker])
def test_a_random_policy_means_what_is_decided_by_it(maker: type[Maker]) -> None:
    count: Counter[str] = Counter()

    for seed in range(12):
        count += random_policy(maker, seed, 12)

    assert count["claimed"] > 50
    assert count["read plainly"] > 50


@pytest.mark.parametrize("maker", [OpeningMaker, StateMaker])
@pytest.mark.parametrize("seed", range(20))
def test_a_clock_that_opens_later_means_what_is_decided_by_it(
    maker: type[Maker], seed: int
) -> None:
    policy = load(maker(Random(seed)).text(), "random.yaml").policy
    both, returns = Both(policy), drawn(policy, seed, 0.2, 25)

    count = compared(both, returns)
    count["read alike"] = sum(read_alike(both, given) for given in returns)

    assert count["claimed"] > 0
    assert count["read alike"] > 0


def random_policy(maker: type[Maker], seed: int, returns: int) -> Counter[str]:
    """Compares the returns of one random policy; none if the reader refuses it."""
    random = Random(seed)
    try:
        policy = load(maker(random).text(), "random.yaml").policy
    except PolicyFaults:
        return Counter()
    return compared(Both(policy), [facts(random) for _ in range(returns)])


def at_length(count: int) -> None:
    for path in FILES:
        policy = shipped(path)
        both = Both(policy)
        known = compared(both, drawn(policy, 3, 0.0, count))
        print(  # noqa: T201
            name(path), dict(known), dict(compared(both, drawn(policy, 4, 0.1, count))), flush=True
        )
    for maker in (Maker, WiderMaker, FailedMaker):
        total: Counter[str] = Counter()
        for seed in range(count // 4):
            total += random_policy(maker, seed, 40)
        print(  # noqa: T201
            maker.__name__, dict(total), flush=True
        )


if __name__ == "__main__":
    at_length(int(sys.argv[1]))
