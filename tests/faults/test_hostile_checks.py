"""However large a policy is, its checks end soon, and say what they did not prove.

Time is that of the processor, so that a busy machine fails no test.
"""

from __future__ import annotations

from random import Random

import pytest

from engine.policy.editions import load
from engine.policy.faults import Fault
from engine.publishing.meaning import meaning_of, surveys_of, tried_of
from tests.timing import within

HEAD = (
    "policy: a/b\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"
    "window: {days: 30, counted_from: delivered}\n"
)
FACTS = ("brand", "label", "sku", "channel", "place", "programme", "membership", "country")
SECONDS = 12.0
MOST_TRIES = 60_000


def fees(rows: int, when: str) -> str:
    listed = "".join(
        f"   - {{id: F-{n}, when: {when.replace('N', str(n))}, fee: USD {n}.00}}\n"
        for n in range(rows)
    )
    return f"fees:\n  a:\n   rows:\n{listed}"


def tangled(rows: int) -> str:
    random = Random(1)
    found = ""
    for n in range(rows):
        tests = (
            f"{fact}: {{not: [w{random.randint(0, 9)}, w{random.randint(0, 9)}]}}"
            for fact in random.sample(FACTS, 4)
        )
        found += f"   - {{id: F-{n}, when: {{{', '.join(tests)}}}, fee: USD {n}.00}}\n"
    return f"fees:\n  a:\n   rows:\n{found}"


def promises(count: int) -> str:
    when, outcome = "{brand: bN, label: lN}", "{fees.a: {at_most: 20% of item_price}}"
    each = f"  - {{id: M-N, when: {when}, outcome: {outcome}}}\n"
    return (
        fees(60, "{category: cN}")
        + "must:\n"
        + "".join(each.replace("N", str(n)) for n in range(count))
    )


@pytest.mark.parametrize(
    "topics",
    [
        fees(400, "{category: cN}"),
        fees(400, "{quantity: {over: N}}"),
        fees(400, "{tags: {has_all: [aN, bN]}}"),
        fees(300, "{category: {not: cN}, brand: {not: bN}, label: {not: lN}}"),
        tangled(300),
        promises(100),
    ],
    ids=["words", "numbers", "sets", "not these", "tangled", "promises"],
)
def test_the_checks_of_a_large_policy_end_soon(topics: str) -> None:

    policy = load(HEAD + topics, "large.yaml").policy

    def tries(_again: int) -> int:
        surveys = surveys_of(policy)
        meaning_of(surveys)
        tried_of(surveys)
        return sum(survey.bench.tries for survey in surveys)

    assert within(SECONDS, tries) < MOST_TRIES


def test_rows_of_sets_are_looked_through_however_many_they_are() -> None:
    """Each row is one split more within the last, of which Python's own stack holds some 490."""
    topics = fees(600, "{tags: {has_all: [aN, bN]}}")
    surveys = surveys_of(load(HEAD + topics, "large.yaml").policy)

    assert {each.code for each in tried_of(surveys)} == {"fee_above_price"}


def found(topics: str) -> list[Fault]:
    return list(meaning_of(surveys_of(load(HEAD + topics, "large.yaml").policy)))


def test_what_was_not_proved_is_said() -> None:
    assert "not_proved" in {each.code for each in found(tangled(300))}
