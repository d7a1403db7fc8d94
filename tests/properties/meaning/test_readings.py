"""Where a text can be read in two ways a person settles what is given: nothing is compared there.

A change of money, remedy, payer or goods is shown by a return that both policies settle, and holds
for exactly those of them that they decide otherwise.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from engine.comparing.policies import Change, Example, compare_policies, value_of
from engine.decision.decide import Decider
from engine.policy.model import Policy
from tests.properties.meaning.pairs import read
from tests.properties.meaning.regions import UNSETTLED, Held
from tests.properties.meaning.test_equality import SETTLED
from tests.properties.meaning.test_spoken import text_of

GIVEN = ("refund", "store_credit", "exchange")
PAYERS = ("supplier", "retailer", "consumer")
SETS = ("remedy: store_credit", "return_paid_by: supplier", "remedy: refund")


def policy_of(chance: Random, settled: Random) -> Policy:
    """A policy of which some returns can be read in two ways; what is given by another chance."""
    when = chance.choice(
        (
            "opened: true",
            "category: [k1, k2, k3]",
            f"item_price: {{over: USD {settled.choice((20, 30))}.00}}",
        )
    )
    accept, taken = chance.choice(("accept", "refuse")), chance.choice(("none", "none", "B"))
    rows = (
        "eligibility:\n  rows:\n    - id: E-TWO\n"
        f"      when: {{{when}}}\n      answer: two_readings\n      we_take: {taken}\n"
        + ("      why: it is written first\n" if taken == "B" else "")
        + "      readings:\n"
        f"        - {{id: A, answer: accept, because: Yes., sets: {{{settled.choice(SETS)}}}}}\n"
        f"        - {{id: B, answer: {accept}, because: Perhaps.}}\n"
        "remedies:\n  consumer:\n    rows:\n"
        f"      - {{id: R-ONE, when: {{category: [k1, k4]}}, give: {settled.choice(GIVEN)}}}\n"
        f"      - {{id: R-ELSE, otherwise: true, give: {settled.choice(GIVEN)}}}\n"
        "return_shipping:\n  rows:\n"
        f"    - {{id: S-ONE, when: {{category: [k2, k5]}}, paid_by: {settled.choice(PAYERS)}}}\n"
        f"    - {{id: S-ELSE, otherwise: true, paid_by: {settled.choice(PAYERS)}}}\n"
    )
    policy = read(text_of(chance) + rows, "readings.yaml")
    assert policy is not None
    return policy


@pytest.mark.parametrize("seed", range(40))
def test_money_and_goods_are_compared_where_both_policies_settle_the_return(seed: int) -> None:
    before, after = (policy_of(Random(seed), Random(seed + add)) for add in (0, 100))
    found = compare_policies(before, after, native=False)
    deciders = [Decider(policy, native=False) for policy in (before, after)]

    for change in found.changes:
        if change.example and change.field in SETTLED:
            _shows(change, change.example, deciders)
    Held(before, after).holds(80, seed)


def _shows(change: Change, example: Example, deciders: list[Decider]) -> None:
    one, other = (decider.decide(dict(example.given)) for decider in deciders)

    assert not {one.answer, other.answer} & UNSETTLED, change
    assert (value_of(change.field, one), value_of(change.field, other)) == (
        change.before or example.before,
        change.after or example.after,
    )


def test_returns_that_can_be_read_in_two_ways_are_among_those_that_are_drawn() -> None:
    count = Counter[str]()
    for seed in range(10):
        held = Held(*(policy_of(Random(seed), Random(seed + add)) for add in (0, 100)))
        count += held.holds(80, seed)

    assert count["unsettled"] > 20
    assert count["differ"] > 20
