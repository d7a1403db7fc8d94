"""Every unit has a value, and the parts make the whole: six laws on random policies and histories.

Every history ends in an amount that the plain oracle works out; `bench/units.py` runs more of them.
"""

from __future__ import annotations

import copy

import pytest

from tests.properties.units.histories import Ledger, at_once, pieces, played, random_history
from tests.properties.units.laws import check_conserved, check_once


@pytest.mark.parametrize("first", range(0, 1_200, 200))
def test_after_each_piece_what_was_paid_is_what_the_policy_says_of_the_units_so_far(
    first: int,
) -> None:
    """Progress, counting and conservation of money: the ledger compares after every piece."""
    for seed in range(first, first + 200):
        terms, order, random = random_history(seed)
        ledger = played(terms, order, random, pieces(order, random))

        check_conserved(ledger, seed)
        check_once(ledger, seed)


@pytest.mark.parametrize("first", range(5_000, 5_400, 100))
def test_the_parts_of_a_return_come_to_the_same_in_whatever_pieces_and_order(first: int) -> None:
    """Splitting and order, of returns that are alone in their order."""
    for seed in range(first, first + 100):
        terms, order, random = random_history(seed)
        if len(order.returns) == 1:
            ways = [copy.deepcopy(order) for _ in range(3)]
            whole = played(terms, ways[0], random, at_once(ways[0]))
            parts = [
                played(terms, each, random, pieces(each, random, size=size))
                for each, size in zip(ways[1:], (1, 3), strict=True)
            ]

            assert [each.total for each in parts] == [whole.total] * 2, seed


def test_histories_reach_what_the_laws_are_about() -> None:
    """Without such cases the laws would hold trivially."""
    seen: dict[str, int] = {}
    for seed in range(300):
        terms, order, random = random_history(seed)
        way = pieces(order, random)
        ledger = played(terms, order, random, way)
        for name in reached(ledger):
            seen[name] = seen.get(name, 0) + 1

    assert {name for name, times in seen.items() if times >= 10} == set(ALL)


ALL = ("several returns", "paid", "claimed", "shipping", "fee per order", "refused", "never came")


def reached(ledger: Ledger) -> list[str]:
    last = [each.owed for each in ledger.accounts if each.owed]
    units = [each for back in ledger.order.returns for each in back.units]
    fine = {each.id for owed in last for each in owed.accepted}
    found = {
        "several returns": len(ledger.accounts) > 1,
        "paid": any(each.paid for each in ledger.accounts),
        "claimed": any(each.claimed for each in ledger.accounts),
        "shipping": any(each.shipping for each in last),
        "fee per order": any(fee for each in last for fee in each.fees.values()),
        "refused": any(each.here and each.id not in fine for each in units),
        "never came": any(not each.comes for each in units),
    }
    return [name for name, yes in found.items() if yes]
