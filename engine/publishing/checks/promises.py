"""Promises (`must`) held against the outcomes that the policy gives.

A promise that some return breaks is an error with its clause and that return. Where all cells of
the facts on which it hangs were walked, the promise is proved and nothing is said; else a note
says on how many returns it was tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dates import Unit
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import (
    Amount,
    Bounded,
    Extreme,
    Fee,
    Fixed,
    Op,
    OutcomeTest,
    Percent,
    Promise,
)
from engine.publishing.checks.bench import Tried
from engine.publishing.checks.needed import facts_needed, hangs_on_days
from engine.publishing.checks.search import searched
from engine.publishing.checks.survey import Survey
from engine.publishing.checks.walk import Walk, axes_of

_WORDS = (Op.IN, Op.NOT_IN)


def promise_findings(survey: Survey) -> Iterator[Fault]:
    """Every promise that is broken, and those of which that could not be ruled out."""
    for index, promise in enumerate(survey.policy.must):
        if promise.outcome:
            tried, count, proved = _held(index, promise, survey)
            if tried is not None:
                yield _broken(promise, tried, survey)
            elif not proved:
                yield _tried(promise, count)


def _held(index: int, promise: Promise, survey: Survey) -> tuple[Tried | None, int, bool]:
    """A return that breaks the promise, how many were tried, and whether none can."""
    before = survey.bench.tries
    score = survey.aims.breaks(index)
    facts = [leaf.fact for leaf in leaves(promise.when)]
    names = [*facts, *(test.path for test in promise.outcome)]
    found = searched(survey.bench, survey.seeds, score, facts)
    days = hangs_on_days(names, survey.plan)
    walk = Walk(survey.bench, axes_of(survey.bench, facts_needed(names, survey.plan)), days)
    seeds = _seeds(survey)[: 1 if walk.complete else 2]
    for seed in seeds if found is None else ():
        found = next((tried for tried in walk.returns(seed) if score(tried) == 0), None)
        if found is not None:
            break
    proved = walk.complete and not days and all(_exact(test, survey) for test in promise.outcome)
    return found, survey.bench.tries - before, proved


def _seeds(survey: Survey) -> list[dict[str, object]]:
    """Two returns to start from: one of the tests that is not refused, and the usual one."""
    tried = (survey.bench.tried(seed) for seed in survey.seeds[:-1])
    good = (each.given for each in tried if each and each.draft.verdict.answer != "refuse")
    return [*list(good)[:1], survey.seeds[-1]]


def _broken(promise: Promise, tried: Tried, survey: Survey) -> Fault:
    test = next(test for broken, test in tried.draft.broken if broken is promise)
    where = f" ({promise.clause})" if promise.clause else ""
    said = survey.said(tried.given, tried.given)
    sentence = (
        f"`{promise.id}`{where} promises {test.path} {test.written}, but {said} "
        f"{_gets(test, tried)}."
    )
    return Fault(
        code="promise_broken", source=promise.source, sentence=sentence, example=tried.given
    )


def _gets(test: OutcomeTest, tried: Tried) -> str:
    """The rows that the broken field comes from."""
    part = test.path.partition(".")[2] or test.path.partition(".")[0]
    topics = {test.path.partition(".")[0], part}
    rows = [
        row.row.id
        for table, row in tried.draft.chosen
        if topics & {table.table.topic, str(table.part)}
    ] or [row.row.id for _, row in tried.draft.chosen][-1:]
    return f"gets another, by {' and '.join(f'`{row}`' for row in dict.fromkeys(rows))}"


def _tried(promise: Promise, count: int) -> Fault:
    where = f" ({promise.clause})" if promise.clause else ""
    return Fault(
        code="promise_tried",
        source=promise.source,
        sentence=f"`{promise.id}`{where} held for all of {count:,} returns that were tried, at the "
        "edges of what it hangs on; that is no proof, and a breach is kept for a person.",
        level=Level.NOTE,
    )


# --- what a walk over edges proves ----------------------------------------------------------------


def _exact(test: OutcomeTest, survey: Survey) -> bool:
    """Whether the edges of the rows' tests are all the values that an outcome can take."""
    if test.op in _WORDS or test.op is Op.ABSENT or test.path == "percent":
        return True
    if test.path.endswith(".days_allowed"):
        part = test.path.partition(".")[0]
        tables = [table for table in survey.plan.deadlines if table.part == part]
        clocks = [row.body for table in tables for row in table.rows]
        plain = (Unit.DAYS, Unit.WEEKS)
        return all(
            clock.within is not None
            and clock.within.unit in plain
            and not (clock.roll or clock.pauses or clock.readings)
            for clock in clocks
        )
    if test.path.startswith("fees.") and test.op is Op.AT_MOST:
        fees = [table for table in survey.plan.fees if f"fees.{table.part}" == test.path]
        bodies = [row.body for table in fees for row in table.rows]
        return all(_never_more(body, test.bound) for body in bodies)
    return False


def _never_more(fee: Fee, bound: object) -> bool:
    return fee.fee is None or (fee.per == "line" and _at_most(fee.fee, bound))


def _at_most(amount: Amount, bound: object) -> bool:
    """Whether an amount is never more than another, whatever the facts are."""
    if isinstance(amount, Extreme):
        each = [_at_most(part, bound) for part in amount.parts]
        return all(each) if amount.greatest else any(each)
    if isinstance(amount, Bounded) and amount.at_least is None:
        return _at_most(amount.amount, bound) or _at_most(amount.at_most, bound)
    if isinstance(amount, Fixed) and isinstance(bound, Fixed):
        return amount.money.minor <= bound.money.minor
    if isinstance(amount, Percent) and isinstance(bound, Percent):
        return amount.of == bound.of and amount.millionths <= bound.millionths
    return False
