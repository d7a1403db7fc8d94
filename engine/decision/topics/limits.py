"""Limits over value, number and history: `used` + `adds` against a bound."""

from __future__ import annotations

from engine.decision.draft import Draft
from engine.decision.encoding import ABSENT
from engine.decision.figures.counts import of_the_return
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.ready import Said
from engine.decision.run import Line, Run
from engine.money import Money
from engine.policy.model import Limit, Quantity, ShareOfCount


def judge_limits(run: Run, draft: Draft) -> None:
    """Adds an answer for each limit that is broken; one that cannot be judged is open."""
    for table in run.plan.limits:
        _judge(table, run, draft)


def _judge(table: TablePlan[Limit], run: Run, draft: Draft) -> None:
    judged = [(row, *_left(row.body, run)) for row in _rows(table, run)]
    if not judged:
        return
    waits = next((str(each[2]) for each in judged if each[1] is None), None)
    if waits is not None:
        draft.open[f"limits.{table.part}"] = waits
        draft.limits.append((table.part, "open", None))
        return
    pick = max if table.table.decide == "highest" else min
    row, left, _ = pick(judged, key=lambda each: each[1] or 0)
    draft.chosen.append((table, row))
    _say(row, table.part, left or 0, run, draft)


def _rows(table: TablePlan[Limit], run: Run) -> list[RowPlan[Limit]]:
    if table.table.decide in ("lowest", "highest"):
        return run.applying(table)
    row = run.pick(table)
    return [row] if row is not None else []


def _say(row: RowPlan[Limit], part: str, left: int, run: Run, draft: Draft) -> None:
    body = row.body
    state = "over" if left < 0 else "inside"
    shown = str(left) if body.counts else str(Money(left, run.plan.policy.currency))
    draft.limits.append((part, state, shown))
    if state == "over":
        code = row.row.code or ("count_limit" if body.counts else "value_limit")
        draft.said.append(
            Said(
                answer=body.if_over,
                code=code,
                row=row.row,
                sentence=row.row.because,
                to_settle=body.to_settle,
            )
        )


def _left(body: Limit, run: Run) -> tuple[int | None, str | None]:
    """What is left under a limit (below zero: broken), or what it waits for."""
    if run.facts.ahead and of_the_return(body.adds):
        run = Run(run.engines, run.facts.without_ahead())
    used, adds = quantity_of(body.used, run), quantity_of(body.adds, run)
    lefts: list[int] = []
    bounds = ((body.at_most, 1, 0), (body.under, 1, 1), (body.at_least, -1, 0))
    for bound, sign, strict in bounds:
        if bound is None:
            continue
        value = quantity_of(bound, run)
        for amount, name in (value, used, adds):
            if amount is None:
                return None, name
        lefts.append(sign * ((value[0] or 0) - (used[0] or 0) - (adds[0] or 0)) - strict)
    return min(lefts), None


def quantity_of(value: Quantity, line: Line) -> tuple[int | None, str | None]:
    """An amount or a count worked out, or None and the fact that it waits for."""
    if isinstance(value, int):
        return value, None
    if isinstance(value, ShareOfCount):
        found = line.facts.value(value.fact)
        known = found > ABSENT
        return (found * value.millionths // 1_000_000, None) if known else (None, value.fact)
    if isinstance(value, str):
        found = line.facts.value(value)
        return (found, None) if found > ABSENT else (None, value)
    worth = line.worth(value)
    return worth.minor, worth.waits_for
