"""Broken policies: each is read or refused in clear sentences, and soon.

A policy is named by its seed and number: `python -m bench.fuzz policies --show SEED/NUMBER`.
"""

from __future__ import annotations

from tests.faults.fuzzing import policies
from tests.faults.fuzzing.watch import watched

SEED = 20_250_601
COUNT = 700


def test_every_broken_policy_is_read_or_refused_and_what_is_read_decides() -> None:
    report = watched("policies", SEED, range(COUNT))

    assert report.complaints == []
    assert report.count == COUNT
    assert report.outcomes["read"] > COUNT / 10
    assert len(report.outcomes) > 30  # codes of faults, so that no check hides behind another


def test_the_same_seed_and_number_give_the_same_policy() -> None:
    once = [policies.text_of(SEED, index) for index in range(50)]

    assert once == [policies.text_of(SEED, index) for index in range(50)]
    assert len(set(once)) == 50
