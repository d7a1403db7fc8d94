"""Fees that take more than a line is worth, with the dearest line of which they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.policy.faults import Fault, Level
from engine.policy.vocabulary import FactType
from engine.publishing.checks.survey import Survey, listed
from engine.publishing.checks.trying.bench import Tried

_MOST_SEEDS: Final = 30
_SHOWN: Final = ("item_price", "unit_price", "quantity")


def money_findings(survey: Survey) -> Iterator[Fault]:
    """A warning where fees are more than what is given back, so that nothing is left of it."""
    if not survey.policy.fees:
        return
    over = [tried for tried in _priced(survey) if _is_over(tried)]
    if over:
        yield _finding(max(over, key=lambda tried: tried.draft.worth or 0), survey)


def _priced(survey: Survey) -> Iterator[Tried]:
    """The returns of the tests, with their own prices and at the edges of every amount."""
    bench = survey.bench
    money = [fact for fact in bench.facts if fact.type is FactType.MONEY]
    values = {fact.name: bench.values.of(fact) for fact in money}
    for seed in survey.seeds[:_MOST_SEEDS]:
        changes = [{}, *({name: each} for name, found in values.items() for each in found)]
        for change in changes:
            tried = bench.tried({**seed, **change})
            if tried is not None:
                yield tried


def _is_over(tried: Tried) -> bool:
    draft = tried.draft
    if draft.worth is None or not draft.fee_total or draft.verdict.answer == "refuse":
        return False
    rounded = sum(fee.rate is not None for fee in draft.fees)  # each by one coin at most
    return draft.fee_total > draft.worth + (draft.bonus or 0) + (draft.outbound or 0) + rounded


def _finding(tried: Tried, survey: Survey) -> Fault:
    draft = tried.draft
    decision = survey.bench.decider.decide(tried.given)
    rows = [row for table, row in draft.chosen if table.table.topic == "fees"]
    taken = ", ".join(f"{fee.kind} {fee.amount}" for fee in decision.fees)
    value = survey.value("base", draft.worth or 0)
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
