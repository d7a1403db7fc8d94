"""What an accepted line comes to, topic by topic; and what still happens after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.decision.draft import Draft
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.ready import Said, leg_of
from engine.decision.run import Run
from engine.decision.topics import money
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.remedies import add_leg, give_remedies
from engine.decision.topics.sums import add_figures


def settle_line(run: Run, draft: Draft, *, alone: bool) -> None:
    """Chooses everything after the answer; `alone` takes the fees per return here too."""
    if draft.verdict.answer == "refuse":
        _after_refusal(run, draft)
        return
    give_remedies(run, draft)
    _take(run.plan.goods, run, draft)
    _take(run.plan.return_shipping, run, draft)
    if draft.sets:
        _override(draft, "goods", "goods_to", "return_paid_by", "label_by")
    money.choose_rows(run, draft, alone=alone)


def settle_as(run: Run, said: Said, sets: Mapping[str, object], *, alone: bool) -> Draft:
    """What a line comes to whose answer is given, and what is set with it."""
    draft = Draft()
    read_deadlines(run, draft)
    draft.said.append(said)
    draft.sets = dict(sets)
    settle_line(run, draft, alone=alone)
    add_figures(run, draft)
    return draft


def _take(table: TablePlan[Any], run: Run, draft: Draft) -> RowPlan[Any] | None:
    """Fills in what the row that applies sets; None where none does, or that is not known."""
    row = table.only or run.pick(table)
    if row is None or (run.unsure and table.name in run.unsure):
        return None
    draft.chosen.append((table, row))
    for name, value in row.ready:
        setattr(draft, name, value)
    return row


def _after_refusal(run: Run, draft: Draft) -> None:
    row = _take(run.plan.after_refusal, run, draft)
    for party, remedy in row.body.remedies if row is not None else ():
        add_leg(leg_of(remedy, party), remedy, None, run, draft)


def _override(draft: Draft, *names: str) -> None:
    """Takes what a reading of the text sets."""
    for name in names:
        found = draft.sets.get(name, getattr(draft, name))
        setattr(draft, name, None if found is None else str(found))
