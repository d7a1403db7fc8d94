"""A line of which facts were not sent: one outcome in all cases of them, or a question."""

from __future__ import annotations

from collections.abc import Callable

from engine.decision.cases import Cases
from engine.decision.draft import Draft
from engine.decision.finish import Told, finished
from engine.decision.run import Run
from engine.decision.unsure import Doubt
from engine.meaning.lowering.policy import Forced
from engine.policy.conditions import leaves


def decided(
    run: Run,
    draft: Draft,
    made: Callable[[Run], Draft],
    forced: Forced | None = None,
    *,
    alone: bool,
) -> Told:
    """What there is to tell of a line that was evaluated; `made` works out what comes of one."""
    if not run.doubts or is_certain(run, draft):
        return finished(run, draft)
    cases = Cases(draft=made, forced=forced, alone=alone)
    cases.of(run, draft)
    drafts = [each for _, each in cases.found]
    if cases.incomplete and not _is_refused(run, draft):
        return finished(run, draft, Doubt(ask=cases.asked, too_many=cases.too_many))
    if all(each.verdict.answer == "refuse" for each in (draft, *drafts)):
        return finished(run, draft, Doubt(supposed=tuple(cases.facts)), cases.found)
    if cases.decisive:
        return finished(run, draft, Doubt(ask=cases.asked, others=drafts), cases.found)
    first, found = cases.found[0]
    first.sure = cases.sure
    doubt = Doubt(supposed=tuple(cases.facts), others=drafts[1:])
    return finished(first, found, doubt, cases.found)


def is_certain(run: Run, draft: Draft) -> bool:
    """Whether a line is refused and that hangs on no unknown fact: other tables only say what
    follows from it."""
    tables = ("deadlines", "eligibility", "limits", "must")
    refused = draft.verdict.answer == "refuse"
    return refused and not any(name.startswith(tables) for name in run.unsure)


def _is_refused(run: Run, draft: Draft) -> bool:
    """Whether a demand refuses by what was sent, so that no row in doubt can undo it."""
    plan, verdict = run.plan, draft.verdict
    row = next((each for each in plan.demands.rows if each.row is verdict.row), None)
    if verdict.answer != "refuse" or row is None:
        return False
    tests = [
        leaf.fact for asked in (row.asked, row.inner) if asked for leaf in leaves(asked.condition)
    ]
    stands = any(each.body.stands for each in plan.eligibility.rows)
    return not stands and "must" not in run.unsure and all(map(plan.slots.can_be_sent, tests))
