"""A settlement goes forward only, but for a refund that fails after it succeeded."""

import pytest

from engine.settlement.machine import (
    COUNTED,
    SettlementState,
    WrongTransition,
    check_transition,
    may_become,
)

S = SettlementState


def test_the_usual_way_is_planned_submitted_succeeded() -> None:
    assert check_transition(S.PLANNED, S.SUBMITTED)
    assert check_transition(S.SUBMITTED, S.SUCCEEDED)


def test_the_same_news_again_changes_nothing() -> None:
    assert not check_transition(S.SUCCEEDED, S.SUCCEEDED)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.SUCCEEDED, S.SUBMITTED),
        (S.SUCCEEDED, S.PLANNED),
        (S.FAILED, S.SUCCEEDED),
        (S.SUBMITTED, S.PLANNED),
        (S.CANCELLED, S.PLANNED),
    ],
)
def test_a_step_back_is_refused(before: SettlementState, after: SettlementState) -> None:
    assert not may_become(before, after)
    with pytest.raises(WrongTransition):
        check_transition(before, after)


def test_a_refund_can_fail_after_it_succeeded() -> None:
    assert check_transition(S.SUCCEEDED, S.FAILED)


def test_what_may_have_moved_counts_against_the_ceiling() -> None:
    assert set(S) - COUNTED == {S.FAILED, S.CANCELLED}
