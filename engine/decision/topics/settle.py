"""What an accepted line comes to, topic by topic; and what still happens after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from engine.decision.draft import Draft, Said
from engine.decision.plan import TablePlan
from engine.decision.run import Run
from engine.decision.topics import money
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.remedies import give_remedies, make_leg
from engine.policy.model import Body, Goods, Shipping

B = TypeVar("B", bound=Body)


def settle_line(run: Run, draft: Draft, *, alone: bool) -> None:
    """Fills in everything after the answer; `alone` takes the fees per return here too."""
    if draft.verdict.answer == "refuse":
        _after_refusal(run, draft)
        return
    give_remedies(run, draft)
    _goods(run, draft)
    _shipping(run, draft)
    draft.basis = money.choose_basis(run, draft)
    money.work_out_value(draft.basis, run, draft)
    money.charge_fees(run, draft, alone=alone)
    money.work_out_outbound(money.choose_outbound(run, draft), run, draft)


def settle_as(run: Run, said: Said, sets: Mapping[str, object], *, alone: bool) -> Draft:
    """What a line comes to whose answer is given, and what is set with it."""
    run.confirm()
    draft = Draft()
    read_deadlines(run, draft)
    draft.said.append(said)
    draft.sets = dict(sets)
    settle_line(run, draft, alone=alone)
    money.total_up(run, draft)
    return draft


def _body(table: TablePlan[B], run: Run, draft: Draft) -> B | None:
    """What the row that applies sets; None where no row does or unknown facts leave it open."""
    row = run.pick(table)
    if row is None or table.name in run.unsure:
        return None
    draft.chosen.append((table, row))
    return row.body


def _goods(run: Run, draft: Draft) -> None:
    body = _body(run.plan.goods, run, draft)
    if body is not None:
        _take_goods(body, draft)
    _override(draft, "goods", "goods_to")


def _shipping(run: Run, draft: Draft) -> None:
    body = _body(run.plan.return_shipping, run, draft)
    if body is not None:
        _take_shipping(body, draft)
    _override(draft, "return_paid_by", "label_by")


def _after_refusal(run: Run, draft: Draft) -> None:
    body = _body(run.plan.after_refusal, run, draft)
    if body is None:
        return
    _take_goods(body.goods, draft)
    _take_shipping(body.shipping, draft)
    for party, remedy in body.remedies:
        draft.legs[party] = make_leg(party, remedy, None, run, draft)


def _take_goods(body: Goods, draft: Draft) -> None:
    draft.goods, draft.goods_choice = body.do, body.choice
    draft.goods_to, draft.proof = body.to, body.proof


def _take_shipping(body: Shipping, draft: Draft) -> None:
    draft.return_paid_by, draft.label_by = body.paid_by, body.label_by
    draft.reshipment_paid_by = body.reshipment_paid_by


def _override(draft: Draft, *names: str) -> None:
    """Takes what a reading of the text sets."""
    for name in names if draft.sets else ():
        found = draft.sets.get(name, getattr(draft, name))
        setattr(draft, name, None if found is None else str(found))
