"""Remembers what a choice of rows comes to: decisions with the same rows differ in their figures only.

A policy has few choices of rows and very many returns. What follows from the rows alone (answer,
code, remedy, who pays …) is worked out the first time and kept; dates, amounts, sentences and the
values seen are worked out for every return. The network and the twin are asked all the same: a
choice is used only if both give exactly the rows that it was made from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from engine.decision.clocks import Standing
from engine.decision.draft import Draft, Said
from engine.decision.finish import chosen_fields, figured_fields
from engine.decision.plan import Plan, RowPlan, TablePlan
from engine.decision.record import Decision, Leg
from engine.decision.run import Run
from engine.decision.settle import sum_fees, take_fee, total_up, work_out_outbound, work_out_value
from engine.policy.conditions import leaves
from engine.policy.model import Amount, Demand, Value
from engine.policy.reading import STEPS

MOST_KEPT: Final = 2_000
"""Choices kept per policy; past that, all are forgotten and made anew."""

_FIGURES: Final = ("base", "fee_total")
_LAST: Final = STEPS["whole_return"] - 1

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The rows of a decision and all that follows from them alone."""

    true: int
    maybe: int
    writes: tuple[tuple[int, int], ...]
    fields: dict[str, Any]
    said: Said
    chosen: tuple[tuple[TablePlan, RowPlan], ...]
    open: dict[str, str]
    legs: dict[str, Leg]
    refused: bool
    value: Value
    bonus_of: Amount
    fee_rows: tuple[tuple[str, RowPlan], ...]
    outbound_rule: str | None


@dataclass(slots=True)
class Choices:
    """The choices of one policy, by the rows and states that are known once deadlines are read."""

    plan: Plan
    steady: bool = field(init=False)
    needs: tuple[int, ...] = field(init=False)
    derived: tuple[int, ...] = field(init=False)
    kept: dict[Key, Choice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        self.steady = _is_steady(plan)
        words = {word for row in plan.single["demands"].rows if isinstance(row.row.body, Demand) for word in row.row.body.need}
        self.needs = tuple(plan.slots[f"evidence#{word}"] for word in sorted(words))
        self.derived = tuple(slot for name, slot in plan.slots.items() if _is_derived(name, plan))

    def key(self, run: Run, draft: Draft, alone: bool) -> Key | None:
        """What a choice is found by; None where figures can change it."""
        if not self.steady or run.undecided or "wanted" in run.facts.sent:
            return None
        run.reach(STEPS["eligibility"] - 1)
        states = [(row.asked.bit, standing.state) for row, standing in draft.standings.values() if row and standing]
        if any(state in ("not_started", "disputed") for _, state in states):
            return None
        values = run.facts.values
        return (run.true, run.maybe, alone, *states, *[values[slot] for slot in self.needs])

    def __contains__(self, key: Key | None) -> bool:
        return key is not None and key in self.kept

    def recall(self, key: Key | None, run: Run, draft: Draft) -> Decision | None:
        """The decision of a known choice with the figures of this return; None where its rows are not those."""
        choice = self.kept[key]  # type: ignore[index]
        values = run.facts.values
        for slot, value in choice.writes:
            values[slot] = value
        run.reach(_LAST)
        if run.true != choice.true or run.maybe != choice.maybe:
            return None
        _fill(choice, draft)
        if not choice.refused:
            _work_out(choice, run, draft)
        return Decision(**choice.fields, **figured_fields(run, draft), not_needed=(),
                        engines_agreed=True if run.engines.native else None, alarm=None)

    def keep(self, key: Key | None, run: Run, draft: Draft) -> None:
        """Keeps what a finished draft chose, unless a reading of the text or an unknown fact had a part in it."""
        verdict = draft.verdict
        if key is None or draft.sets or run.unsure or verdict.readings or _has_own_figures(draft):
            return
        if len(self.kept) >= MOST_KEPT:
            self.kept.clear()
        run.reach(_LAST)
        values = run.facts.values
        waits = {name: why for name, why in draft.open.items() if name.startswith("demands.")}
        self.kept[key] = Choice(
            true=run.true, maybe=run.maybe, writes=tuple((slot, values[slot]) for slot in self.derived),
            fields=chosen_fields(run, draft), said=verdict, chosen=tuple(draft.chosen), open=waits, legs=dict(draft.legs),
            refused=verdict.answer == "refuse", value=draft.value, bonus_of=draft.bonus_of,
            fee_rows=tuple(draft.fee_rows), outbound_rule=draft.outbound_rule)


def _fill(choice: Choice, draft: Draft) -> None:
    draft.said = [choice.said]
    draft.chosen = list(choice.chosen)
    draft.open = dict(choice.open)
    draft.legs = choice.legs
    draft.value, draft.bonus_of, draft.outbound_rule = choice.value, choice.bonus_of, choice.outbound_rule


def _work_out(choice: Choice, run: Run, draft: Draft) -> None:
    work_out_value(run, draft)
    for kind, row in choice.fee_rows:
        take_fee(kind, row, run, draft)
    sum_fees(run, draft)
    work_out_outbound(run, draft)
    total_up(run, draft)


def _is_steady(plan: Plan) -> bool:
    """Whether the rows of a policy never hang on figures that other rows give."""
    policy = plan.policy
    tested = {leaf.fact for asked in plan.asked for leaf in leaves(asked.condition)}
    figures = any(fact in _FIGURES or fact.startswith("fees.") for fact in tested)
    plain_fees = all(table.table.decide in ("first", "only_one") for table in plan.fees)
    return not (figures or policy.limits or policy.must or policy.sets or policy.whole_return.rows) and plain_fees


def _is_derived(name: str, plan: Plan) -> bool:
    """Whether a slot is written by the answer or a settlement, and so by a choice."""
    fact = name.partition("#")[0]
    return fact in ("answer", "code", "missing", "failed", "remedy", "timing", "goods", "goods_to", "return_paid_by", "label_by") \
        and fact not in plan.policy.facts


def _has_own_figures(draft: Draft) -> bool:
    return any(leg.amount is not None or leg.pay_by is not None for leg in draft.legs.values()) or \
        any(name.startswith("remedies.") for name in draft.open)


__all__ = ["Choice", "Choices", "Standing"]
