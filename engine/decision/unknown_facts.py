"""Decides a line with unknown facts: one outcome for all their cases, or a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.decision.cases import Cases, may_give_next
from engine.decision.evaluation import Evaluation
from engine.decision.finish import FinishedLine, finished
from engine.decision.open_fields import Doubt
from engine.decision.outcome_builder import OutcomeBuilder
from engine.meaning.lowering.policy import Forced
from engine.policy.conditions import leaves


def decided(
    evaluation: Evaluation,
    builder: OutcomeBuilder,
    made: Callable[[Evaluation], OutcomeBuilder],
    forced: Forced | None = None,
    *,
    alone: bool,
) -> FinishedLine:
    """Finishes an evaluated line; `made` works out the outcome of one case."""
    if not evaluation.doubts or is_certain(evaluation, builder) or _asks(evaluation, builder):
        return finished(evaluation, builder)
    cases = Cases(builder=made, forced=forced, alone=alone)
    cases.of(evaluation, builder)
    asked = cases.asked
    if cases.incomplete:
        if _is_refused(evaluation, builder):
            return finished(evaluation, builder, Doubt(supposed=asked), cases.found)
        return finished(evaluation, builder, Doubt(ask=asked, too_many=cases.too_many))
    builders = [each for _, each in cases.found]
    if asked:
        doubt = Doubt(ask=asked, cases=builders, hangs_on=cases.hangs_on)
        return finished(evaluation, builder, doubt, cases.found)
    first, found = cases.found[0]
    first.sure = cases.sure
    said = builder.said if _refuses_too(builder, builders) else None
    doubt = Doubt(supposed=tuple(cases.facts), cases=builders, hangs_on=cases.hangs_on, said=said)
    return finished(first, found, doubt, cases.found)


def _refuses_too(builder: OutcomeBuilder, cases: Sequence[OutcomeBuilder]) -> bool:
    """Whether every case refuses, and what was sent refuses like one of them."""
    verdicts = [each.verdict for each in (builder, *cases)]
    codes = {each.code for each in verdicts[1:]}
    return {each.answer for each in verdicts} == {"refuse"} and verdicts[0].code in codes


def _asks(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether a deadline asks what day it is, on which alone depends what is in doubt, which is
    the answer alone."""
    verdict, compiled = builder.verdict, evaluation.compiled
    asks = verdict.answer == "ask" and evaluation.facts.today in verdict.missing
    return (
        asks
        and verdict.code == "fact_missing"
        and compiled.of_deadlines.issuperset(evaluation.doubts.values())
        and evaluation.unsure.keys() <= {compiled.eligibility.name}
        and not may_give_next(evaluation)
    )


def is_certain(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether a line is refused whatever the unknown facts are, and what follows is known: the
    tables that can refuse are decided, and what is done after a refusal."""
    tables = ("deadlines", "eligibility", "limits", "must", "after_refusal")
    refused = builder.verdict.answer == "refuse" and not _may_refuse_first(evaluation, builder)
    return refused and not any(name.startswith(tables) for name in evaluation.unsure)


def _may_refuse_first(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether a demand refuses, and one before it, which may apply, would give another code."""
    rows, unsure = evaluation.compiled.demands.rows, evaluation.maybe & ~evaluation.true
    place = next((at for at, each in enumerate(rows) if each.row is builder.verdict.row), 0)
    return any(each.body.if_not == "refuse" and unsure & each.asked.mask for each in rows[:place])


def _is_refused(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether a demand refuses because of what was sent, so that no row in doubt can change it."""
    compiled, verdict = evaluation.compiled, builder.verdict
    row = next((each for each in compiled.demands.rows if each.row is verdict.row), None)
    if verdict.answer != "refuse" or row is None:
        return False
    tests = [
        leaf.fact for asked in (row.asked, row.inner) if asked for leaf in leaves(asked.condition)
    ]
    stands = any(each.body.stands for each in compiled.eligibility.rows)
    return (
        not stands
        and "must" not in evaluation.unsure
        and all(map(compiled.slots.can_be_sent, tests))
    )
