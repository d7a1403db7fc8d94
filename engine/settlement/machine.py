"""The states of a settlement, and the one table of what may follow what."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SettlementState(StrEnum):
    """Where one movement of money or credit stands."""

    PLANNED = "planned"
    """It waits to be sent."""
    SUBMITTED = "submitted"
    """The gateway is processing it."""
    SUCCEEDED = "succeeded"
    """The money or credit was moved."""
    FAILED = "failed"
    """It failed finally; nothing was moved."""
    NEEDS_ATTENTION = "needs_attention"
    """A person has to resolve it."""
    CANCELLED = "cancelled"
    """It was given up."""


_S = SettlementState
_FOLLOWING: Final[dict[SettlementState, frozenset[SettlementState]]] = {
    # What was never sent is taken back where it turns out not to be owed.
    _S.PLANNED: frozenset(
        {_S.SUBMITTED, _S.SUCCEEDED, _S.FAILED, _S.NEEDS_ATTENTION, _S.CANCELLED}
    ),
    _S.SUBMITTED: frozenset({_S.SUCCEEDED, _S.FAILED, _S.NEEDS_ATTENTION}),
    # A refund that succeeded can still come back days later (an expired card).
    _S.SUCCEEDED: frozenset({_S.FAILED}),
    # A person sends it once more, marks it as paid by hand, or gives it up for another way.
    _S.NEEDS_ATTENTION: frozenset(
        {_S.PLANNED, _S.SUBMITTED, _S.SUCCEEDED, _S.FAILED, _S.CANCELLED}
    ),
    # A person gives up what failed; another way is a settlement of its own.
    _S.FAILED: frozenset({_S.CANCELLED}),
    _S.CANCELLED: frozenset(),
}

COUNTED: Final = frozenset({_S.PLANNED, _S.SUBMITTED, _S.SUCCEEDED, _S.NEEDS_ATTENTION})
"""States whose amount is taken off what may still be paid: moved, or possibly moved."""


class WrongTransition(Exception):
    """A settlement was about to take a step that is not in the table."""


def check_transition(before: SettlementState, after: SettlementState) -> bool:
    """Returns whether the state changes; raises `WrongTransition` for a step not in the table."""
    if before is after:
        return False
    if after not in _FOLLOWING[before]:
        raise WrongTransition(f"A settlement that is `{before}` does not become `{after}`.")
    return True


def may_become(before: SettlementState, after: SettlementState) -> bool:
    """Returns whether the table has the step; callers ignore news that would lead backwards."""
    return after in _FOLLOWING[before]
