"""A comparison that is stopped early only calls proven what a full comparison finds too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from engine.comparing.policies import compare_policies, summary
from engine.meaning.difference import Budget
from engine.policy.editions import PolicyFile, load
from services.policies.comparing import Side, compared

TEXT = """
policy: acme/base
version: 1
effective: {from: 2025-01-01}
currency: USD
values: {category: [hats, shoes, books]}
window: {days: DAYS, counted_from: delivered}
fees:
  restocking:
    rows:
      - {id: F-HATS, when: {category: hats}, fee: FEE% of item_price}
      - {id: F-NONE, otherwise: true, fee: none}
"""


def policy(days: int, fee: int) -> PolicyFile:
    text = TEXT.replace("DAYS", str(days)).replace("FEE", str(fee))
    return load(text, "policy.yaml", lambda *_: None)


BEFORE, AFTER = policy(30, 10), policy(20, 15)


def after(looks: int) -> Callable[[], bool]:
    """Says that the time is over once it was asked a given number of times."""
    looked = count(1)
    return lambda: next(looked) > looks


@pytest.mark.parametrize("looks", [0, 1, 2, 5, 10, 20, 40])
def test_what_is_proven_does_not_hang_on_when_it_is_stopped(looks: int) -> None:
    whole = compare_policies(BEFORE.policy, AFTER.policy, native=False)
    budget = Budget(past=after(looks))

    found = compare_policies(BEFORE.policy, AFTER.policy, native=False, budget=budget)

    assert whole.proven
    pairs = list(zip(whole.fields, found.fields, strict=True))
    assert all(one.changes == other.changes for one, other in pairs if other.proven)
    unknown = {each.field for each in found.fields if not each.proven}
    assert bool(unknown) is not found.proven
    assert any("Too much to look at" in each for each in summary(found)) is bool(unknown)
    assert looks or unknown


def test_nobody_waits_longer_than_was_said() -> None:
    sides = [
        Side(file=each, policy=each.policy, published=False, own=True) for each in (BEFORE, AFTER)
    ]

    held = compared(*sides, seconds=-1)

    assert not held.compared.proven
    assert held.compared.changes == ()
