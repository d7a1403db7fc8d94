"""Waives fees of a return and of its lines, by rows of `whole_return`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from engine.decision.evaluation import Evaluation
from engine.decision.open_fields import as_sent
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Decision, FeeLine, ReturnDecision, Step
from engine.decision.topics.summing import waived
from engine.money import Money
from engine.policy.model import Policy


def choose_waivers(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Chooses the rows of `whole_return` that waive fees."""
    table = evaluation.compiled.whole_return
    if builder.verdict.answer == "refuse":
        return
    first = table.table.decide != "add_up"
    builder.waivers = (
        [row for row in (evaluation.pick(table),) if row] if first else evaluation.applying(table)
    )
    builder.chosen += [(table, row) for row in builder.waivers]


def waive_all(
    evaluation: Evaluation, builder: OutcomeBuilder, lines: Sequence[Decision]
) -> set[str]:
    """Waives fees of the return; returns the names of all waived fees, those of lines included."""
    once = list(builder.fees)
    builder.said = [StatedAnswer(answer="accept", code="ok")]
    fees = [*once, *(fee for line in lines for fee in line.fees)]
    choose_waivers(evaluation.look_again(evaluation.compiled.whole_return), builder)
    for place, by in waived(builder.waivers, [fee.kind for fee in fees]).items():
        kind, amount = fees[place].kind, fees[place].amount
        builder.waived.append(f"fees.{kind}")
        builder.open.pop(f"fees.{kind}", None)
        builder.steps.append(Step(f"waived {kind}", f"by {by}", amount))
    gone = set(builder.waived)
    builder.fees = [fee for fee in once if f"fees.{fee.kind}" not in gone]
    return gone


def may_be_waived(
    whole: Evaluation, builder: OutcomeBuilder, lines: Sequence[Decision]
) -> tuple[str, ...]:
    """Returns the unknown facts on which it depends whether charged fees are waived."""
    rows = [row for row in whole.compiled.whole_return.rows if whole.holds(row.asked) is None]
    kinds = {"fees", *(f"fees.{fee.kind}" for fee in builder.fees)}
    kinds |= {f"fees.{fee.kind}" for line in lines for fee in line.fees}
    waits = any(kinds & set(row.body.waive) for row in rows)
    return as_sent(whole.undecided, whole) if waits else ()


def forgiven(line: Decision, gone: set[str], policy: Policy) -> Decision:
    """Returns a decision without waived fees (`gone`), its net summed up again."""
    if not gone:
        return line
    kept = tuple(fee for fee in line.fees if f"fees.{fee.kind}" not in gone)
    if kept == line.fees:
        return line
    total = _sum([fee.amount for fee in kept if fee.is_deducted], policy.currency)
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
    return _with_net(line, Money(max(0, value.minor - total.minor), value.currency), policy)


def _with_net(line: Decision, net: Money, policy: Policy) -> Decision:
    legs = [
        replace(leg, amount=net) if leg.party == policy.claimant else leg for leg in line.remedies
    ]
    at_most = any(fee.certainty == "at_least" for fee in line.fees if fee.is_deducted)
    part = line.outbound_rule == "standard_part" and "outbound_standard" not in line.facts
    at_most = at_most or part
    certainty = "at_most" if at_most else "exact"
    return replace(line, net=net, net_certainty=certainty, remedies=tuple(legs))


def _sum(amounts: Sequence[Money | None], currency: str) -> Money | None:
    minors = [amount.minor for amount in amounts if amount is not None]
    return Money(sum(minors), currency) if len(minors) == len(amounts) else None


def fees_by_kind(decision: Decision | ReturnDecision) -> dict[str, list[FeeLine]]:
    """Returns all fees of a line, or of a return, by kind: its own and those of its lines."""
    found: dict[str, list[FeeLine]] = {}
    lines = decision.lines if isinstance(decision, ReturnDecision) else ()
    for fee in (*(fee for line in lines for fee in line.fees), *decision.fees):
        found.setdefault(fee.kind, []).append(fee)
    return found
