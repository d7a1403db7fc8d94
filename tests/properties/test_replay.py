"""A decision that is stored as text and derived again from that text has the same bytes."""

from contextlib import closing
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.replay.derive import derived
from tests.properties.making import facts
from tests.properties.test_agreement import random_policy
from tests.unit.replay.keeping import keep

RETURNS = 12


@settings(max_examples=30, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_random_decisions_are_derived_again_byte_for_byte(seed: int) -> None:
    random, same = Random(seed), Random(seed)
    policy, again = random_policy(random), random_policy(same)
    with closing(Decider(policy)) as decider:
        lines = [decider.decide(facts(random)) for _ in range(RETURNS)]
        shared = {"requested": "2024-03-12", "now": "2024-06-15"}
        parts = [{**facts(random), **shared} for _ in range(3)]
        whole = decider.decide_return(shared, parts)
    kept = [keep(each, each.facts) for each in lines]
    kept.append(keep(whole, {"shared": shared, "lines": parts}))
    random.shuffle(kept)

    assert again.digest == policy.digest
    with closing(Decider(again)) as decider:
        for each in kept:
            assert derived(each, decider).canonical == each.record.encode(), each.facts
