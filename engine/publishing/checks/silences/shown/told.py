"""Finds codes and defaults of deadlines that are never used, since another row answers instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.decision.compiled import AnyRow, AnyTable
from engine.policy.conditions import leaves
from engine.policy.model import Clock
from engine.policy.readers.choices import FROM_DEADLINE
from engine.publishing.checks.context import CheckContext
from engine.publishing.checks.search.sampler import Tried, searched
from engine.publishing.checks.silences.shown.states import (
    MOST_TRIES,
    SAYS,
    asks,
    dates_of,
    far_from,
)
from engine.publishing.checks.silences.written import Kind, Silence, Written

_ACCEPTS: Final = ("accept", "settle")


def told_silences(survey: CheckContext, rows: Mapping[str, Written]) -> Iterator[Silence]:
    """Reports what clocks say of being late, early or silent, if all rows that test it differ."""
    for table in survey.tables_of("deadlines"):
        for state in SAYS:
            yield from _not_told(table, state, survey, rows)


def _not_told(
    table: AnyTable, state: str, survey: CheckContext, rows: Mapping[str, Written]
) -> Iterator[Silence]:
    key = SAYS[state]
    (eligibility,) = survey.tables_of("eligibility")
    answers = [
        row
        for row in eligibility.rows
        if any(asks(leaf, table.part, state) for leaf in leaves(row.row.when))
    ]
    if not answers or any(row.row.built_in or row.row.code == FROM_DEADLINE for row in answers):
        return
    for clock in table.rows:
        written = rows.get(clock.row.id)
        if written is None or not isinstance(clock.body, Clock) or clock.body.readings:
            continue
        said = getattr(clock.body, key)
        if written.place(key) is None or said == "go_on" or _agrees(key, said, answers):
            continue
        tried = _decided(clock, table.part, state, answers, survey)
        if tried is not None:
            yield _unheard(written, key, said, tried, rows)


def _agrees(key: str, said: str, answers: list[AnyRow]) -> bool:
    if key == "if_silent":
        answer = "accept" if said in _ACCEPTS else "refuse"
        return any(getattr(row.body, "answer", "") == answer for row in answers)
    return any(row.row.code == said for row in answers)


def _decided(
    clock: AnyRow, part: str, state: str, answers: list[AnyRow], survey: CheckContext
) -> Tried | None:
    def score(tried: Tried) -> int:
        far = far_from(tried, part, state)
        row = tried.builder.verdict.row
        ours = tried.builder.standings.get(part, (None, None))[0] is clock
        heard = row is not None and any(row is each.row for each in answers)
        return far if far >= 9 else far + 2 * (not ours) + (not heard)

    return searched(survey.bench, survey.seeds, score, dates_of(part, survey), most=MOST_TRIES)


def _unheard(
    written: Written, key: str, said: str, tried: Tried, rows: Mapping[str, Written]
) -> Silence:
    row, place = tried.builder.verdict.row, written.place(key) or written.own
    other = rows[row.id] if row is not None else written
    answer, code = other.text("answer"), other.text("code") or "a code of its own"
    refuses = answer == "refuse"
    return Silence(
        key=key,
        place=other.own,
        row=written.row,
        at=place.key_source(key),
        kind=Kind.NOT_AS_WRITTEN,
        says=f"`{written.row.id}`: `{key}: {said}` is not heeded: `{other.row.id}` answers "
        f"`{answer}` with `{code}`.",
        put={"code": FROM_DEADLINE} if refuses else {},
        advice=""
        if refuses
        else f"Leave `{key}` out, or let `{other.row.id}` answer `refuse` with `code: "
        "from_deadline`.",
        example=tried,
    )
