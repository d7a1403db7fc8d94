"""What is given back of a line, and what is charged: the rows of value, fees, outbound shipping.

What these come to is worked out in `sums`.
"""

from __future__ import annotations

from typing import Final

from engine.decision.draft import Basis, Draft
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.record import Leg
from engine.decision.run import Line, Run
from engine.decision.topics.remedies import WHOLE, lead_leg, remedy_of, ways_of
from engine.money import Money
from engine.policy.model import Amount, Fee, FromFact
from engine.policy.words import TAKEN_ONCE, WITHOUT_MONEY, WORTHLESS

_ITEM_PRICE: Final = FromFact("item_price")

# --- value ----------------------------------------------------------------------------------------


def choose_rows(run: Run, draft: Draft, *, alone: bool) -> None:
    """Chooses what is given back, and what is charged; fees per return only where the line is the
    whole return."""
    draft.basis = basis = choose_basis(run, draft)
    draft.percent = basis.percent
    for table in run.plan.fees:
        if not draft.sets or f"fees.{table.part}" not in draft.sets:
            _choose_fees(table, run, draft, alone)
        else:
            draft.charged.append((table.part, None))
    if draft.sets:
        kinds = {path[5:] for path in draft.sets if path.startswith("fees.")}
        known = {table.part for table in run.plan.fees}
        draft.charged += [(kind, None) for kind in sorted(kinds - known)]
    draft.outbound_rule = choose_outbound(run, draft)
    draft.pays = _paid(lead_leg(run, draft), draft)


def choose_basis(run: Run, draft: Draft) -> Basis:
    """A reading of the text goes before the claimant's remedy, and that before `value`."""
    table, leg = run.plan.value, draft.claimed
    row = table.only or run.pick(table)
    of: Amount = _ITEM_PRICE
    percent, bonus = WHOLE, None
    if row is not None and table.name not in run.unsure:
        draft.chosen.append((table, row))
        of, percent = row.body.of, row.body.percent
    if leg is not None:
        bonus = leg.bonus
        if leg.of is not None:
            of, percent = leg.of, WHOLE if leg.percent is None else leg.percent
    if draft.sets:
        of = draft.sets.get("base", of)
        percent = draft.sets.get("percent", percent)
    return Basis(of, percent, bonus)


# --- fees -----------------------------------------------------------------------------------------


def _choose_fees(table: TablePlan[Fee], run: Run, draft: Draft, alone: bool) -> None:
    for row in fee_rows_of(table, run):
        draft.chosen.append((table, row))
        if row.body.fee is not None and (alone or row.body.per not in TAKEN_ONCE):
            draft.charged.append((table.part, row))
            if row.body.to_settle:
                draft.to_settle.append(row.body.to_settle)
            if table.table.decide in ("highest", "lowest") and _size(row, run) is None:
                draft.to_take[table.part] = [each.body for each in run.applying(table)]
        elif row.body.fee is not None:
            draft.to_take.setdefault(table.part, []).append(row.body)


def fee_rows_of(table: TablePlan[Fee], run: Run) -> list[RowPlan[Fee]]:
    """The rows of a fee that count: the first, the highest or lowest, or all that apply.

    An amount that is open may be the highest and the lowest, so it is taken before one that is
    known.
    """
    decide = table.table.decide
    if decide in ("first", "only_one"):
        row = run.pick(table)
        return [row] if row is not None and table.name not in run.unsure else []
    rows = run.applying(table)
    if decide == "add_up" or len(rows) < 2:
        return rows
    sizes = [_size(row, run) for row in rows]
    known = [size for size in sizes if size is not None]
    best = max(known, default=None) if decide == "highest" else min(known, default=None)
    return [rows[sizes.index(None if None in sizes else best)]]


def _size(row: RowPlan[Fee], run: Run) -> int | None:
    """What a fee comes to for one unit; None while it is open."""
    return run.worth(row.body.fee).minor


# --- outbound shipping ----------------------------------------------------------------------------


def choose_outbound(run: Run, draft: Draft) -> str:
    """Whether outbound shipping is given back: none, full or standard_part."""
    table = run.plan.outbound_shipping
    row = table.only or run.pick(table)
    if row is not None and table.name not in run.unsure:
        draft.chosen.append((table, row))
    rule = row.body.refund if row is not None else "none"
    return str(draft.sets.get("outbound_shipping", rule)) if draft.sets else rule


def _paid(leg: Leg | None, draft: Draft) -> str:
    ways = ways_of(remedy_of(draft, leg), leg)
    if ways <= WORTHLESS:
        return "nothing"
    if ways <= WITHOUT_MONEY | WORTHLESS:
        return "no_money"
    return "money" if ways.isdisjoint(WITHOUT_MONEY | WORTHLESS) else "in_kind"


def money(minor: int | None, line: Line) -> Money | None:
    """An amount in the policy's currency."""
    return Money(minor, line.plan.policy.currency) if minor is not None else None
