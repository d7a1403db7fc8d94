"""Chooses the rows of value, fees and outbound shipping: what is refunded, and what is charged.

`sums` works out their amounts.
"""

from __future__ import annotations

from typing import Final

from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.outcome_builder import Basis, OutcomeBuilder
from engine.decision.record import Leg
from engine.decision.topics.remedies import WHOLE, lead_leg, remedy_of, ways_of
from engine.money import Money
from engine.policy.model import Amount, Fee, FromFact
from engine.policy.words import TAKEN_ONCE, WITHOUT_MONEY, WORTHLESS

_ITEM_PRICE: Final = FromFact("item_price")

# --- value ----------------------------------------------------------------------------------------


def choose_rows(evaluation: Evaluation, builder: OutcomeBuilder, *, alone: bool) -> None:
    """Chooses what is refunded and what is charged.

    Fees per return are charged here only if the line is the whole return (`alone`).
    """
    builder.basis = basis = choose_basis(evaluation, builder)
    builder.percent = basis.percent
    for table in evaluation.compiled.fees:
        if not builder.sets or f"fees.{table.part}" not in builder.sets:
            _choose_fees(table, evaluation, builder, alone)
        else:
            builder.charged.append((table.part, None))
    if builder.sets:
        kinds = {path[5:] for path in builder.sets if path.startswith("fees.")}
        known = {table.part for table in evaluation.compiled.fees}
        builder.charged += [(kind, None) for kind in sorted(kinds - known)]
    builder.outbound_rule = choose_outbound(evaluation, builder)
    builder.pays = _paid(lead_leg(evaluation, builder), builder)


def choose_basis(evaluation: Evaluation, builder: OutcomeBuilder) -> Basis:
    """Returns the basis: a reading overrides the claimant's remedy, which overrides `value`."""
    table, leg = evaluation.compiled.value, builder.claimed
    row = table.only or evaluation.pick(table)
    of: Amount = _ITEM_PRICE
    percent, bonus = WHOLE, None
    if row is not None and table.name not in evaluation.unsure:
        builder.chosen.append((table, row))
        of, percent = row.body.of, row.body.percent
    if leg is not None:
        bonus = leg.bonus
        if leg.of is not None:
            of, percent = leg.of, WHOLE if leg.percent is None else leg.percent
    if builder.sets:
        of = builder.sets.get("base", of)
        percent = builder.sets.get("percent", percent)
    return Basis(of, percent, bonus)


# --- fees -----------------------------------------------------------------------------------------


def _choose_fees(
    table: CompiledTable[Fee], evaluation: Evaluation, builder: OutcomeBuilder, alone: bool
) -> None:
    for row in fee_rows_of(table, evaluation):
        builder.chosen.append((table, row))
        if row.body.fee is not None and (alone or row.body.per not in TAKEN_ONCE):
            builder.charged.append((table.part, row))
            if row.body.to_settle:
                builder.to_settle.append(row.body.to_settle)
            if table.table.decide in ("highest", "lowest") and _size(row, evaluation) is None:
                builder.to_take[table.part] = [each.body for each in evaluation.applying(table)]
        elif row.body.fee is not None:
            builder.to_take.setdefault(table.part, []).append(row.body)


def fee_rows_of(table: CompiledTable[Fee], evaluation: Evaluation) -> list[CompiledRow[Fee]]:
    """Returns the rows of a fee that count: the first, the highest or lowest, or all that apply.

    An open amount may be the highest or the lowest, so it is taken before a known one.
    """
    decide = table.table.decide
    if decide in ("first", "only_one"):
        row = evaluation.pick(table)
        return [row] if row is not None and table.name not in evaluation.unsure else []
    rows = evaluation.applying(table)
    if decide == "add_up" or len(rows) < 2:
        return rows
    sizes = [_size(row, evaluation) for row in rows]
    known = [size for size in sizes if size is not None]
    best = max(known, default=None) if decide == "highest" else min(known, default=None)
    return [rows[sizes.index(None if None in sizes else best)]]


def _size(row: CompiledRow[Fee], evaluation: Evaluation) -> int | None:
    """Returns the amount of a fee for one unit in minor units; None while it is open."""
    return evaluation.worth(row.body.fee).minor


# --- outbound shipping ----------------------------------------------------------------------------


def choose_outbound(evaluation: Evaluation, builder: OutcomeBuilder) -> str:
    """Returns how much outbound shipping is refunded: `none`, `full` or `standard_part`."""
    table = evaluation.compiled.outbound_shipping
    row = table.only or evaluation.pick(table)
    if row is not None and table.name not in evaluation.unsure:
        builder.chosen.append((table, row))
    rule = row.body.refund if row is not None else "none"
    return str(builder.sets.get("outbound_shipping", rule)) if builder.sets else rule


def _paid(leg: Leg | None, builder: OutcomeBuilder) -> str:
    ways = ways_of(remedy_of(builder, leg), leg)
    if ways <= WORTHLESS:
        return "nothing"
    if ways <= WITHOUT_MONEY | WORTHLESS:
        return "no_money"
    return "money" if ways.isdisjoint(WITHOUT_MONEY | WORTHLESS) else "in_kind"


def money(minor: int | None, line: EvaluatedLine) -> Money | None:
    """Returns an amount in the policy's currency; None while it is open."""
    return Money(minor, line.compiled.policy.currency) if minor is not None else None
