"""A return as a whole: sets that come back together, fees taken once, waivers, and the shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from engine.decision.because import explain
from engine.decision.draft import STRENGTH, Draft, Said
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts
from engine.decision.figures.shares import lessened, split
from engine.decision.plan import RowPlan
from engine.decision.record import Decision, FeeLine, ReturnDecision, Step
from engine.decision.run import Run
from engine.decision.topics.money import deducted, fee_rows_of, sum_fees, take_fee
from engine.money import Money
from engine.policy.model import Fee, Policy

_SUMMED = ("item_price", "outbound_paid", "quantity", "base")


def waive(run: Run, draft: Draft) -> None:
    """Takes fees back that a row of `whole_return` waives."""
    table = run.plan.whole_return
    if not table.rows or draft.verdict.answer == "refuse":
        return
    first = table.table.decide != "add_up"
    rows = [row for row in (run.pick(table),) if row] if first else run.applying(table)
    for row in rows:
        draft.chosen.append((table, row))
        for name in row.body.waive:
            _waive(name, row.row.id, draft)
    if draft.waived:
        sum_fees(run, draft)


def _waive(name: str, by: str, draft: Draft) -> None:
    gone = [fee for fee in draft.fees if name in ("fees", f"fees.{fee.kind}")]
    draft.fees = [fee for fee in draft.fees if fee not in gone]
    for fee in gone:
        draft.waived.append(f"fees.{fee.kind}")
        draft.open.pop(f"fees.{fee.kind}", None)
        step = Step(label=f"waived {fee.kind}", working=f"by {by}", amount=fee.amount)
        draft.steps.append(step)


Forced = Callable[[Run, Said], Decision]
"""Decides a line anew whose answer the whole gives."""


def share_sums(lines: Sequence[Facts], sent: Sequence[Mapping[str, object]]) -> None:
    """Before lines are decided: the value of the return, and the shipping that they share.

    Outbound shipping that was sent for the whole return is split over the lines by their price, so
    that it is given back once; the last line takes the odd cent.
    """
    prices = [facts.value("item_price") for facts in lines]
    known = min(prices) > ABSENT
    for facts in lines:
        if "return_value" not in facts.sent:
            facts.write("return_value", sum(prices) if known else UNKNOWN)
    for name in ("outbound_paid", "outbound_standard"):
        total = lines[0].value(name)
        if total > ABSENT and not any(name in line for line in sent):
            weights = [price if known else 1 for price in prices]
            for facts, part in zip(lines, split(total, weights), strict=True):
                facts.write(name, part)


def settle_return(
    runs: Sequence[Run], decisions: Sequence[Decision], forced: Forced
) -> ReturnDecision:
    """The whole over lines that were decided alone."""
    lines = _sets(runs, list(decisions), forced)
    accepted = [index for index, line in enumerate(lines) if line.answer != "refuse"]
    # A refused line does not refuse the others: the strongest answer is taken among the rest.
    among = [lines[index] for index in accepted] or lines
    strongest = max(among, key=lambda line: STRENGTH[line.answer])
    draft, run = Draft(), _summed_run(runs, lines, accepted)
    if accepted:
        _charge_once(runs, lines, run, draft)
        lines = _waive_all(run, draft, lines)
    net, shares = _net(run, draft, lines, accepted)
    return ReturnDecision(
        answer=strongest.answer,
        code=strongest.code,
        lines=tuple(lines),
        fees=tuple(draft.fees),
        waived=tuple(dict.fromkeys(draft.waived)),
        net=net,
        shares=shares,
        because=explain(run, draft),
        steps=tuple(draft.steps),
    )


def unsettled(lines: Sequence[Decision]) -> ReturnDecision:
    """The whole where the network and the twin choose different rows for it."""
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


def _sets(runs: Sequence[Run], lines: list[Decision], forced: Forced) -> list[Decision]:
    """Where one line of a set is refused, the others of the set get the set's answer."""
    plan = runs[0].plan
    for rule, asked in zip(plan.policy.sets, plan.sets, strict=True):
        within = [index for index, run in enumerate(runs) if run.holds(asked)]
        if not any(lines[index].answer == "refuse" for index in within):
            continue
        said = Said(answer=rule.else_, code=rule.code)
        for index in within:
            if STRENGTH[lines[index].answer] < STRENGTH[rule.else_]:
                lines[index] = forced(runs[index], said)
    return lines


def _summed_run(runs: Sequence[Run], lines: Sequence[Decision], accepted: Sequence[int]) -> Run:
    """An evaluation of the whole: the first accepted line with the sums over all of them."""
    first = runs[accepted[0]] if accepted else runs[0]
    run = first.again(first.facts.values)
    for name in _SUMMED:
        found = [runs[index].facts.value(name) for index in accepted]
        if found:
            run.facts.write(name, sum(found) if min(found) > ABSENT else UNKNOWN)
    if "return_value" not in first.facts.sent:
        run.facts.write("return_value", run.facts.value("item_price"))
    labels = [runs[index].facts.value("label_cost") for index in accepted]
    run.facts.write("label_cost", max(labels, default=UNKNOWN))  # one label, whoever names it
    run.facts.write("line_count", len(lines))
    run.facts.write("refused_lines", len(lines) - len(accepted))
    of = run.facts.value("order_lines")
    if "whole_order_back" not in first.facts.sent and of > ABSENT:
        back = max(run.facts.value("returned_lines") - len(lines), 0) + len(accepted)
        run.facts.write("whole_order_back", int(back >= of))
    return run


