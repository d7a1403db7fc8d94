"""What is called exact does not change, whatever unsent fact is sent that intake accepts.

`python -m tests.properties.meaning.test_exactness 2000` does it at length.
"""

from __future__ import annotations

import sys
from random import Random

import pytest

from engine.decision.decide import Decider
from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import WiderMaker
from tests.properties.making import Maker
from tests.properties.meaning.drawing import Draw
from tests.properties.meaning.exact import law

MOST_UNSENT = 3


def held(policy: Policy, returns: int, seed: int) -> int:
    """How many decisions were held against what they are once more is sent."""
    decider, random = Decider(policy, native=False), Random(seed)
    draw, more = Draw(policy, seed, missing=0.0), Draw(policy, seed + 1, missing=0.0, null=0.2)
    count = 0
    for _ in range(returns):
        given = draw.one()
        left_out = random.randint(1, min(MOST_UNSENT, len(given)))
        for fact in random.sample(list(given), left_out):
            del given[fact]
        count += law(decider, given, [more.one() for _ in range(3)], random)
    return count


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_a_shipped_policy_calls_exact_stays(path) -> None:  # type: ignore[no-untyped-def]
    policy = load(path.read_text("utf-8"), name(path), base).policy

    held(policy, 50, 1)


@pytest.mark.parametrize("maker", [Maker, WiderMaker])
def test_what_a_random_policy_calls_exact_stays(maker: type[Maker]) -> None:
    assert sum(random_policy(maker, seed, 24) for seed in range(10)) > 100


def random_policy(maker: type[Maker], seed: int, returns: int) -> int:
    try:
        policy = load(maker(Random(seed)).text(), "random.yaml").policy
    except PolicyFaults:
        return 0
    return held(policy, returns, seed)


def at_length(count: int) -> None:
    for path in FILES:
        policy = load(path.read_text("utf-8"), name(path), base).policy
        print(name(path), held(policy, count, 2), flush=True)  # noqa: T201
    for maker in (Maker, WiderMaker):
        total = sum(random_policy(maker, seed, 40) for seed in range(count // 4))
        print(maker.__name__, total, flush=True)  # noqa: T201


if __name__ == "__main__":
    at_length(int(sys.argv[1]))
