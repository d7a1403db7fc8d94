"""Promises (`must`) held against the outcomes that the policy gives.

A promise that some return breaks is an error with its clause and that return. Where all cells of
the facts on which it hangs were walked, the promise is proved and nothing is said; else a note
says on how many returns it was tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from engine.dates import Unit
from engine.decision.topics.promises import value_of
from engine.money import Money, percent_text
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import (
    Bounded,
    Extreme,
    Fee,
    Fixed,
    FromFact,
    Op,
    OutcomeTest,
    Percent,
    Promise,
    Row,
)
from engine.publishing.checks.survey import Survey, facts_of, listed
from engine.publishing.checks.trying.bench import Tried
from engine.publishing.checks.trying.needed import OF_OUTCOME, facts_needed, hangs_on_days
from engine.publishing.checks.trying.search import searched
from engine.publishing.checks.trying.values import NAMES, Given
from engine.publishing.checks.trying.walk import Walk, axes_of

MOST_CELLS: Final = 4_000
"""Cells of one promise that are walked to prove it; where there are more a sample is taken."""
MOST_TRIES: Final = 20_000
"""Returns that are tried for all promises of an edition together."""

_WORDS = (Op.IN, Op.NOT_IN)
_LEAST: Final = 500
_WHOLE: Final = 1_000_000


def promise_findings(survey: Survey) -> Iterator[Fault]:
    """Every promise that is broken, and those of which that could not be ruled out."""
    bench, open_ = survey.bench, list[Promise]()
    before, ends = bench.tries, bench.tries + MOST_TRIES
    share = max(_LEAST, MOST_TRIES // 4 // max(1, len(survey.policy.must)))
    for index, promise in enumerate(survey.policy.must):
        if not promise.outcome:
            continue
        left = ends - bench.tries
        tried, proved = _held(index, survey, left, min(share, left)) if left > 0 else (None, False)
        if tried is not None:
            yield _broken(promise, tried, survey)
        elif not proved:
            open_.append(promise)
    if open_:
        yield _tried(open_, bench.tries - before)


def _held(index: int, survey: Survey, left: int, share: int) -> tuple[Tried | None, bool]:
    """A return that breaks a promise, and whether none can; of many cells `share` are tried."""
    bench, score, promise = survey.bench, survey.aims.breaks(index), survey.policy.must[index]
    facts = [leaf.fact for leaf in leaves(promise.when)]
    names = [*facts, *(test.path for test in promise.outcome)]
    names += NAMES.findall(repr([test.bound for test in promise.outcome]))
    days = hangs_on_days(names, survey.plan)
    axes = axes_of(bench, facts_needed(names, survey.plan))
    walk = Walk(bench=bench, axes=axes, days=days, most=min(MOST_CELLS, left))
    if not walk.complete:
        walk.most = share // 2
    walked = (tried for seed in _seeds(survey, walk) for tried in walk.returns(seed))
    found = next((tried for tried in walked if score(tried) == 0), None)
    if found is None and (walk.missed or not walk.complete):
        found = searched(bench, survey.seeds, score, facts)
    exact = all(_exact(test, survey) for test in promise.outcome)
    return found, exact and walk.complete and not (days or walk.missed)


def _seeds(survey: Survey, walk: Walk) -> list[Given]:
    """Where a walk starts: from a test that is not refused, and from the usual for a sample."""
    tried = (survey.bench.tried(seed) for seed in survey.seeds[:-1])
    good = (each.given for each in tried if each and each.draft.verdict.answer != "refuse")
    return [*islice(good, 1), survey.seeds[-1]][: 1 if walk.complete else 2]


def _named(promise: Promise) -> str:
    return f"`{promise.id}` ({promise.clause})" if promise.clause else f"`{promise.id}`"


def _broken(promise: Promise, tried: Tried, survey: Survey) -> Fault:
    test = next(test for broken, test in tried.draft.broken if broken is promise)
    rows = _rows_of(test, tried)
    facts = [leaf.fact for leaf in leaves(promise.when)] + facts_of(*rows)
    sentence = (
        f"{_named(promise)} promises {test.path} {test.written}, but for "
        f"{survey.said(tried.given, dict.fromkeys(facts))} it is "
        f"{_value(test.path, tried, survey)}, by {listed(row.id for row in rows)}."
    )
    return Fault(
        code="promise_broken", source=promise.source, sentence=sentence, example=tried.given
    )


def _rows_of(test: OutcomeTest, tried: Tried) -> list[Row]:
    """The rows that the broken field comes from."""
    part, _, field = test.path.partition(".")
    topics = set(OF_OUTCOME.get(test.path, ())) | {part, field if part == "fees" else part}
    chosen = [
        row.row
        for table, row in tried.draft.chosen
        if topics & {table.table.topic, str(table.part)} and not row.row.built_in
    ]
    overruled = tried.draft.overruled
    if test.path in ("answer", "code") and overruled is not None and overruled.row is not None:
        return [overruled.row.row]
    return chosen or [row.row for _, row in tried.draft.chosen][-1:]


def _value(path: str, tried: Tried, survey: Survey) -> str:
    draft = tried.draft
    if path in ("answer", "code") and draft.overruled is not None:
        return str(getattr(draft.overruled, path))
    value = value_of(path, tried.run, draft)
    if path == "percent" and isinstance(value, int):
        return percent_text(value)
    counted = path.endswith((".days_allowed", ".days_left", ".days_since_open"))
    if isinstance(value, int) and not counted:
        return str(Money(value, survey.policy.currency))
    return str(value) if value is not None else "none"


def _tried(promises: list[Promise], count: int) -> Fault:
    names = ", ".join(_named(each) for each in promises)
    return Fault(
        code="promise_tried",
        source=promises[0].source,
        sentence=f"Of {count:,} returns that were tried none breaks {names}. That is no proof; a "
        "breach that shows later goes to a person.",
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
    if test.path == "base" and test.op is Op.AT_LEAST:
        value = [row.body.of for row in survey.plan.value.rows]
        legs = [row.body.of for table in survey.plan.remedies for row in table.rows]
        return all(_at_most(test.bound, of) for of in (*value, *filter(None, legs)))
    if test.path.startswith("fees.") and test.op is Op.AT_MOST:
        fees = [table for table in survey.plan.fees if f"fees.{table.part}" == test.path]
        bodies = [row.body for table in fees for row in table.rows]
        return all(_never_more(body, test.bound) for body in bodies)
    return False


def _never_more(fee: Fee, bound: object) -> bool:
    return fee.fee is None or (fee.per == "line" and _at_most(fee.fee, bound))


def _at_most(amount: object, bound: object) -> bool:
    """Whether an amount is never more than another, whatever the facts are."""
    if isinstance(amount, Extreme):
        each = [_at_most(part, bound) for part in amount.parts]
        return all(each) if amount.greatest else any(each)
    if isinstance(amount, Bounded) and amount.at_least is None:
        return _at_most(amount.amount, bound) or _at_most(amount.at_most, bound)
    if isinstance(amount, Fixed) and isinstance(bound, Fixed):
        return amount.money.minor <= bound.money.minor
    amount, bound = _as_share(amount), _as_share(bound)
    if isinstance(amount, Percent) and isinstance(bound, Percent):
        return amount.of == bound.of and amount.millionths <= bound.millionths
    return False


def _as_share(amount: object) -> object:
    """A fact as 100% of itself."""
    return Percent(_WHOLE, amount) if isinstance(amount, FromFact) else amount
