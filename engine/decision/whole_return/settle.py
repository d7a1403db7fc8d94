"""Settles a return: applies its sets, charges its fees, and splits the net into shares.

The result depends only on the state of the units, not on the pieces in which they arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec

from engine.decision.because import explanation
from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.evaluation import Evaluation
from engine.decision.facts import Facts
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import Because, Decision, ReturnDecision
from engine.decision.standing import Back, Standing, Taken, back
from engine.decision.topics.money import fee_rows_of
from engine.decision.whole_return.groups import Group, by_line, whole_evaluation
from engine.decision.whole_return.lines import AmountsDue, owed_for
from engine.decision.whole_return.once import charge_once, really_taken
from engine.decision.whole_return.outbound import given_once
from engine.decision.whole_return.sets import Forced, Order, answer, asking, with_sets
from engine.decision.whole_return.shares import lessened, split
from engine.decision.whole_return.waivers import forgiven, may_be_waived, waive_all
from engine.money import Money
from engine.policy.words import STRENGTH

WHOLE_ORDER: Final = "whole_order_back"


def share_sums(
    entered: Sequence[Facts], sent: Sequence[Mapping[str, object]], standing: Standing
) -> None:
    """Writes the value of the return and each line's outbound shipping, before groups are decided.

    Outbound shipping that was sent for the whole return is split over the lines by their price, so
    that it is refunded once; the last line takes the odd cent.
    """
    first = {each.line: facts for each, facts in zip(standing.units, entered, strict=True)}
    prices = {line: facts.value("item_price") for line, facts in sorted(first.items())}
    known = min(prices.values()) > ABSENT
    for facts in entered:
        if "return_value" not in facts.sent:
            facts.write("return_value", sum(prices.values()) if known else UNKNOWN)
    for name in ("outbound_paid", "outbound_standard"):
        total = entered[0].value(name)
        if total > ABSENT and not any(name in line for line in sent):
            weights = [price if known else 1 for price in prices.values()]
            parts = dict(zip(prices, split(total, weights), strict=True))
            for each, facts in zip(standing.units, entered, strict=True):
                facts.write(name, parts[each.line])


def settle_return(
    groups: Sequence[Group], order: Order, forced: Forced, *, surely: bool
) -> ReturnDecision:
    """Settles the return from groups that were decided one by one.

    `forced` decides a group again with a given answer. `surely`: what depends on units that have
    not arrived is not owed yet.
    """
    groups, waits = with_sets(groups, order, forced, surely=surely)
    whole = whole_evaluation(groups)
    waits += _whole_order(groups, order, whole, surely=surely)
    builder, owed, taken = _owed(groups, order, whole)
    decisions = [each.decision for each in groups]
    if any(each.accepted for each in groups):
        gone = waive_all(whole, builder, decisions)
        asked = list(groups)
        if names := may_be_waived(whole, builder, decisions):
            answer(asked, range(len(asked)), asking(names), forced)
        if asked != groups:
            return settle_return(asked, order, forced, surely=surely)
        decisions = [forgiven(each, gone, whole.compiled.policy) for each in decisions]
        owed = [each.without(gone) for each in owed]
    net, shares = _net(whole, builder, owed, groups)
    strongest = _strongest(decisions)
    return ReturnDecision(
        answer=strongest.answer,
        code=strongest.code,
        lines=tuple(decisions),
        fees=tuple(builder.fees),
        waived=tuple(dict.fromkeys(builder.waived)),
        net=net,
        shares=shares,
        because=tuple(_because(whole, builder, groups)),
        steps=tuple(builder.steps),
        money=tuple(each.record(whole.compiled.policy.currency) for each in owed),
        taken=really_taken(taken, builder, [each.net for each in owed]),
        waits=waits,
    )


def unsettled(lines: Sequence[Decision]) -> ReturnDecision:
    """Returns the decision (`review`) if network and reference evaluator disagree on the return."""
    return ReturnDecision(
        answer="review",
        code="engine_disagreement",
        lines=tuple(lines),
        fees=(),
        waived=(),
        net=None,
        shares=(None,) * len(lines),
        because=(),
        steps=(),
    )


def the_sure_part(found: ReturnDecision, surely: ReturnDecision) -> ReturnDecision:
    """Returns what is owed while units are awaited: the smaller net, with answers from `found`."""
    if found.net is None or (surely.net is not None and found.net < surely.net):
        return found
    less, nothing = surely, Money(0, found.net.currency)
    return msgspec.structs.replace(
        found,
        net=less.net or nothing,
        shares=tuple(
            share if share or before is None else nothing
            for share, before in zip(less.shares, found.shares, strict=True)
        ),
        fees=less.fees,
        steps=less.steps,
        money=less.money,
        taken=less.taken,
    )


def _whole_order(
    groups: Sequence[Group], order: Order, whole: Evaluation, *, surely: bool
) -> tuple[str, ...]:
    """Writes whether the whole order came back; returns its name if rows test it and it is open."""
    first = groups[0].evaluated.facts
    if WHOLE_ORDER in first.sent:
        return ()
    if order.standing.order:
        state = back(order.standing.order, [each.units for each in groups if each.accepted])
        whole.facts.write(
            WHOLE_ORDER, int(state is Back.YES or (state is Back.OPEN and not surely))
        )
        return (WHOLE_ORDER,) if state is Back.OPEN and WHOLE_ORDER in whole.compiled.used else ()
    of = whole.facts.value("order_lines")
    if of > ABSENT:
        lines = by_line(groups)
        kept = by_line([each for each in groups if each.accepted])
        returned = max(whole.facts.value("returned_lines") - len(lines), 0) + len(kept)
        whole.facts.write(WHOLE_ORDER, int(returned >= of))
    return ()


def _owed(
    groups: Sequence[Group], order: Order, whole: Evaluation
) -> tuple[OutcomeBuilder, list[AmountsDue], dict[str, Taken]]:
    """Works out what is owed for each line, and charges the fees that are taken once."""
    builder = OutcomeBuilder()
    moving = by_line([each for each in groups if _moves(each)])
    owed = given_once([owed_for(each) for each in moving.values()], groups, order)
    settled = [each for each in groups if each.units.settled]
    taken = charge_once(settled, whole, order.standing.taken, builder)
    return builder, owed, taken


def _because(
    whole: Evaluation, builder: OutcomeBuilder, groups: Sequence[Group]
) -> Iterator[Because]:
    """Yields every row that decided; that of a fee saw units to which it applies."""
    for seen, rows in groupby(
        builder.chosen, lambda each: _seen_by(each[0], each[1], whole, groups)
    ):
        yield from explanation(builder, whole.compiled, list(rows))(seen, builder)


def _seen_by(
    table: CompiledTable[Any], row: CompiledRow[Any], whole: Evaluation, groups: Sequence[Group]
) -> Evaluation:
    if table.table.topic != "fees":
        return whole
    lines = (each.evaluated.evaluation for each in groups if each.decision.steps)
    return next((line for line in lines if row in fee_rows_of(table, line)), whole)


def _net(
    evaluation: Evaluation,
    builder: OutcomeBuilder,
    owed: Sequence[AmountsDue],
    groups: Sequence[Group],
) -> tuple[Money | None, tuple[Money | None, ...]]:
    """Returns the net of the return and the share of each group; None while an amount is open."""
    nothing: tuple[Money | None, ...] = (None,) * len(groups)
    nets = [each.net for each in owed if each.net is not None]
    amounts = [fee.amount for fee in builder.fees if fee.is_deducted]
    once = [amount.minor for amount in amounts if amount is not None]
    if not owed or len(nets) < len(owed) or len(once) < len(amounts):
        return None, nothing
    parts = lessened(nets, sum(once))
    currency = evaluation.compiled.policy.currency
    found: dict[int, Money] = {}
    for each, part in zip(owed, parts, strict=True):
        for together, amount, weights in (
            (each.groups, part, each.weights),
            (each.swapped, each.difference, [group.units.units for group in each.swapped]),
        ):
            minors = split(amount, weights) if together else []
            found |= {
                id(group): Money(minor, currency)
                for group, minor in zip(together, minors, strict=True)
            }
    total = sum(parts) + sum(each.difference for each in owed)
    return Money(total, currency), tuple(found.get(id(each)) for each in groups)


def _moves(group: Group) -> bool:
    """Whether anything is settled for it now: money, credit, or the difference of an exchange."""
    return group.moves_money or (group.units.settled and group.difference is not None)


def _strongest(decisions: Sequence[Decision]) -> Decision:
    """Returns the decision with the strongest answer; refused ones count only if all are."""
    accepted = [each for each in decisions if each.answer != "refuse"]
    return max(accepted or decisions, key=lambda each: STRENGTH[each.answer])
