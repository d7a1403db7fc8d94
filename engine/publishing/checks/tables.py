"""Checks tables as a whole: every return has a row, and only one where only one may.

Each is proved, or reported with a decided return that shows it; if neither is known, that is
reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Final

from engine.decision.compiled import AnyTable
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import ALWAYS, Clock, Condition, Promise, Row
from engine.policy.words import ACCEPTED_ALONE
from engine.publishing.checks.context import CheckContext, facts_of
from engine.publishing.checks.search.sampler import Tried, unmet

_MOST_PAIRS: Final = 100
"""The most pairs of rows of one table that are reported to hold together."""


def gap_findings(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports a return for which a table that must be complete has no row."""
    if table.table.optional or any(row.row.when == ALWAYS for row in table.rows):
        return
    rows = [row.row for row in table.rows]

    def nobody(tried: Tried) -> bool:
        return not (tried.evaluation.true | tried.evaluation.maybe) & table.mask and not _away(
            table, tried
        )

    for null, asked in ((False, survey.asked_of_values), (True, survey.asked)):
        answer = asked.whether(asked.where(table.table.topic, [], asked.none_of(rows)[-1]), nobody)
        if not answer.never:
            yield _gap(table, answer.shown, survey, null=null)
            return


def _away(table: AnyTable, tried: Tried) -> bool:
    """Returns whether the table is not evaluated for a return."""
    return table.table.topic in ACCEPTED_ALONE and any(
        s.answer == "refuse" for s in tried.builder.said
    )


def _gap(table: AnyTable, tried: Tried | None, survey: CheckContext, *, null: bool) -> Fault:
    facts = facts_of(*[row.row for row in table.rows])
    says = f"It is not known whether `{table.name}` has a row for every return"
    if tried:
        says = f"`{table.name}` has no row for {survey.said(tried.given, facts)}"
    return Fault(
        code=("gap_on_null" if tried else "not_proved") if null else "gap",
        source=table.table.source,
        sentence=f"{says}; add a row with `otherwise: true`.",
        level=Level.WARNING if null else Level.ERROR,
        example=tried.given if tried else None,
    )


def endless_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports a return that a policy with deadlines accepts however late it is requested."""
    tables = survey.compiled.deadlines
    rows = [row.row for table in tables for row in table.rows]
    if not any(map(_ends_requests, rows)) or any(row.when == ALWAYS for row in rows):
        return
    clocks = reduce(or_, (table.mask for table in tables))

    def endless(tried: Tried) -> bool:
        timed = (tried.evaluation.true | tried.evaluation.maybe) & clocks
        return not timed and all(each.answer == "accept" for each in tried.builder.said)

    asked = survey.asked_of_values
    none = asked.where(tables[0].table.topic, [], asked.none_of(rows)[-1])
    tried = asked.whether(none, endless).shown
    if tried is not None:
        yield Fault(
            code="no_deadline",
            source=tables[0].table.source,
            sentence=(
                f"No deadline ends {survey.said(tried.given, facts_of(*rows))}: it is accepted "
                "however late it is asked for. Add a row with `otherwise: true`; if that is meant, "
                "one with `no_limit: true`."
            ),
            level=Level.WARNING,
            example=tried.given,
        )


def _ends_requests(row: Row) -> bool:
    """Returns whether a row ends the time in which a return may be requested."""
    clock = row.body
    if not isinstance(clock, Clock) or clock.event != "requested":
        return False
    return clock.within is not None or clock.until is not None


def overlap_findings(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports two rows that both apply to a return, though only one may."""
    if table.table.decide != "only_one":
        return
    rows = [row.row for row in table.rows if not row.row.otherwise]
    asked, told = survey.asked, 0
    for at, (other, none) in enumerate(zip(rows, asked.none_of(rows), strict=False)):
        some = tuple(asked.graph.no(each) for each in none)
        if asked.never(asked.where(table.table.topic, [other], some)):
            continue
        for one in rows[:at]:
            if told == _MOST_PAIRS:
                yield _and_more(table)
                return
            fault = _overlap(table, one, other, survey)
            told += fault is not None
            if fault is not None:
                yield fault


def _and_more(table: AnyTable) -> Fault:
    said = f"More rows of `{table.name}` may both apply: the first {_MOST_PAIRS} pairs are listed."
    return Fault(code="config_invalid", source=table.table.source, sentence=said)


def _overlap(table: AnyTable, one: Row, other: Row, survey: CheckContext) -> Fault | None:
    def both(tried: Tried) -> bool:
        held = [row.asked.bit for row in table.rows if row.row in (one, other)]
        return all(tried.evaluation.true >> bit & 1 for bit in held)

    answer = survey.asked.whether(survey.asked.where(table.table.topic, [one, other]), both)
    if answer.never:
        return None
    names = f"`{one.id}` and `{other.id}`"
    tried = answer.shown
    said = f"It is not known whether {names} can both apply to a return"
    if tried:
        said = f"{names} both apply to {survey.said(tried.given, facts_of(one, other))}"
    return Fault(
        code="config_invalid",
        source=other.source,
        sentence=f"{said}, but `{table.name}` decides by `only_one`.",
        example=tried.given if tried else None,
    )


def season_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports two groups that must never hold together, and a return for which they do."""
    groups = survey.policy.groups
    for promise in survey.policy.must:
        if promise.never_both is not None:
            one, other = promise.never_both
            yield from _together(promise, (one, groups[one]), (other, groups[other]), survey)


def _together(
    promise: Promise, one: tuple[str, Condition], other: tuple[str, Condition], survey: CheckContext
) -> Iterator[Fault]:
    both = survey.asked.holds(one[1], other[1])
    missed = unmet(survey.bench, one[1], other[1])
    answer = survey.asked.whether(both, lambda tried: missed(tried) == 0)
    if answer.never:
        return
    facts = dict.fromkeys(leaf.fact for each in (one, other) for leaf in leaves(each[1]))
    tried = answer.shown
    said = f"both hold for {survey.said(tried.given, facts)}" if tried else "may both hold"
    yield Fault(
        code=promise.code or "config_invalid",
        source=promise.source,
        sentence=f"The groups `{one[0]}` and `{other[0]}` {said}, which `{promise.id}` rules out.",
        example=tried.given if tried else None,
    )
