"""The outcome of one line while it is being worked out; topics fill it in their order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from engine.decision.figures.clocks import Standing
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.ready import Said
from engine.decision.record import FeeLine, Leg, Open, Step
from engine.policy.model import Amount, Clock, Fee, OutcomeTest, Promise, Remedy
from engine.policy.words import STRENGTH

Chosen = tuple[TablePlan[Any], RowPlan[Any]]
"""A row that decided, and its table."""


class Basis(Struct, frozen=True):
    """What a full settlement is worth: `percent` (millionths) of an amount, and a bonus on top."""

    of: Amount
    percent: int
    bonus: Amount


_OF_FIGURES: Final = ("chosen", "fees", "legs", "open", "steps", "to_settle", "waived")
"""What figures are added to."""


class Draft:
    """Everything that was found out so far; amounts are minor units."""

    on_silence: str | None = None
    original_packaging = False
    disputed = False
    goods: str | None = None
    goods_choice: tuple[str, ...] = ()
    goods_to: str | None = None
    proof: tuple[str, ...] = ()
    return_paid_by: str | None = None
    label_by: str | None = None
    reshipment_paid_by: str | None = None
    claimed: Remedy | None = None
    basis: Basis | None = None
    base: int | None = None
    worth: int | None = None
    percent: int | None = None
    fee_total: int | None = 0
    bonus: int | None = 0
    outbound: int | None = None
    outbound_rule: str | None = None
    net: int | None = None
    certainty = "exact"
    at_most = False
    sets: Mapping[str, Any] = MappingProxyType({})
    broken: tuple[tuple[Promise, OutcomeTest], ...] = ()
    overruled: Said | None = None

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.standings: dict[str, tuple[RowPlan[Clock] | None, Standing | None]] = {}
        self.chosen: list[Chosen] = []
        self.missing: dict[str, None] = {}
        self.failed: list[str] = []
        self.requires: dict[str, None] = {}
        self.subject_to: dict[str, None] = {}
        self.open: dict[str, str] = {}
        self.to_settle: list[str] = []
        self.limits: list[tuple[str, str, str | None]] = []
        self.legs: dict[str, Leg] = {}
        self.dated: list[tuple[str, Remedy]] = []  # legs that have a day or an amount of their own
        self.charged: list[tuple[str, RowPlan[Fee] | None]] = []  # by kind; None is set by a reading
        self.fees: list[FeeLine] = []
        # what is weighed once its amount is known, or taken of the whole return, by the part
        self.to_take: dict[str, list[Fee]] = {}
        self.steps: list[Step] = []
        self.waived: list[str] = []

    @property
    def verdict(self) -> Said:
        """The strongest answer; among equals the earliest."""
        said = self.said
        return said[0] if len(said) == 1 else max(said, key=lambda each: STRENGTH[each.answer])

    def copied(self) -> Draft:
        """The same rows, of which the figures can be worked out apart."""
        other = Draft.__new__(Draft)
        found = other.__dict__
        found.update(self.__dict__)
        for name in _OF_FIGURES:
            found[name] = found[name].copy()
        return other

    def opened(self) -> tuple[Open, ...]:
        """What is not settled yet."""
        if not self.open:
            return ()
        return tuple([Open(name=name, waits_for=waits) for name, waits in self.open.items()])