def _charge_once(runs: Sequence[Run], lines: Sequence[Decision], whole: Run, draft: Draft) -> None:
    """The fees taken once per return, each on the sums over the lines that have its row.

    Where lines have other rows of one fee the highest is taken, whatever the order of the lines.
    """
    settled = [index for index, line in enumerate(lines) if line.steps]
    for table in whole.plan.fees:
        having: dict[int, list[int]] = {}
        for index in settled:
            for row in fee_rows_of(table, runs[index]):
                if row.body.per == "return" and row.body.fee is not None:
                    having.setdefault(row.asked.mask, []).append(index)
        sums = {mask: _summed_run(runs, lines, those) for mask, those in having.items()}
        if table.table.decide != "add_up" and len(having) > 1:
            sizes = {mask: _size(table.by_mask[mask], run) for mask, run in sums.items()}
            highest = max(sizes, key=lambda mask: sizes[mask])
            sums = {highest: sums[highest]}
        for mask, run in sums.items():
            run.facts.write("return_value", whole.facts.value("return_value"))
            take_fee(table.part, table.by_mask[mask], run, draft)
            draft.chosen.append((table, table.by_mask[mask]))


def _size(row: RowPlan[Fee], run: Run) -> int:
    return run.engines.worth(row.body.fee)(run.facts.values).minor or 0


def _waive_all(run: Run, draft: Draft, lines: list[Decision]) -> list[Decision]:
    """Waives fees of the whole and of its lines; a line gets back what was deducted."""
    once = list(draft.fees)
    draft.said = [Said(answer="accept", code="ok")]
    draft.fees = [*once, *(fee for line in lines for fee in line.fees)]
    waive(run, draft)
    gone = set(draft.waived)
    draft.fees = [fee for fee in once if f"fees.{fee.kind}" not in gone]
    return [_forgiven(line, gone, run.plan.policy) for line in lines] if gone else lines


def _forgiven(line: Decision, gone: set[str], policy: Policy) -> Decision:
    """A line without the fees that are gone, its net added up anew."""
    kept = tuple(fee for fee in line.fees if f"fees.{fee.kind}" not in gone)
    if kept == line.fees:
        return line
    total = _sum([fee.amount for fee in kept if _lessens(fee)], policy.currency)
    line = replace(
        line,
        fees=kept,
        fee_total=total,
        open=tuple(each for each in line.open if each.name not in gone),
        waived=tuple(sorted(gone & {f"fees.{fee.kind}" for fee in line.fees})),
    )
    more = [step.amount for step in line.steps if step.label in ("value", "bonus")]
    value = _sum([*more, line.outbound_refunded], policy.currency)
    asked = any(each.name == "net" for each in line.open)
    summed = line.net_certainty == "open" or any(step.label == "net" for step in line.steps)
    if value is None or total is None or asked or not summed:
        return line
    net = Money(max(0, value.minor - total.minor), value.currency)
    legs = [
        replace(leg, amount=net) if leg.party == policy.claimant else leg for leg in line.remedies
    ]
    at_most = any(fee.certainty == "at_least" for fee in kept if _lessens(fee))
    certainty = "at_most" if at_most else "exact"
    return replace(line, net=net, net_certainty=certainty, remedies=tuple(legs))


def _sum(amounts: Sequence[Money | None], currency: str) -> Money | None:
    minors = [amount.minor for amount in amounts if amount is not None]
    return Money(sum(minors), currency) if len(minors) == len(amounts) else None


def _lessens(fee: FeeLine) -> bool:
    return fee.taken == "deducted" and fee.certainty != "may"


def _net(
    run: Run, draft: Draft, lines: Sequence[Decision], accepted: Sequence[int]
) -> tuple[Money | None, tuple[Money | None, ...]]:
    """The net of the whole and each line's share; None where an amount is open."""
    shares: list[Money | None] = [None] * len(lines)
    moved = [index for index in accepted if lines[index].net_certainty != "no_money"]
    nets = [net.minor for index in moved if (net := lines[index].net) is not None]
    once = [fee.amount.minor for fee in deducted(draft) if fee.amount is not None]
    if not moved or len(nets) < len(moved) or len(once) < len(deducted(draft)):
        return None, tuple(shares)
    each = lessened(nets, sum(once))
    currency = run.plan.policy.currency
    for index, minor in zip(moved, each, strict=True):
        shares[index] = Money(minor, currency)
    return Money(sum(each), currency), tuple(shares)


def fees_by_kind(decision: ReturnDecision) -> dict[str, list[FeeLine]]:
    """All fees of a return, of its lines and its own, by kind."""
    found: dict[str, list[FeeLine]] = {}
    for fee in (*(fee for line in decision.lines for fee in line.fees), *decision.fees):
        found.setdefault(fee.kind, []).append(fee)
    return found
