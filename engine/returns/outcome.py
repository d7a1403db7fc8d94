"""The outcome of a return line or of inspected units, decided by the policy or by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.decision.record import Decision
from engine.decision.standing import Taken
from engine.money import Money
from engine.policy.words import WITHOUT_MONEY, WORTHLESS
from engine.returns.lifecycle import Step

COMING_BACK: Final = frozenset({"ship_back", "sent_back_to_sender", "keep_until_released"})
"""Words for goods that travel, or will; all others stay, are destroyed or sold where they are."""
_CLEAR: Final = frozenset({"accept", "refuse"})


class Due(StrEnum):
    """When the claimant is settled with."""

    APPROVAL = "approval"
    DROP_OFF = "drop_off"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What units that were settled before their return was reopened have given.

    Minor units: all that was planned except tax, the value of the goods, outbound shipping. `taken`
    are the fees per order of the whole return, on its first line only. `stayed` of the units never
    came, since their goods stay where they are. `last` is the sequence of the last settlement that
    was made before; None if the return was reopened before that was recorded.
    """

    planned: int = 0
    value: int = 0
    outbound: int = 0
    taken: Mapping[str, Taken] = field(default_factory=dict)
    stayed: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOutcome:
    """`decision` is the key of the record that says why; `amount` is None while it is open.

    `most` is the most that the line can be worth (minor units). `judged_by` is the key of the
    person who overrode the policy or decided what it leaves open; of an inspection, their amount is
    for `of` units, 0 if for all of them. `done` units were settled before the return was reopened
    and are not looked at again: `before` is what they gave.
    """

    answer: str
    code: str
    decision: str
    remedy: str | None
    amount: Money | None
    due: Due
    comes_back: bool
    most: int
    judged_by: str = ""
    why: str = ""
    of: int = 0
    done: int = 0
    before: Before = Before()

    @property
    def undecided(self) -> bool:
        """Whether a person still has to give the answer."""
        return self.answer not in _CLEAR

    @property
    def unsettled(self) -> bool:
        """Whether a person must give the answer, remedy or amount before it can be settled."""
        return self.undecided or (self.owes_money and None in (self.remedy, self.amount))

    @property
    def owes_money(self) -> bool:
        """Whether it is settled in money or credit; so is the price difference of an exchange."""
        in_kind = self.remedy in WITHOUT_MONEY and self.amount is None
        return self.answer == "accept" and not in_kind and self.remedy not in WORTHLESS

    @property
    def way(self) -> str:
        """The remedy that pays its amount; the price difference of an exchange is refunded."""
        return "refund" if self.remedy in WITHOUT_MONEY else str(self.remedy)

    @property
    def stays(self) -> bool:
        """Whether it is accepted and the goods stay where they are."""
        return self.answer == "accept" and not self.comes_back

    def expected(self, quantity: int) -> int:
        """Returns the units expected back: none if the line is refused or the goods stay."""
        return quantity if self.answer == "accept" and self.comes_back else 0


def outcome_of(decision: Decision, key: str, share: Money | None, most: int) -> LineOutcome:
    """Returns the outcome of a decision; `share` is the line's part of the return's net."""
    return LineOutcome(
        answer=decision.answer,
        code=decision.code,
        decision=key,
        remedy=decision.remedy,
        amount=share,
        due=_due(decision),
        comes_back=_comes_back(decision),
        most=most,
    )


def _comes_back(decision: Decision) -> bool:
    """Returns whether the goods come back: also if the policy leaves it open, since goods are kept
    only where it says so."""
    return decision.goods in COMING_BACK or decision.goods is None


def _due(decision: Decision) -> Due:
    if not _comes_back(decision) or decision.timing == "immediate":
        return Due.APPROVAL
    return Due.DROP_OFF if decision.timing == "at_drop_off" else Due.RECEIPT


def step_of(outcomes: Sequence[LineOutcome]) -> Step:
    """Returns the step that the lines call for: one accepted line is enough to approve the return.

    A line that needs a person holds the whole return, since a person settles it before goods move.
    """
    if all(each.answer == "refuse" for each in outcomes):
        return Step.REFUSE
    held = any(each.undecided for each in outcomes)
    early = any(each.due is Due.APPROVAL and each.unsettled for each in outcomes)
    return Step.HOLD if held or early else Step.APPROVE
