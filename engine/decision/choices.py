"""Remembers what a choice of rows comes to: with the same rows, decisions differ in figures only.

A policy has few choices of rows and very many returns. What follows from the rows alone (answer,
code, remedy, who pays …) is worked out the first time and kept; dates, amounts, sentences and the
values seen are worked out for every return. The network and the twin are asked all the same: a
choice is used only if both give exactly the rows that it was made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from engine.decision.draft import Basis, Chosen, Draft, Said
from engine.decision.encoding import UNKNOWN
from engine.decision.finish import chosen_fields, figured_fields
from engine.decision.plan import Plan, RowPlan
from engine.decision.record import Decision, Leg
from engine.decision.run import Run
from engine.decision.topics.money import (
    sum_fees,
    take_fee,
    total_up,
    work_out_outbound,
    work_out_value,
)
from engine.policy.conditions import leaves
from engine.policy.model import Fee
from engine.policy.reading import STEPS

MOST_KEPT: Final = 512
"""Choices kept per policy; past that, all are forgotten and made anew."""

_FIGURES: Final = ("base", "fee_total")
_LAST: Final = STEPS["whole_return"] - 1
_DERIVED: Final = frozenset(
    [
        "answer",
        "code",
        "missing",
        "failed",
        "remedy",
        "timing",
        "goods",
        "goods_to",
        "return_paid_by",
        "label_by",
    ]
)
_UNSTEADY: Final = ("not_started", "disputed")

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The rows of a decision and all that follows from them alone."""

    true: int
    maybe: int
    writes: tuple[tuple[int, int], ...]
    fields: dict[str, Any]
    said: tuple[Said, ...]
    chosen: tuple[Chosen, ...]
    open: dict[str, str]
    legs: dict[str, Leg]
    basis: Basis | None
    fee_rows: tuple[tuple[str, RowPlan[Fee]], ...]
    outbound_rule: str | None


class Choices:
    """The choices of one policy, by the rows and states that are known once deadlines are read."""

    def __init__(self, plan: Plan) -> None:
        numbers = plan.slots.numbers
        words = {word for row in plan.demands.rows for word in row.body.need}
        self._steady = _is_steady(plan)
        self._evidence = tuple(numbers[f"evidence#{word}"] for word in sorted(words))
        self._demanded = tuple(
            {lens.slot for row in plan.demands.rows if row.inner for lens in row.lenses}
        )
        self._derived = tuple(
            slot for name, slot in numbers.items() if name.partition("#")[0] in _DERIVED
        )
        self._kept: dict[Key, Choice] = {}

    @property
    def kilobytes(self) -> float:
        """The memory of what is remembered, estimated."""
        return 3.0 * len(self._kept)

    def key(self, run: Run, draft: Draft, *, alone: bool) -> Key | None:
        """What a choice is found by; None where more than the rows has a part in it."""
        if not self._steady or run.undecided or "wanted" in run.facts.sent:
            return None
        run.reach(STEPS["eligibility"] - 1)
        key: list[object] = [run.true, run.maybe, alone]
        for row, standing in draft.standings.values():
            if row is not None and standing is not None:
                if standing.state in _UNSTEADY or standing.readings or standing.unsure:
                    return None
                key += (row.asked.bit, standing.state)
        values = run.facts.values
        key += [values[slot] for slot in self._evidence]
        key += [values[slot] == UNKNOWN for slot in self._demanded]
        return tuple(key)

    def find(self, key: Key | None) -> Choice | None:
        """The choice that was kept under a key."""
        return self._kept.get(key) if key is not None else None

    def keep(self, key: Key | None, run: Run, draft: Draft) -> None:
        """Keeps what a draft chose, unless its legs or a reading have figures of their own."""
        if key is None or draft.sets or run.unsure or draft.verdict.readings or _has_figures(draft):
            return
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        run.reach(_LAST)
        values = run.facts.values
        self._kept[key] = Choice(
            true=run.true,
            maybe=run.maybe,
            writes=tuple((slot, values[slot]) for slot in self._derived),
            fields=chosen_fields(run, draft),
            said=tuple(draft.said),
            chosen=tuple(draft.chosen),
            open={name: why for name, why in draft.open.items() if name.startswith("demands.")},
            legs=dict(draft.legs),
            basis=draft.basis,
            fee_rows=tuple(draft.fee_rows),
            outbound_rule=draft.outbound_rule,
        )


def recall(choice: Choice, run: Run, draft: Draft) -> Decision | None:
    """The decision of a known choice with the figures of this return; None if its rows differ."""
    values = run.facts.values
    for slot, value in choice.writes:
        values[slot] = value
    run.reach(_LAST)
    if run.true != choice.true or run.maybe != choice.maybe:
        return None
    draft.said = list(choice.said)
    draft.chosen = list(choice.chosen)
    draft.open = dict(choice.open)
    draft.legs = choice.legs
    if choice.basis is not None and choice.outbound_rule is not None:
        work_out_value(choice.basis, run, draft)
        for kind, row in choice.fee_rows:
            take_fee(kind, row, run, draft)
        sum_fees(run, draft)
        work_out_outbound(choice.outbound_rule, run, draft)
        total_up(run, draft)
    return Decision(
        **choice.fields,
        **figured_fields(run, draft),
        readings=(),
        not_needed=(),
        engines_agreed=True if run.engines.native else None,
        alarm=None,
    )


def _is_steady(plan: Plan) -> bool:
    """Whether the rows of a policy never hang on figures that other rows give."""
    policy = plan.policy
    tested = {leaf.fact for asked in plan.asked for leaf in leaves(asked.condition)}
    if any(fact in _FIGURES or fact.startswith("fees.") for fact in tested):
        return False
    if policy.limits or policy.must or policy.sets or policy.whole_return.rows:
        return False
    return all(table.table.decide in ("first", "only_one") for table in plan.fees)


def _has_figures(draft: Draft) -> bool:
    figured = any(leg.amount is not None or leg.pay_by is not None for leg in draft.legs.values())
    return figured or any(name.startswith("remedies.") for name in draft.open)
