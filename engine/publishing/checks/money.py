"""Finds fees that exceed what a line is worth, with an expensive line that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.meaning.asking import Answer
from engine.policy.faults import Fault, Level
from engine.publishing.checks.context import CheckContext, listed
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.search.values import numbers_in

_MOST_SUMS: Final = 4
"""Amounts of the policy just below which a line is looked for."""
_SHOWN: Final = ("item_price", "unit_price", "quantity")


def money_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports a warning if fees exceed what is given back, so that nothing is left of it."""
    if not survey.policy.fees:
        return
    answer = _over(survey, 0)
    if answer.shown is not None:
        dearer = (_over(survey, worth).shown for worth in _dear(survey))
        yield _finding(next(filter(None, dearer), answer.shown), survey)
    elif not answer.never:
        yield Fault(
            code="fee_above_price",
            source=survey.policy.fees[0].source,
            sentence="It is not known whether fees can take more than a line is worth: no return "
            "was found for which they do, and not every case could be looked at.",
            level=Level.NOTE,
        )


def _dear(survey: CheckContext) -> list[int]:
    """Returns line values just below an amount that fees take, the highest first."""
    bodies = [row.body for table in survey.policy.fees for row in table.rows]
    sums = {number for kind, number in numbers_in(bodies) if kind == "money" and number > 0}
    return [number - 1 for number in sorted(sums, reverse=True)[:_MOST_SUMS]]


def _over(survey: CheckContext, worth: int) -> Answer[Tried]:
    """Asks for a line worth at least so much whose fees exceed it by more than their rounding."""
    return survey.asked.overcharged(worth, _is_over)


def _is_over(tried: Tried) -> bool:
    builder = tried.builder
    if builder.worth is None or not builder.fee_total or builder.verdict.answer == "refuse":
        return False
    rounded = sum(fee.rate is not None for fee in builder.fees)  # each by at most one minor unit
    return (
        builder.fee_total > builder.worth + (builder.bonus or 0) + (builder.outbound or 0) + rounded
    )


def _finding(tried: Tried, survey: CheckContext) -> Fault:
    builder = tried.builder
    decision = survey.bench.decider.decide(tried.given)
    rows = [row for table, row in builder.chosen if table.table.topic == "fees"]
    taken = ", ".join(f"{fee.kind} {fee.amount}" for fee in decision.fees)
    value = survey.value("base", builder.worth or 0)
    facts = [name for name in (*_SHOWN, *tried.given) if name in tried.given]
    names = listed(row.row.id for row in rows)
    sentence = (
        f"{names} can take more than the line is worth: of {value} they take {taken}, for "
        f"{survey.said(tried.given, dict.fromkeys(facts))}. Cap them with `at_most`, if that is "
        "not meant."
    )
    return Fault(
        code="fee_above_price",
        source=rows[0].row.source if rows else survey.policy.tree.source,
        sentence=sentence,
        level=Level.WARNING,
        example=tried.given,
    )
