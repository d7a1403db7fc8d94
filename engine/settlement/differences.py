"""The difference between what is owed for a return and what was planned before, line by line.

What is owed less on one line lessens what is owed more on another; only what is left over is a
claim. Amounts are minor units of one currency.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.settlement.plan import shared_out


def netted(differences: Sequence[int]) -> tuple[int, ...]:
    """The differences of the lines of a return, all of one sign, with the same sum."""
    more = tuple(max(0, each) for each in differences)
    less = tuple(max(0, -each) for each in differences)
    total = sum(differences)
    if total >= 0:
        return shared_out(total, more)
    return tuple(-each for each in shared_out(-total, less))


def by_ways(amount: int, ways: Sequence[int]) -> tuple[int, ...]:
    """An amount over the ways of the units that it is for, by what each of them is worth."""
    return shared_out(amount, tuple(ways))
