"""Entries sum to zero, the balance is what was credited and not spent, and is never below zero."""

from __future__ import annotations

from contextlib import suppress
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.ledger import (
    ACCOUNTS,
    Account,
    EntryKind,
    Posting,
    follows,
    month_of,
    totals,
)
from tests.accounts import accounts

POSTINGS = some.lists(
    some.builds(
        Posting, kind=some.sampled_from(EntryKind), amount=some.integers(min_value=0, max_value=50)
    ),
    max_size=60,
)


def booked(asked: list[Posting]) -> list[tuple[Posting, int]]:
    """What of a history is not refused, each with the balance after it."""
    found, balance = [], Money(0, "USD")
    for posting in asked:
        with suppress(RequestFault):
            balance = follows(balance, posting)
            found.append((posting, balance.minor))
    return found


@given(POSTINGS)
def test_each_entry_and_every_history_sum_to_zero(asked: list[Posting]) -> None:
    done = [posting for posting, _ in booked(asked)]

    assert all(sum(leg.amount for leg in posting.legs) == 0 for posting in done)
    assert sum(accounts(done).values()) == 0


@given(POSTINGS)
def test_the_balance_is_what_is_left_of_credits_and_is_never_below_zero(
    asked: list[Posting],
) -> None:
    done = booked(asked)
    for many in accumulate(((each,) for each in done), lambda a, b: a + b):
        postings, balance = [posting for posting, _ in many], many[-1][1]
        moved = totals((each.kind, each.amount) for each in postings)

        assert balance == moved.balance == accounts(postings)[Account.CREDITED] >= 0
        assert moved.claimed == -accounts(postings)[Account.CLAIMED_BACK]
        assert balance == moved.credited - moved.used - moved.paid_out - moved.claimed_back


@given(POSTINGS, some.integers(min_value=1, max_value=9))
def test_months_add_up_to_the_balance(asked: list[Posting], size: int) -> None:
    done = [posting for posting, _ in booked(asked)]
    months = [done[at : at + size] for at in range(0, len(done), size)]
    changes = [totals((e.kind, e.amount) for e in each).balance for each in months]

    assert sum(changes) == totals((each.kind, each.amount) for each in done).balance


def test_every_account_is_moved_by_some_kind() -> None:
    assert {account for pair in ACCOUNTS.values() for account in pair} == set(Account)
    assert ACCOUNTS.keys() == set(EntryKind)


def test_a_month_ends_where_the_next_begins() -> None:
    months = [month_of(f"2026-{month:02}") for month in range(1, 13)] + [month_of("2027-01")]

    assert all(end == begin for (_, end), (begin, _) in pairwise(months))


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "11-2026", "9999-12", "2026/11"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(RequestFault, match="no month"):
        month_of(text)
