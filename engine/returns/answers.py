"""What the answer of a decision means for a return that waits for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.decision.record import Decision
from engine.policy.words import WITHOUT_MONEY, WORTHLESS
from engine.returns.lifecycle import Step

COMING_BACK: Final = frozenset({"ship_back", "sent_back_to_sender"})
"""Words for goods that travel; all others stay, are destroyed or are sold where they are."""


def step_of(decisions: Sequence[Decision]) -> Step:
    """The step that the lines' decisions call for: one accepted line opens the return.

    Lines that need a person hold the whole return, since a person settles them before goods move.
    """
    answers = {decision.answer for decision in decisions}
    if answers <= {"refuse"}:
        return Step.REFUSE
    return Step.APPROVE if answers <= {"accept", "refuse"} else Step.HOLD


def units_expected(decision: Decision, quantity: int) -> int:
    """Units that are to come back: none of a refused line, none where the goods stay."""
    comes = decision.answer == "accept" and decision.goods in COMING_BACK
    return quantity if comes else 0


def pays_at_approval(decision: Decision, expected: int) -> bool:
    """Whether the claimant is settled with at once: nothing is waited for, or `immediate`."""
    if decision.answer != "accept":
        return False
    return expected == 0 or decision.timing == "immediate"


def moves_money(decision: Decision) -> bool:
    """Whether an accepted line is settled in money or credit rather than in kind."""
    remedy = decision.remedy
    return remedy is not None and remedy not in WITHOUT_MONEY and remedy not in WORTHLESS
