"""Groups of units that were decided, and sums over several groups.

A group is decided with the facts of its whole line, and has its share of the line's amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.record import Decision
from engine.decision.standing import Units
from engine.money import Money, divided

EXCHANGE: Final = "exchange"
_SUMMED: Final = ("item_price", "outbound_paid", "quantity", "base")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Units of a line with their decision; `of` counts all units of the line that come back."""

    evaluated: EvaluatedLine
    decision: Decision
    units: Units
    of: int

    @property
    def line(self) -> int:
        """The place of its line."""
        return self.units.line

    @property
    def accepted(self) -> bool:
        """Whether it is not refused; it may still be asked or reviewed."""
        return self.decision.answer != "refuse"

    @property
    def moves_money(self) -> bool:
        """Whether it is settled now, in money or credit."""
        no_money = self.decision.net_certainty == "no_money"
        return self.accepted and self.units.settled and not no_money

    @property
    def difference(self) -> int | None:
        """The price difference if its whole line is exchanged; None if not settled or unknown."""
        settled = any(leg.price_difference == "settled" for leg in self.decision.remedies)
        if not settled or self.decision.remedy != EXCHANGE or self.decision.answer != "accept":
            return None
        value = self.evaluated.facts.value("price_difference")
        return value if value not in (ABSENT, UNKNOWN) else None

    def step(self, label: str) -> Money | None:
        """Returns an amount of its line, `value` or `bonus`; None if it is open or missing."""
        return next((step.amount for step in self.decision.steps if step.label == label), None)

    def has_step(self, label: str) -> bool:
        """Whether the decision has such an amount, known or open."""
        return any(step.label == label for step in self.decision.steps)


def by_line(groups: Iterable[Group]) -> dict[int, list[Group]]:
    """Returns the groups of each line, in the order of the lines."""
    found: dict[int, list[Group]] = {}
    for each in groups:
        found.setdefault(each.line, []).append(each)
    return dict(sorted(found.items()))


def shared(groups: Sequence[Group], amounts: Sequence[int]) -> int:
    """Returns the share that groups of one line have of amounts of the whole line, rounded once."""
    if len(groups) == 1 and groups[0].units.units == groups[0].of:
        return amounts[0]
    of, rounding = groups[0].of, groups[0].evaluated.compiled.policy.rounding
    parts = [(amount, each.units.units) for amount, each in zip(amounts, groups, strict=True)]
    whole = sum(amount for amount, units in parts if units == of)
    return whole + divided(sum(a * units for a, units in parts if units != of), of, rounding)


def summed(lines: Iterable[Sequence[Group]], name: str) -> int:
    """Sums a fact over the shares of all groups; `UNKNOWN` if one value is unknown or absent."""
    total = 0
    for groups in lines:
        values = [each.evaluated.facts.value(name) for each in groups]
        if min(values) <= ABSENT:
            return UNKNOWN
        total += shared(groups, values)
    return total


def summed_evaluation(groups: Sequence[Group], like: Group | None = None) -> Evaluation:
    """Returns an evaluation of several groups as one: the facts of `like` (or the first group),
    with the sums over all; not worked out yet."""
    first = (like or groups[0]).evaluated
    evaluation = Evaluation(first.engines, first.facts.copied(first.facts.values), first.budget)
    lines = by_line(groups).values()
    for name in _SUMMED:
        evaluation.facts.write(name, summed(lines, name))
    labels = [each.evaluated.facts.value("label_cost") for each in groups]
    evaluation.facts.write(
        "label_cost", max(labels, default=UNKNOWN)
    )  # there is one label, whichever group names its cost
    return evaluation


def whole_evaluation(groups: Sequence[Group]) -> Evaluation:
    """Returns the return as rows of `whole_return` see it: all groups that are not refused."""
    accepted = [each for each in groups if each.accepted]
    evaluation = summed_evaluation(accepted or groups[:1])
    if not accepted:
        return evaluation
    if "return_value" not in accepted[0].evaluated.facts.sent:
        evaluation.facts.write("return_value", evaluation.facts.value("item_price"))
    lines, kept = len(by_line(groups)), len(by_line(accepted))
    evaluation.facts.write("line_count", lines)
    evaluation.facts.write("refused_lines", lines - kept)
    return evaluation
