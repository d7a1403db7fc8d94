"""The record of a line in two parts: what its rows say, and the figures that are filled in.

What rows say hangs on the rows that were chosen and on how their clocks stand. Figures are what
hangs on the values that were sent besides: days, amounts, what rows saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from engine.decision.because import (
    also_true,
    deadlines_of,
    explanation,
    nearly,
    sentence_of,
)
from engine.decision.draft import Draft
from engine.decision.plan import Plan
from engine.decision.record import Decision, Leg, ReadingOutcome
from engine.decision.run import Run
from engine.decision.sentences import filled
from engine.decision.topics.remedies import lead_leg, remedy_of
from engine.money import Money, percent_text

ENGINE: Final = "durable-rules"
TWIN: Final = "python"

_PLACES: Final = {name: place for place, name in enumerate(Decision.__struct_fields__)}
_SENTENCE: Final = _PLACES["sentence"]
_AGENT: Final = _PLACES["for_agent"]
_LEGS: Final = _PLACES["remedies"]
_BASE: Final = _PLACES["base"]
_FEES: Final = _PLACES["fees"]
_FEE_TOTAL: Final = _PLACES["fee_total"]
_OUTBOUND: Final = _PLACES["outbound_refunded"]
_NET: Final = _PLACES["net"]
_CERTAINTY: Final = _PLACES["net_certainty"]
_STEPS: Final = _PLACES["steps"]
_FACTS: Final = _PLACES["facts"]
_IGNORED: Final = _PLACES["inputs_ignored"]


class Frame:
    """What the rows of a line say; the rest of its record is worked out for each line."""

    __slots__ = ("_fields", "_later", "_retold")

    def __init__(self, fields: Sequence[object]) -> None:
        """`fields` are those of a decision in their order, what is worked out as a function."""
        self._fields: list[Any] = list(fields)
        later = [(at, each) for at, each in enumerate(fields) if callable(each)]
        self._retold = fields[_SENTENCE] is fields[_AGENT]
        self._later = tuple([pair for pair in later if pair[0] != _AGENT or not self._retold])

    def record(self, run: Run, draft: Draft) -> Decision:
        """The record of a line that came to these rows, its figures worked out."""
        found, facts, plan = self._fields.copy(), run.facts, run.plan
        for place, work_out in self._later:
            found[place] = work_out(run, draft)
        if self._retold:
            found[_AGENT] = found[_SENTENCE]
        _add_money(found, draft, plan)
        found[_FACTS] = facts.plain()
        if not plan.used.issuperset(facts.sent):
            found[_IGNORED] = tuple(sorted(facts.sent.keys() - plan.used))
        return Decision(*found)


def _add_money(found: list[Any], draft: Draft, plan: Plan) -> None:
    currency, net = plan.policy.currency, draft.net
    paid = None if net is None else Money(net, currency)
    if draft.legs:
        own = None if paid is None else plan.stamp.claimant
        found[_LEGS] = tuple(
            [replace(e, amount=paid) if to == own else e for to, e in draft.legs.items()]
        )
    found[_FEE_TOTAL] = None if draft.fee_total is None else Money(draft.fee_total, currency)
    found[_CERTAINTY] = draft.certainty
    if draft.steps:
        found[_STEPS] = tuple(draft.steps)
    if draft.basis is not None:
        base = draft.base
        found[_NET] = paid
        found[_BASE] = paid if base == net else None if base is None else Money(base, currency)
        found[_OUTBOUND] = None if draft.outbound is None else Money(draft.outbound, currency)
    if draft.fees:
        found[_FEES] = tuple(draft.fees)


def framed(
    run: Run,
    draft: Draft,
    *,
    not_needed: tuple[str, ...] = (),
    readings: tuple[ReadingOutcome, ...] = (),
    alarm: str | None = None,
) -> Frame:
    """What the rows of a finished draft say."""
    verdict, plan, native = draft.verdict, run.plan, run.engines.native
    leg, row = lead_leg(run, draft), verdict.row
    to_settle = [verdict.to_settle, *draft.to_settle] if verdict.to_settle else draft.to_settle
    missing = (*verdict.missing, *draft.missing)
    choice, chosen_by, timing, creates = _chosen(draft, leg)
    sentence = sentence_of(verdict, plan)
    agent = row.for_agent if row is not None else None
    return Frame(
        [  # by places, in the order of the fields; figures of the money come later
            verdict.answer,
            verdict.code,
            sentence,
            filled(agent, plan) if agent else sentence,  # for_agent
            plan.stamp,
            (row.id, *verdict.also) if row is not None else verdict.also,  # decided_by
            explanation(draft, plan),  # because
            also_true(draft),
            nearly if verdict.answer == "refuse" else (),
            deadlines_of,
            plan.main_deadline,
            draft.on_silence,
            tuple(dict.fromkeys(missing)),
            draft.opened(),
            tuple(draft.requires),
            tuple(draft.subject_to),
            draft.original_packaging,
            tuple(dict.fromkeys(to_settle)),
            verdict.curable,
            verdict.belongs_to,
            readings,
            verdict.unsettled,
            remedy_of(draft, leg),
            choice,
            chosen_by,
            timing,
            creates,
            (),  # remedies
            draft.goods,
            draft.goods_choice,
            draft.goods_to,
            draft.proof,
            draft.return_paid_by,
            draft.label_by,
            draft.reshipment_paid_by,
            None,  # base
            percent_text(draft.percent) if draft.percent is not None else None,
            (),  # fees
            None,  # fee_total
            None,  # outbound_refunded
            draft.outbound_rule,
            None,  # net
            "",  # net_certainty
            (),  # steps
            tuple(draft.limits),
            tuple(draft.waived),
            {},  # facts
            (),  # inputs_ignored
            not_needed,
            ENGINE if native else TWIN,
            (alarm is None) if native else None,  # engines_agreed
            alarm,
        ]
    )


def _chosen(draft: Draft, leg: Leg | None) -> tuple[Any, ...]:
    """Among what is chosen, by whom, when it comes, and what it creates."""
    found = (leg.choice, leg.chosen_by, leg.timing, leg.creates) if leg else ((), None, None, ())
    if not draft.sets:
        return found
    choice = draft.sets.get("choice", found[0])
    timing = draft.sets.get("timing", found[2])
    listed = tuple(choice) if isinstance(choice, tuple | list) else ()
    return (listed, found[1], None if timing is None else str(timing), found[3])
