"""The outcome of one line while it is being worked out; topics fill it in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.decision.clocks import Standing
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.record import FeeLine, Leg, Open, Step
from engine.policy.model import Amount, Reading, Value

STRENGTH = {"accept": 0, "review": 1, "ask": 2, "two_readings": 3, "refuse": 4}
"""Which answer beats which."""


@dataclass(slots=True, kw_only=True)
class Said:
    """One answer that a step gave: what, why, and which row said so."""

    answer: str
    code: str
    row: RowPlan | None = None
    sentence: str | None = None
    missing: tuple[str, ...] = ()
    to_settle: str | None = None
    curable: bool = False
    belongs_to: str | None = None
    readings: tuple[Reading, ...] = ()
    also: tuple[str, ...] = ()
    unsettled: str | None = None
    deadline: str | None = None


@dataclass(slots=True)
class Draft:
    """Everything that was found out so far; amounts are minor units."""

    said: list[Said] = field(default_factory=list)
    standings: dict[str, tuple[RowPlan | None, Standing | None]] = field(default_factory=dict)
    chosen: list[tuple[TablePlan, RowPlan]] = field(default_factory=list)
    on_silence: str | None = None
    missing: dict[str, None] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    requires: dict[str, None] = field(default_factory=dict)
    subject_to: dict[str, None] = field(default_factory=dict)
    original_packaging: bool = False
    open: dict[str, str] = field(default_factory=dict)
    to_settle: list[str] = field(default_factory=list)
    limits: list[tuple[str, str, str | None]] = field(default_factory=list)
    legs: dict[str, Leg] = field(default_factory=dict)
    goods: str | None = None
    goods_choice: tuple[str, ...] = ()
    goods_to: str | None = None
    proof: tuple[str, ...] = ()
    return_paid_by: str | None = None
    label_by: str | None = None
    reshipment_paid_by: str | None = None
    value: Value = field(default_factory=Value)
    bonus_of: Amount = None
    base: int | None = None
    worth: int | None = None
    percent: int | None = None
    fee_rows: list[tuple[str, RowPlan]] = field(default_factory=list)
    fees: list[FeeLine] = field(default_factory=list)
    fee_total: int | None = 0
    bonus: int | None = 0
    outbound: int | None = None
    outbound_rule: str | None = None
    net: int | None = None
    certainty: str = "exact"
    steps: list[Step] = field(default_factory=list)
    sets: dict[str, object] = field(default_factory=dict)
    waived: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Said:
        """The strongest answer; among equals the earliest."""
        return max(self.said, key=lambda said: STRENGTH[said.answer])

    def opened(self) -> tuple[Open, ...]:
        """What is not settled yet."""
        return tuple(Open(name=name, waits_for=waits) for name, waits in self.open.items())
