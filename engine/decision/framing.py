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
from engine.decision.draft import Draft, Figures
from engine.decision.record import Decision, Leg, ReadingOutcome
from engine.decision.run import Line, Run
from engine.decision.sentences import filled
from engine.decision.topics.remedies import lead_leg, remedy_of
from engine.money import Money, percent_text

ENGINE: Final = "durable-rules"
TWIN: Final = "python"

(
    _SENTENCE,
    _AGENT,
    _DEADLINES,
    _LEGS,
    _BASE,
    _FEES,
    _FEE_TOTAL,
    _OUTBOUND,
    _NET,
    _CERTAINTY,
    _STEPS,
    _FACTS,
    _IGNORED,
) = map(
    Decision.__struct_fields__.index,
    (
        "sentence",
        "for_agent",
        "deadlines",
        "remedies",
        "base",
        "fees",
        "fee_total",
        "outbound_refunded",
        "net",
        "net_certainty",
        "steps",
        "facts",
        "inputs_ignored",
    ),
)
"""Places of the fields that are worked out for each line."""


class Frame:
    """What the rows of a line say; the rest of its record is worked out for each line."""

    __slots__ = ("_fields", "_later", "_legs", "_own", "_retold", "_settles")

    def __init__(self, fields: Sequence[object], draft: Draft, own: str) -> None:
        """`fields` are those of a decision in their order, what is worked out as a function; the
        net is for the party that is `own`."""
        self._fields: list[Any] = list(fields)
        later = [(at, each) for at, each in enumerate(fields) if callable(each)]
        self._retold = fields[_SENTENCE] is fields[_AGENT]
        self._later = tuple([pair for pair in later if pair[0] != _AGENT or not self._retold])
        self._legs, self._own = tuple(draft.legs.items()), own
        self._settles = draft.basis is not None

    def record(self, line: Line, figures: Figures) -> Decision:
        """The record of a line that came to these rows, its figures worked out."""
        found, facts = self._fields.copy(), line.facts
        found[_DEADLINES] = tuple(figures.deadlines.values())
        for place, work_out in self._later:
            found[place] = work_out(line, figures)
        if self._retold:
            found[_AGENT] = found[_SENTENCE]
        self._add_money(found, figures, line.plan.policy.currency)
        found[_FACTS] = facts.plain()
        found[_IGNORED] = facts.ignored
        return Decision(*found)

    def _add_money(self, found: list[Any], figures: Figures, currency: str) -> None:
        net, fees, base = figures.net, figures.fee_total, figures.base
        paid = None if net is None else Money(net, currency)
        if self._legs:
            legs = [figures.legs.get(to, leg) for to, leg in self._legs]
            own = self._own
            found[_LEGS] = tuple([replace(e, amount=paid) if e.party == own else e for e in legs])
        found[_FEE_TOTAL] = None if fees is None else Money(fees, currency)
        found[_CERTAINTY] = figures.certainty
        if figures.steps:
            found[_STEPS] = tuple(figures.steps)
        if self._settles:
            found[_NET] = paid
            found[_BASE] = paid if base == net else None if base is None else Money(base, currency)
            outbound = figures.outbound
            found[_OUTBOUND] = None if outbound is None else Money(outbound, currency)
        if figures.fees:
            found[_FEES] = tuple(figures.fees)


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
    draft.deadlines = deadlines_of(draft, plan)
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
            nearly(draft, plan) if verdict.answer == "refuse" else (),
            (),  # deadlines
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
        ],
        draft,
        plan.stamp.claimant,
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
