"""Compares the last day that a clock states with the day from which the policy refuses.

A clock states its last day in every decision. If a row refuses that very day as late, or still
accepts the day after and refuses the next, either the clock or the row is off by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from engine.dates import day_text
from engine.policy.conditions import leaves
from engine.policy.faults import Fault
from engine.policy.model import Row
from engine.publishing.checks.context import CheckContext
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.search.values import Given

_MOST_SEEDS: Final = 20
_NEAR: Final = (-2, -1, 0, 1, 2, 3)


class _Off(NamedTuple):
    """A row that begins to refuse on the wrong day: `turns` is the last day that it lets pass."""

    row: Row
    tried: Tried
    part: str
    last: int
    turns: int


def day_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports every row that refuses for lateness on another day than its clock states."""
    told: set[str] = set()
    for seed in survey.seeds[:_MOST_SEEDS]:
        tried = survey.bench.tried(seed)
        for part in tried.builder.standings if tried else ():
            found = _off_by_one(seed, part, survey)
            if found is not None and found.row.id not in told:
                told.add(found.row.id)
                yield _finding(found, survey)


def _off_by_one(seed: Given, part: str, survey: CheckContext) -> _Off | None:
    """Returns a row that begins to refuse a day or two before or after the last day of a clock."""
    start = survey.bench.tried(seed)
    standing = start.builder.standings[part][1] if start else None
    if standing is None or standing.last_day is None or standing.last_moment is not None:
        return None
    last, event = standing.last_day, standing.clock.event
    line = [survey.bench.tried({**seed, event: day_text(last + step)}) for step in _NEAR]
    for step, (today, tomorrow) in zip(_NEAR, pairwise(line), strict=False):
        if step == 0 or today is None or tomorrow is None or _is_refused(today):
            continue
        row = _refuses(part, standing.start_fact, tomorrow)
        same = _last_day(part, today) == last == _last_day(part, tomorrow)
        if row is not None and same and not _ends_then(last + step, part, today):
            return _Off(row, tomorrow if step < 0 else today, part, last, last + step)
    return None


def _last_day(part: str, tried: Tried) -> int | None:
    standing = tried.builder.standings[part][1]
    return standing.last_day if standing else None


def _is_refused(tried: Tried) -> bool:
    return tried.builder.verdict.answer == "refuse"


def _refuses(part: str, start: str | None, tried: Tried) -> Row | None:
    """Returns the row that refuses a return by the days of a clock."""
    row = tried.builder.verdict.row
    if not _is_refused(tried) or row is None or row.built_in:
        return None
    asked = {leaf.fact for leaf in leaves(row.when)}
    days = {f"{part}.days_left", f"{part}.last_day", f"{part}.state", f"days_since.{start}"}
    return row if asked & days else None


def _ends_then(day: int, part: str, tried: Tried) -> bool:
    """Returns whether another clock has its last day there, which would explain it."""
    others = (pair[1] for name, pair in tried.builder.standings.items() if name != part)
    return any(standing is not None and standing.last_day == day for standing in others)


def _finding(off: _Off, survey: CheckContext) -> Fault:
    last = day_text(off.last)
    what = "is refused already" if off.turns < off.last else "is still accepted"
    said = survey.said(off.tried.given, ("ordered", "delivered", "requested"))
    sentence = (
        f"`{off.row.id}` is off by one: the last day of `{off.part}` is {last}, but {said} "
        f"{what}. Test the clock itself, as in `{off.part}: late`."
    )
    return survey.of_row("off_by_one", off.row, sentence, off.tried)
