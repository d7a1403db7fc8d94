"""Tables as a whole: every return has a row, and only one where only one may be.

A gap is told by a return that was decided and found no row. Where boxes leave one that no return
could be made of, the table is not complete for all that is known, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.decision.plan import AnyTable
from engine.policy.faults import Fault, Level
from engine.policy.model import ALWAYS, Condition, Promise, Row
from engine.publishing.checks.rows import not_proved
from engine.publishing.checks.space.boxes import Box, TooMuch
from engine.publishing.checks.survey import Survey, facts_of

_MOST_SHOWN = 12
"""Boxes from which an example is looked for."""


def gap_findings(table: AnyTable, survey: Survey) -> Iterator[Fault]:
    """A return for which a table that must be complete has no row."""
    if table.table.optional or any(row.row.when == ALWAYS for row in table.rows):
        return
    for null in (False, True):
        try:
            left = _left(table, survey, null=null)
        except TooMuch:
            sentence = (
                f"`{table.name}` has more cases than can be checked; "
                "add a row with `otherwise: true`."
            )
            yield Fault(code="gap", source=table.table.source, sentence=sentence)
            return
        if left:
            yield _gap(table, left, survey, null=null)
            return


def _left(table: AnyTable, survey: Survey, *, null: bool) -> list[Box]:
    """The boxes that no row takes; a row that may hold for an unknown fact takes it."""
    space = survey.space(table, null=null)
    left: list[Box] = [{}]
    for row in table.rows:
        left = space.minus_all(left, space.boxes(row.row.when, maybe=True))
    return left


def _gap(table: AnyTable, left: list[Box], survey: Survey, *, null: bool) -> Fault:
    rows = [row.row for row in table.rows]
    score = survey.aims.nobody(table, null=null)
    tried = survey.example(score, left[:_MOST_SHOWN], facts_of(*rows))
    said = survey.said(tried.given, facts_of(*rows)) if tried else survey.in_words(left[0])
    what = "has no row" if tried else "is not provably complete: it has no row"
    sentence = f"`{table.name}` {what} for {said}; add a row with `otherwise: true`."
    return Fault(
        code="gap_on_null" if null else "gap",
        source=table.table.source,
        sentence=sentence,
        level=Level.WARNING if null else Level.ERROR,
        example=tried.given if tried else None,
    )


def overlap_findings(table: AnyTable, survey: Survey) -> Iterator[Fault]:
    """Two rows that both apply to a return, though only one may."""
    if table.table.decide != "only_one":
        return
    space = survey.space(table)
    rows = [row for row in table.rows if not row.row.otherwise]
    try:
        boxes = {row.row.id: space.boxes(row.row.when) for row in rows}
        for one, other in combinations(rows, 2):
            pairs = [(a, b) for a in boxes[one.row.id] for b in boxes[other.row.id]]
            met = [box for a, b in pairs if (box := space.meet(a, b)) is not None]
            if met:
                tried = survey.example(survey.aims.holds(one, other), met[:4])
                said = _met(met, [one.row, other.row], tried.given if tried else None, survey)
                sentence = (
                    f"`{one.row.id}` and `{other.row.id}` both apply to {said}, but "
                    f"`{table.name}` decides by `only_one`."
                )
                yield Fault(
                    code="config_invalid",
                    source=other.row.source,
                    sentence=sentence,
                    example=tried.given if tried else None,
                )
    except TooMuch:
        yield not_proved(table, "that only one row applies")


def _met(met: list[Box], rows: list[Row], given: object, survey: Survey) -> str:
    if isinstance(given, dict):
        return survey.said(given, facts_of(*rows))
    return survey.in_words(met[0])


def season_findings(survey: Survey) -> Iterator[Fault]:
    """Two groups that must never hold together, and a return for which they do."""
    groups = survey.policy.groups
    for promise in survey.policy.must:
        if promise.never_both is not None:
            one, other = promise.never_both
            yield from _together(promise, (one, groups[one]), (other, groups[other]), survey)


def _together(
    promise: Promise, one: tuple[str, Condition], other: tuple[str, Condition], survey: Survey
) -> Iterator[Fault]:
    space = survey.space_of("must", [])
    pairs = [(a, b) for a in space.boxes(one[1]) for b in space.boxes(other[1])]
    met = [box for a, b in pairs if (box := space.meet(a, b)) is not None]
    if not met:
        return
    tried = survey.example(survey.aims.meets(one[1], other[1]), met[:4])
    keys = list(met[0])
    said = survey.said(tried.given, keys) if tried else survey.in_words(met[0])
    yield Fault(
        code=promise.code or "config_invalid",
        source=promise.source,
        sentence=f"The groups `{one[0]}` and `{other[0]}` both hold for {said}, "
        f"which `{promise.id}` rules out.",
        example=tried.given if tried else None,
    )
