"""Charges the fees that are taken once for a return or an order.

If groups of units have different rows of a fee, the highest is charged, whatever their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from engine.decision.compiled import CompiledTable
from engine.decision.encoding import ABSENT
from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import FeeLine
from engine.decision.standing import Taken
from engine.decision.topics.money import fee_rows_of
from engine.decision.topics.sums import take_fee
from engine.decision.whole_return.groups import Group, summed_evaluation
from engine.money import Money, decimal_text
from engine.policy.model import Fee
from engine.policy.words import TAKEN_ONCE

_SUMS = ("quantity", "item_price", "base")
_NOTHING = Taken(amount=0, quantity=0, item_price=0, base=0)


def charge_once(
    groups: Sequence[Group], whole: Evaluation, before: Mapping[str, Taken], builder: OutcomeBuilder
) -> dict[str, Taken]:
    """Charges the fees per return and per order of settled groups; returns those per order.

    `before` is what other returns of the order took; both are keyed by fee and row (`key_of`).
    """
    settled = [each for each in groups if each.decision.steps]
    worth = whole.facts.value("return_value")
    taken: dict[str, Taken] = {}
    for table in whole.compiled.fees:
        own = _by_row(table, settled)
        for evaluation in own.values():
            evaluation.facts.write("return_value", worth)
        of_order = [mask for mask in own if table.by_mask[mask].body.per == "order"]
        if not of_order:
            for mask in _due(table, own):
                _charge(table, mask, own[mask], builder)
        else:
            taken |= _over_order(table, own, before, builder)
    return taken


def _over_order(
    table: CompiledTable[Fee],
    own: Mapping[int, Evaluation],
    before: Mapping[str, Taken],
    builder: OutcomeBuilder,
) -> dict[str, Taken]:
    """Charges a fee per order over all its units, less what other returns of the order took.

    No more is charged than the units of this return add, so that it never pays for other returns.
    """
    of = {_key(table, mask): mask for mask in table.by_mask}
    earlier = {of[key]: each for key, each in before.items() if key in of}
    taken = {_key(table, mask): _units(evaluation) for mask, evaluation in own.items()}
    by_itself = table.table.decide == "add_up"
    for mask in _due(table, own):
        rows = {mask: own[mask]} if by_itself else own
        those = {row: each for row, each in earlier.items() if not by_itself or row == mask}
        left = _left(table, rows, those)
        _charge(table, mask, _with(own[mask], those.get(mask, _NOTHING)), builder)
        taken[_key(table, mask)] = _lessened(builder, left, taken[_key(table, mask)])
    return taken


def _left(
    table: CompiledTable[Fee], own: Mapping[int, Evaluation], earlier: Mapping[int, Taken]
) -> int:
    """Returns what is still to be charged (minor units): the highest fee over the order, less what
    was taken; at most what this return adds, or its fee alone if that is more."""
    like = next(iter(own.values()))
    before = {mask: _size(table, mask, _only(like, each)) for mask, each in earlier.items()}
    after = {
        mask: _size(table, mask, _with(evaluation, earlier.get(mask, _NOTHING)))
        for mask, evaluation in own.items()
    }
    alone = max(_size(table, mask, evaluation) for mask, evaluation in own.items())
    more = max(after[mask] - before.get(mask, 0) for mask in own)
    most = max((before | after).values())
    return max(0, min(most - sum(each.amount for each in earlier.values()), max(alone, more)))


def really_taken(
    taken: Mapping[str, Taken], builder: OutcomeBuilder, nets: Sequence[int | None]
) -> dict[str, Taken]:
    """Returns the fees per order that were really taken: not waived, and covered by the net."""
    known = [each for each in nets if each is not None]
    left = sum(known) if len(known) == len(nets) else None
    amounts: dict[str, int] = {}
    for fee in builder.fees:
        amount = fee.amount.minor if fee.amount else 0
        if left is not None and fee.is_deducted:
            amounts[key_of(fee)], left = min(amount, left), max(0, left - amount)
        else:
            amounts[key_of(fee)] = amount
    kinds = {fee.kind for fee in builder.fees}
    return {
        key: replace(each, amount=amounts.get(key, 0))
        for key, each in taken.items()
        if key.split("/")[0] in kinds
    }


def key_of(fee: FeeLine) -> str:
    """Returns the key of a fee in `Taken` maps: `KIND/ROW`."""
    return f"{fee.kind}/{fee.row}"


def _key(table: CompiledTable[Fee], mask: int) -> str:
    return f"{table.part}/{table.by_mask[mask].row.id}"


def _by_row(table: CompiledTable[Fee], settled: Sequence[Group]) -> dict[int, Evaluation]:
    """Returns the rows of a fee that is charged once, each with the sums over its groups."""
    having: dict[int, list[Group]] = {}
    for each in settled:
        for row in fee_rows_of(table, each.evaluated.evaluation):
            if row.body.per in TAKEN_ONCE and row.body.fee is not None:
                having.setdefault(row.asked.mask, []).append(each)
    return {mask: summed_evaluation(having[mask]) for mask in table.by_mask if mask in having}


def _units(evaluation: Evaluation) -> Taken:
    return Taken(amount=0, **{name: max(0, evaluation.facts.value(name)) for name in _SUMS})


def _with(evaluation: Evaluation, more: Taken) -> Evaluation:
    """Returns the evaluation with the units of other returns added."""
    found = evaluation.again(evaluation.facts.values)
    for name in _SUMS:
        now = evaluation.facts.value(name)
        if now > ABSENT:
            found.facts.write(name, now + getattr(more, name))
    return found


def _only(like: Evaluation, those: Taken) -> Evaluation:
    """Returns an evaluation of the units of other returns alone."""
    found = like.again(like.facts.values)
    for name in _SUMS:
        found.facts.write(name, getattr(those, name))
    return found


def _due(table: CompiledTable[Fee], sums: Mapping[int, Evaluation]) -> list[int]:
    """Returns the rows to charge: all that apply, or the highest, which an open amount may be."""
    if table.table.decide == "add_up" or len(sums) < 2:
        return list(sums)
    sizes = {mask: _worth(table, mask, evaluation) for mask, evaluation in sums.items()}
    return [max(sums, key=lambda mask: (sizes[mask] is None, sizes[mask] or 0))]


def _charge(
    table: CompiledTable[Fee], mask: int, evaluation: Evaluation, builder: OutcomeBuilder
) -> None:
    row = table.by_mask[mask]
    take_fee(row, evaluation, builder)
    builder.chosen.append((table, row))


def _lessened(builder: OutcomeBuilder, left: int, taken: Taken) -> Taken:
    """Reduces the fee that was just added to what is left of it."""
    fee = builder.fees[-1]
    if fee.amount is None:
        return taken
    if left < fee.amount.minor:
        amount = Money(left, fee.amount.currency)
        builder.fees[-1] = replace(fee, amount=amount)
        said = decimal_text(fee.amount.minor - left, fee.amount.currency)
        working = f"{builder.steps[-1].working}, of which {said} was taken on this order before"
        builder.steps[-1] = replace(builder.steps[-1], working=working, amount=amount)
    return replace(taken, amount=left)


def _worth(table: CompiledTable[Fee], mask: int, evaluation: Evaluation) -> int | None:
    return evaluation.worth(table.by_mask[mask].body.fee).minor


def _size(table: CompiledTable[Fee], mask: int, evaluation: Evaluation) -> int:
    return _worth(table, mask, evaluation) or 0
