"""Collects the outcome of one line while the topics work it out in their order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.figures.clocks import Standing
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Deadline, FeeLine, Leg, Open, Step
from engine.policy.model import Amount, Clock, Fee, OutcomeTest, Promise, Remedy, Waiver
from engine.policy.words import STRENGTH

Chosen = tuple[CompiledTable[Any], CompiledRow[Any]]
"""A row that decided, and its table."""


class Basis(Struct, frozen=True):
    """What a full settlement is worth: `percent` (millionths) of an amount, plus a bonus."""

    of: Amount
    percent: int
    bonus: Amount


class Figures(Struct, eq=False):
    """The figures of a line that depend on the values sent: days, and amounts in minor units.

    `texts` caches sentences with their values filled in, by the sentence of the policy.
    """

    base: int | None = None
    worth: int | None = None
    fee_total: int | None = 0
    bonus: int | None = 0
    outbound: int | None = None
    net: int | None = None
    certainty: str = "exact"
    deadlines: dict[str, Deadline] = {}
    open: dict[str, str] = {}
    legs: dict[str, Leg] = {}
    fees: list[FeeLine] = []
    steps: list[Step] = []
    waived: list[str] = []
    texts: dict[str, str] = {}


class OutcomeBuilder(Figures, eq=False):
    """Everything found so far: the rows that were chosen, and their figures."""

    on_silence: str | None = None
    original_packaging: bool = False
    disputed: bool = False
    goods: str | None = None
    goods_choice: tuple[str, ...] = ()
    goods_to: str | None = None
    proof: tuple[str, ...] = ()
    return_paid_by: str | None = None
    label_by: str | None = None
    reshipment_paid_by: str | None = None
    claimed: Remedy | None = None
    basis: Basis | None = None
    pays: str = "no_money"
    """What the net is: an amount (`money`), at most that amount (`in_kind`: a choice between money
    and a remedy that moves none), `nothing` or `no_money`."""
    percent: int | None = None
    outbound_rule: str | None = None
    sets: Mapping[str, Any] = MappingProxyType({})
    broken: tuple[tuple[Promise, OutcomeTest], ...] = ()
    overruled: StatedAnswer | None = None
    said: list[StatedAnswer] = []
    standings: dict[str, tuple[CompiledRow[Clock] | None, Standing | None]] = {}
    chosen: list[Chosen] = []
    missing: dict[str, None] = {}
    failed: list[str] = []
    requires: dict[str, None] = {}
    subject_to: dict[str, None] = {}
    to_settle: list[str] = []
    limits: list[tuple[str, str, str | None]] = []
    dated: list[tuple[str, Remedy]] = []
    """Legs with a day or an amount of their own, by party."""
    charged: list[tuple[str, CompiledRow[Fee] | None]] = []
    """Fees that are taken: kind and row; the row is None for a fee that a reading sets."""
    to_take: dict[str, list[Fee]] = {}
    """Fees not taken yet, by kind: compared once their amounts are known, or taken once for the
    whole return."""
    waivers: list[CompiledRow[Waiver]] = []

    @property
    def verdict(self) -> StatedAnswer:
        """The strongest answer; the earliest among equal ones."""
        said = self.said
        return said[0] if len(said) == 1 else max(said, key=lambda each: STRENGTH[each.answer])

    def coming_to(self, figures: Figures) -> OutcomeBuilder:
        """Returns the same rows with other figures."""
        found = {name: getattr(figures, name) for name in Figures.__struct_fields__}
        return replace(self, **found | {"legs": self.legs | figures.legs})

    def opened(self) -> tuple[Open, ...]:
        """Returns what is not settled yet."""
        if not self.open:
            return ()
        return tuple([Open(name=name, waits_for=waits) for name, waits in self.open.items()])
