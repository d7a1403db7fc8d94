"""The largest policies that are read also decide within a second, and are soon ready to publish.

Time is that of the processor; a network is tried in a child, whose time is bounded by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.publishing.readiness import faults_before_publishing
from tests.faults.fuzzing.corpus import HEAD
from tests.timing import within

DECIDING = 1.0
READY = 20.0
MADE = 10.0
WORDS = f"values: {{category: [{', '.join(f'w{n}' for n in range(5_000))}]}}\n"
GIVEN = (
    {"category": "w399", "quantity": 3, "item_price": "USD 5.00", "tags": ["a1"]},
    {"category": "w4999", "opened": True},
    {},
)


def table(rows: int, when: Callable[[int], str], decide: str = "first") -> str:
    """A policy of one table."""
    listed = "".join(
        f"   - {{id: R-{n}, when: {{{when(n)}}}, paid_by: supplier}}\n" for n in range(rows)
    )
    return f"{HEAD}{WORDS}return_shipping:\n  decide: {decide}\n  rows:\n{listed}"


LARGE = {
    "400 rows of 5,000 words": table(400, lambda n: f"category: w{n}"),
    "rows that overlap": table(900, lambda n: f"quantity: {{between: [{n}, 99999]}}"),
    "one row at a time": table(900, lambda n: f"quantity: {n + 1}", decide="only_one"),
    "two facts": table(400, lambda n: f"category: w{n}, quantity: {{over: {n}}}"),
    "three facts": table(
        300,
        lambda n: (
            f"quantity: {{over: {n}}}, opened: {str(n % 2 == 0).lower()}, "
            f"item_price: {{under: USD {n + 1}.00}}"
        ),
    ),
    "sets": table(300, lambda n: f"tags: {{has_none: [a{n}, b{n}]}}, quantity: {{over: {n}}}"),
}


@pytest.mark.parametrize("native", [False, True], ids=["twin", "network"])
@pytest.mark.parametrize("name", LARGE)
def test_a_large_policy_decides_within_a_second(name: str, native: bool) -> None:
    policy = load(LARGE[name], "large.yaml").policy
    with closing(Decider(policy, native=native)) as decider:
        for given in GIVEN:
            facts = {"requested": "2025-03-01", **given}
            decision = within(DECIDING, lambda _, facts=facts: decider.decide(facts))
            assert decision.code != "engine_disagreement"


@pytest.mark.parametrize("within_", ["days", "business days"])
def test_a_policy_of_many_deadlines_is_soon_made_ready(within_: str) -> None:
    rows = "".join(
        f"   - {{id: R-{n}, when: {{quantity: {n}}}, within: {n} {within_}}}\n"
        for n in range(1, 900)
    )
    topic = (
        f"deadlines:\n  request:\n   decide: longest\n   counted_from: delivered\n   rows:\n{rows}"
    )
    policy = load(HEAD + topic, "large.yaml").policy
    given = {"ordered": "2025-01-01", "delivered": "2025-01-02", "requested": "2025-01-20"}

    def last_day(_again: int) -> str | None:
        with closing(Decider(policy)) as decider:
            return decider.decide({**given, "quantity": 20, "item_price": "USD 5.00"}).last_day

    assert within(MADE, last_day) == {"days": "2025-01-22", "business days": "2025-01-30"}[within_]


@pytest.mark.parametrize("name", LARGE)
def test_what_keeps_a_large_policy_from_being_published_is_soon_told(name: str) -> None:
    file = load(LARGE[name], "large.yaml")

    faults = within(READY, lambda _: faults_before_publishing(file))

    assert {fault.code for fault in faults} & {"gap", "unreachable"}
