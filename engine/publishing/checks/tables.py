"""Checks tables as a whole: every return has a row, and only one where only one may.

Each is proved, or reported with a decided return that shows it; if neither is known, that is
reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import ALWAYS, Clock, Promise, Row
from engine.policy.words import ACCEPTED_ALONE
from engine.publishing.checks.context import AnyTable, CheckContext, facts_of
from engine.publishing.checks.search.sampler import Tried, unmet

_MOST_PAIRS: Final = 100
"""The most pairs of rows of one table that are reported to hold together."""


def gap_findings(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports a return for which a table that must be complete has no row."""
    if table.table.optional or any(row.row.when == ALWAYS for row in table.rows):
        return
    rows = [row.row for row in table.rows]

    def nobody(tried: Tried) -> bool:
        refused = any(each.answer == "refuse" for each in tried.builder.said)
        away = table.table.topic in ACCEPTED_ALONE and refused
        return not (tried.evaluation.true | tried.evaluation.maybe) & table.mask and not away

    def says(tried: Tried) -> str:
        said = survey.said(tried.given, facts_of(*rows))
        return f"`{table.name}` has no row for {said}; add a row with `otherwise: true`."

    unknown = (
        f"It is not known whether `{table.name}` has a row for every return; add a row with "
        "`otherwise: true`."
    )
    for asked, level in ((survey.asked_of_values, Level.ERROR), (survey.asked, Level.WARNING)):
        answer = asked.whether(asked.where(table.table.topic, [], asked.none_of(rows)[-1]), nobody)
        if not answer.never:
            null = "gap_on_null" if answer.shown else "not_proved"
            code, source = "gap" if level is Level.ERROR else null, table.table.source
            yield from survey.of_answer(
                answer, says, unknown, code=code, source=source, level=level
            )
            return


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

    def says(tried: Tried) -> str:
        return (
            f"No deadline ends {survey.said(tried.given, facts_of(*rows))}: it is accepted however "
            "late it is asked for. Add a row with `otherwise: true`; if that is meant, one with "
            "`no_limit: true`."
        )

    asked, topic, source = survey.asked_of_values, tables[0].table.topic, tables[0].table.source
    answer = asked.whether(asked.where(topic, [], asked.none_of(rows)[-1]), endless)
    yield from survey.of_answer(
        answer, says, code="no_deadline", source=source, level=Level.WARNING
    )


def _ends_requests(row: Row) -> bool:
    """Returns whether a row ends the time in which a return may be requested."""
    clock = row.body
    if not isinstance(clock, Clock) or clock.event != "requested":
        return False
    return clock.within is not None or clock.until is not None


def overlap_findings(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports two rows that both apply to a return, though only one may."""
    told = 0
    for one, other in _pairs(table, survey) if table.table.decide == "only_one" else ():
        if told == _MOST_PAIRS:
            said = f"More rows of `{table.name}` may both apply: the first {told} pairs are listed."
            yield Fault(code="config_invalid", source=table.table.source, sentence=said)
            return
        for fault in _overlap(table, one, other, survey):
            told += 1
            yield fault


def _pairs(table: AnyTable, survey: CheckContext) -> Iterator[tuple[Row, Row]]:
    """Yields two rows of which the later one holds where some earlier one does."""
    rows, asked = [row.row for row in table.rows if not row.row.otherwise], survey.asked
    for at, (other, none) in enumerate(zip(rows, asked.none_of(rows), strict=False)):
        some = tuple(asked.graph.no(each) for each in none)
        if not asked.never(asked.where(table.table.topic, [other], some)):
            yield from ((one, other) for one in rows[:at])


def _overlap(table: AnyTable, one: Row, other: Row, survey: CheckContext) -> Iterator[Fault]:
    names, only = f"`{one.id}` and `{other.id}`", f"but `{table.name}` decides by `only_one`."
    held = [row.asked.bit for row in table.rows if row.row in (one, other)]

    def both(tried: Tried) -> bool:
        return all(tried.evaluation.true >> bit & 1 for bit in held)

    yield from survey.of_answer(
        survey.asked.whether(survey.asked.where(table.table.topic, [one, other]), both),
        lambda tried: (
            f"{names} both apply to {survey.said(tried.given, facts_of(one, other))}, {only}"
        ),
        f"It is not known whether {names} can both apply to a return, {only}",
        code="config_invalid",
        source=other.source,
    )


def season_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports two groups that must never hold together, and a return for which they do."""
    for promise in survey.policy.must:
        if promise.never_both is not None:
            yield from _together(promise, *promise.never_both, survey)


def _together(promise: Promise, one: str, other: str, survey: CheckContext) -> Iterator[Fault]:
    both = survey.policy.groups[one], survey.policy.groups[other]
    missed = unmet(survey.bench, *both)
    facts = dict.fromkeys(leaf.fact for each in both for leaf in leaves(each))
    groups, ruled_out = f"The groups `{one}` and `{other}`", f"which `{promise.id}` rules out."
    yield from survey.of_answer(
        survey.asked.whether(survey.asked.holds(*both), lambda tried: missed(tried) == 0),
        lambda tried: f"{groups} both hold for {survey.said(tried.given, facts)}, {ruled_out}",
        f"{groups} may both hold, {ruled_out}",
        code=promise.code or "config_invalid",
        source=promise.source,
    )
