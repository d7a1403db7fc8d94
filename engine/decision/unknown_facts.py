"""Decides a line with unknown facts: one outcome for all their cases, or a question."""

from __future__ import annotations

from collections.abc import Callable

from engine.decision.cases import Cases
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
    if not evaluation.doubts or is_certain(evaluation, builder):
        return finished(evaluation, builder)
    cases = Cases(builder=made, forced=forced, alone=alone)
    cases.of(evaluation, builder)
    builders = [each for _, each in cases.found]
    if cases.incomplete and not _is_refused(evaluation, builder):
        return finished(evaluation, builder, Doubt(ask=cases.asked, too_many=cases.too_many))
    if all(each.verdict.answer == "refuse" for each in (builder, *builders)):
        return finished(evaluation, builder, Doubt(supposed=tuple(cases.facts)), cases.found)
    if cases.decisive:
        return finished(evaluation, builder, Doubt(ask=cases.asked, others=builders), cases.found)
    first, found = cases.found[0]
    first.sure = cases.sure
    doubt = Doubt(supposed=tuple(cases.facts), others=builders[1:])
    return finished(first, found, doubt, cases.found)


def is_certain(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether a line is refused whatever the unknown facts are: the tables that can refuse are
    decided."""
    tables = ("deadlines", "eligibility", "limits", "must")
    refused = builder.verdict.answer == "refuse"
    return refused and not any(name.startswith(tables) for name in evaluation.unsure)


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
