"""What must be there: papers, evidence, condition, packaging; each is met, failed or open."""

from __future__ import annotations

from engine.decision.draft import Draft
from engine.decision.encoding import UNKNOWN
from engine.decision.plan import RowPlan
from engine.decision.ready import Said
from engine.decision.run import Run
from engine.policy.conditions import inside_of, leaves
from engine.policy.model import PRESENCE, Demand, Leaf


def judge_demands(run: Run, draft: Draft) -> None:
    """Adds an answer for each demand that failed; what was not sent leaves its demand open."""
    table = run.plan.demands
    for row in run.possible(table):
        if row.asked.mask & run.true:
            draft.chosen.append((table, row))
            _judge(row, run, draft)
        elif _met(row, run) is not True:
            run.note(table, [row])


def _judge(row: RowPlan[Demand], run: Run, draft: Draft) -> None:
    body = row.body
    if body.need:
        draft.requires |= dict.fromkeys(body.need)
    if body.subject_to:
        draft.subject_to |= dict.fromkeys(body.subject_to)
    draft.original_packaging |= row.ready
    met = _met(row, run)
    if met is None:
        draft.open[f"demands.{row.row.id}"] = ", ".join(_open_words(row, run))
    elif not met:
        _fail(row, run, draft)


def _met(row: RowPlan[Demand], run: Run) -> bool | None:
    """Whether what was sent meets a demand: what is only supposed neither does nor fails to."""
    if row.inner is None:
        return True
    if run.before is not None:
        asked = {run.plan.slots.of_leaf(leaf) for leaf in _demanded(row)}
        if not asked.isdisjoint(run.supposed):
            return run.before.holds(row.inner)
    return run.holds(row.inner)


def _demanded(row: RowPlan[Demand]) -> list[Leaf]:
    inside = inside_of(row.row)
    return leaves(inside) if inside is not None else []


def _fail(row: RowPlan[Demand], run: Run, draft: Draft) -> None:
    body = row.body
    draft.failed.append(row.row.id)
    lacking = tuple(word for word in body.need if run.facts.value(f"evidence#{word}") == 0)
    draft.missing |= dict.fromkeys(lacking)
    if body.if_not == "go_on":
        return
    draft.said.append(
        Said(
            answer=body.if_not,
            code=row.row.code or _code(body),
            row=row.row,
            sentence=row.row.because,
            missing=lacking if body.if_not == "ask" else (),
            to_settle=body.to_settle,
            curable=body.curable or body.if_not == "ask",
        )
    )


def _code(body: Demand) -> str:
    if body.need:
        return "missing_evidence"
    return "packaging_not_met" if body.original_packaging else "condition_breached"


def _open_words(row: RowPlan[Demand], run: Run) -> list[str]:
    values, slots = (run.before or run).facts.values, run.plan.slots
    return list(
        dict.fromkeys(
            leaf.words[0] if leaf.fact == "evidence" else leaf.fact
            for leaf in _demanded(row)
            if leaf.op not in PRESENCE and values[slots.of_leaf(leaf)] == UNKNOWN
        )
    )
