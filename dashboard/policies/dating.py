"""Moves the usual dates of a policy's tests out of seasons that the tests are not about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from dashboard.forms import as_day

Change = dict[str, Any]
_NEXT: Final = timedelta(days=1)


def moved(tree: Any, first: str, last: str) -> Iterator[Change]:
    """Yields changes that move the tests' usual dates behind a season, with the same distances.

    `first` and `last` are the season's days. A test with its own order date keeps all its dates.
    """
    tests = tree.get("tests") if isinstance(tree, Mapping) else None
    usual = tests.get("usual") if isinstance(tests, Mapping) else None
    if not isinstance(tests, Mapping) or not isinstance(usual, Mapping):
        return
    ordered = usual.get("ordered")
    if not _is_day(ordered) or not first <= str(ordered) <= last:
        return
    seasons = [(first, last), *_seasons(tree)]
    by = _free(date.fromisoformat(str(ordered)), seasons) - date.fromisoformat(str(ordered))
    days = {name: each for name, each in usual.items() if _is_day(each)}
    for name, each in days.items():
        yield _set(("tests", "usual", name), _later(each, by))
    for place, case in enumerate(_listed(tests.get("cases"))):
        yield from _case(("tests", "cases", str(case.get("name", place))), case, days, by)


def _case(
    at: Sequence[str], case: Any, usual: Mapping[str, str], by: timedelta
) -> Iterator[Change]:
    given = case.get("given") or {}
    if "ordered" in given:
        for name in (each for each in usual if each not in given):
            yield _set((*at, "given", name), usual[name])
        return
    for part in ("given", "expect"):
        found = case.get(part)
        for name, each in found.items() if isinstance(found, Mapping) else ():
            if _is_day(each):
                yield _set((*at, part, name), _later(each, by))


def _seasons(tree: Any) -> Iterator[tuple[str, str]]:
    """Yields the ranges of order dates that the rows of the window are for."""
    deadlines = tree.get("deadlines")
    request = deadlines.get("request") if isinstance(deadlines, Mapping) else None
    for window in (tree.get("window"), request):
        for row in _listed(window.get("rows") if isinstance(window, Mapping) else None):
            when = row.get("when")
            days = when.get("ordered") if isinstance(when, Mapping) else None
            between = days.get("between") if isinstance(days, Mapping) else None
            if isinstance(between, list) and len(between) == 2 and all(map(_is_day, between)):
                yield between[0], between[1]


def _free(day: date, seasons: Sequence[tuple[str, str]]) -> date:
    """Returns the first day, from a day on, that is in no season."""
    while ends := [last for first, last in seasons if first <= day.isoformat() <= last]:
        day = date.fromisoformat(max(ends)) + _NEXT
    return day


def _listed(found: Any) -> list[Any]:
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _is_day(found: Any) -> bool:
    return as_day(found) is not None


def _later(day: str, by: timedelta) -> str:
    return (date.fromisoformat(day) + by).isoformat()


def _set(at: Sequence[str], value: str) -> Change:
    return {"set": {"at": list(at), "value": value}}
