"""Finds rows that no test of the policy reaches, each with a test that would, ready to paste.

The test was decided: it expects what the policy gives today, for its author to confirm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, count
from typing import Final

from engine.comparing.returns import given_in
from engine.decision.record import Decision
from engine.meaning.graph import Node
from engine.policy.editions import PolicyFile
from engine.policy.embedded_tests import NOT_SENT
from engine.policy.faults import Fault
from engine.policy.model import Row
from engine.policy.text import Map, parse
from engine.publishing.checks.context import AnyRow, CheckContext
from engine.publishing.checks.search.sampler import Tried, changed, searched, unmet
from engine.publishing.checks.search.values import GONE, Given
from engine.publishing.suite import SuiteReport, rows_without_a_test

MOST_TRIES: Final = 30_000
"""The most returns that are tried in all to reach the rows of one file."""

MOST_NEAR: Final = 300
"""The most returns that are tried near those for which a row holds, before giving up."""

LIFE: Final = ("ordered", "invoiced", "shipped", "delivered", "requested")
"""The order of dates in the life of a return."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .+:/%-]*[A-Za-z0-9_%]|[A-Za-z0-9_]")
_LONGEST: Final = 800
_UNSURE: Final = ("true", "false", "null", "yes", "no", "on", "off", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A row that no test reaches, and a test that would; `case` is None if none was found."""

    row: str
    finding: Fault
    case: dict[str, object] | None


def untested_findings(
    file: PolicyFile, report: SuiteReport, surveys: Sequence[CheckContext], dead: frozenset[str]
) -> Iterator[Fault]:
    """Returns a finding for each row without a test; skips `dead` rows, which can have none."""
    return (each.finding for each in suggested_tests(file, report, surveys, dead))


def suggested_tests(
    file: PolicyFile, report: SuiteReport, surveys: Sequence[CheckContext], dead: frozenset[str]
) -> Iterator[Suggested]:
    """Yields the same rows with their tests as data, ready to be added to `cases`."""
    usual, left = _usual(file), MOST_TRIES
    taken = {case.name for edition in file.editions for case in edition.cases}
    for row in rows_without_a_test(file, report):
        if row.id in dead:
            continue
        having = [each for each in surveys if row.id in {own.id for own in each.policy.rows}]
        before = sum(survey.bench.tries for survey in having)
        found = _reached(row, having, usual) if left > 0 else None
        left -= sum(survey.bench.tries for survey in having) - before
        case = case_of(row.id, found[0].given, usual, found[1], taken) if found else None
        finding = _finding(row, found[0] if found else None, having[0], case)
        yield Suggested(row=row.id, finding=finding, case=case)


def _reached(
    row: Row, surveys: Sequence[CheckContext], usual: Given
) -> tuple[Tried, Decision] | None:
    """Finds a return that the row decides, as near to usual facts as possible."""
    places = (
        (survey, own, where)
        for survey in surveys
        for table in survey.tables()
        if any(own.row.id == row.id for own in table.rows)
        for own, where in zip(table.rows, survey.free(table), strict=True)
        if own.row.id == row.id
    )
    for survey, own, where in places:
        shown = _shown(own, where, usual, survey)
        tried = _nearer(shown, usual, survey, own) if shown else None
        decision = survey.bench.decider.decide(tried.given) if tried else None
        if tried and decision and row.id in {said.row for said in decision.because}:
            return tried, decision
    return None


def _shown(own: AnyRow, where: Node, usual: Given, survey: CheckContext) -> Tried | None:
    """Finds a return that the row decides: one for which it holds, or one near those.

    If the longest or the highest of several rows is taken, which one that is depends on days and
    amounts, which `where` does not tell.
    """
    missed: list[Given] = []
    holds = unmet(survey.bench, own.row.when)

    def shows(tried: Tried) -> bool:
        missed.append(tried.given)
        return tried.took(own)

    def far(tried: Tried) -> int:
        shown = tried.took(own) and not tried.evaluation.undecided
        return 0 if shown else 1 + holds(tried)

    found = survey.asked.whether(where, shows).shown
    turned = (changed(each, days) for each in missed for days in _turns(each, usual))
    return found or searched(survey.bench, (*turned, *missed), far, LIFE, most=MOST_NEAR)


def _nearer(tried: Tried, usual: Given, survey: CheckContext, own: AnyRow) -> Tried:
    """Returns the return with every fact set to its usual value that need not differ.

    A fact that must differ is `null` only if the row decides for no other value.
    """
    tried = _in_turn(tried, usual, survey, own)
    names = sorted({*usual, *tried.given})
    changes: list[Given] = [{name: usual.get(name, GONE) for name in survey.bench.dates}]
    changes += [{name: []} for name in names if isinstance(tried.given.get(name), list)]
    changes += [{name: usual.get(name, GONE)} for name in names]
    for change in changes:
        tried = _changed(tried, change, survey, own) or tried
    for name in names:
        for word in [each for each in _words(tried.given, name) if each not in _words(usual, name)]:
            left = [each for each in _words(tried.given, name) if each != word]
            tried = _changed(tried, {name: left}, survey, own) or tried
    for name in (name for name, value in tried.given.items() if value is None):
        values = survey.bench.values.of(survey.policy.facts[name])
        found = (_changed(tried, {name: value}, survey, own) for value in values)
        tried = next(filter(None, found), tried)
    return tried


def _words(given: Given, name: str) -> list[object]:
    said = given.get(name)
    return said if isinstance(said, list) else []


def _changed(tried: Tried, change: Given, survey: CheckContext, own: AnyRow) -> Tried | None:
    """Returns the return with a change, if it is one, the row decides it, and no day is worse."""
    if all(tried.given.get(name, GONE) == value for name, value in change.items()):
        return None
    other = survey.bench.tried(changed(tried.given, change))
    if other is None or other.evaluation.undecided or not other.took(own):
        return None
    return other if _follow(other.given) or not _follow(tried.given) else None


def _in_turn(tried: Tried, usual: Given, survey: CheckContext, own: AnyRow) -> Tried:
    """Returns the return with its days in natural order, if the row decides such a one, too."""
    turns = () if _follow(tried.given) else _turns(tried.given, usual)
    found = (_changed(tried, change, survey, own) for change in turns)
    return next(filter(None, found), tried)


def _days(given: Given) -> dict[str, date]:
    said = {name: given[name] for name in LIFE if isinstance(given.get(name), str)}
    return {name: date.fromisoformat(str(each)[:10]) for name, each in said.items()}


def _follow(given: Given) -> bool:
    """Returns whether the dates of a return are in natural order."""
    days = list(_days(given).values())
    return days == sorted(days)


def _turns(given: Given, usual: Given) -> Iterator[Given]:
    """Yields days in natural order: usual distances from one that stays, or forced into order."""
    days, apart = _days(given), _days(usual)
    for stays in (name for name in days if name in apart):
        by = days[stays] - apart[stays]
        yield {name: str(apart.get(name, days[stays] - by) + by) for name in days}
    found = list(days)
    yield dict(zip(found, map(str, accumulate(days.values(), max)), strict=True))
    back = [*accumulate(reversed(days.values()), min)]
    yield dict(zip(found, map(str, reversed(back)), strict=True))


def _finding(
    row: Row, tried: Tried | None, survey: CheckContext, case: dict[str, object] | None
) -> Fault:
    more = (
        "No return was found that does among those that were tried, and whether there is one is "
        "not known: write a test of a return that it is meant for, or take the row out."
    )
    if case is not None:
        written = _flow(case)
        cut = f"{written[:_LONGEST]}…" if len(written) > _LONGEST else written
        more = f"This test does: `{cut}`."
    return survey.of_row("row_untested", row, f"No test reaches `{row.id}`. {more}", tried)


# --- the test as it is written --------------------------------------------------------------------


def case_of(
    row: str, given: Given, usual: Given, decision: Decision, taken: set[str]
) -> dict[str, object]:
    """Returns a test case as data, with what differs from the usual facts, under a free name."""
    changes = {name: value for name, value in given.items() if usual.get(name) != value}
    changes |= {name: NOT_SENT for name in usual if name not in given}
    code = {} if decision.answer == "accept" else {"code": decision.code}
    names = (f"{row} decides{f' {number}' if number > 1 else ''}" for number in count(1))
    return {
        "name": next(each for each in names if each not in taken),
        **({"given": changes} if changes else {}),
        "expect": {"answer": decision.answer, **code, "decided_by": row},
    }


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool | int) or value is None:
        return json.dumps(value)
    text = str(value)
    plain = _PLAIN.fullmatch(text) and ": " not in text and text.lower() not in _UNSURE
    return text if plain and not text.isdecimal() else json.dumps(text, ensure_ascii=False)


def _usual(file: PolicyFile) -> Given:
    """Returns the facts under `usual` of the file's own tests."""
    tests = parse(file.text, file.file).get("tests")
    usual = tests.get("usual") if isinstance(tests, Map) else None
    given = given_in(usual) if isinstance(usual, Map) else {}
    return {name: value for name, value in given.items() if value != NOT_SENT}
