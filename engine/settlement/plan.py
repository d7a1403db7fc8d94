"""Plans one movement of money under its ceilings; one that does not fit goes to a person, uncut.

The caller holds the lock on the payment while it counts what was taken and stores the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.money import Money
from engine.settlement.instruments import Instrument
from engine.settlement.machine import SettlementState

OVER: Final = "over_ceiling"
"""The trouble of a movement over a ceiling; it was never sent, and uses up no ceiling."""

HELD: Final = "disputed"
"""The trouble of a movement that waits for the end of a dispute."""

REFUSED: Final = "charge_disputed"
"""The trouble of a movement that the gateway refused for a dispute; it waits for its end, too."""

DISPUTED: Final = "The payment is disputed at the payer's bank; money must not go back twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """How much may go back at most, and how much already did or may have (minor units)."""

    name: str
    most: int
    taken: int

    @property
    def left(self) -> int:
        """Minor units that may still go back."""
        return max(0, self.most - self.taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementPlan:
    """One movement to store: its state is `planned`, or `needs_attention` with the reason."""

    instrument: Instrument
    amount: Money
    state: SettlementState
    trouble: str | None = None
    sentence: str | None = None


def planned(
    amount: Money, instrument: Instrument, ceilings: tuple[Ceiling, ...], *, disputed: bool = False
) -> SettlementPlan:
    """Plans an amount; never lowers it to what is left, since that would hide a mistake."""
    for ceiling in ceilings:
        if amount.minor > ceiling.left:
            left = Money(ceiling.left, amount.currency)
            return _troubled(
                amount,
                instrument,
                OVER,
                f"{amount} is to go back and {left} of {ceiling.name} is left.",
            )
    if disputed:
        return _troubled(amount, instrument, HELD, DISPUTED)
    if instrument is Instrument.BY_HAND:
        return _troubled(
            amount, instrument, "by_hand", f"{amount} has to be paid by hand: no gateway can."
        )
    return SettlementPlan(instrument=instrument, amount=amount, state=SettlementState.PLANNED)


def _troubled(amount: Money, instrument: Instrument, trouble: str, sentence: str) -> SettlementPlan:
    return SettlementPlan(
        instrument=instrument,
        amount=amount,
        state=SettlementState.NEEDS_ATTENTION,
        trouble=trouble,
        sentence=sentence,
    )


def shared_out(total: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """Splits `total` minor units in proportion to `weights`, exactly, by largest remainder."""
    whole = sum(weights)
    if whole <= 0:
        return tuple(total if place == 0 else 0 for place in range(len(weights)))
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return tuple(parts)
