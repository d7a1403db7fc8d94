"""Checks the text of a policy for its author: everything found before a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters import reading
from adapters.reading import FILE
from engine.errors import PolicyFaults
from engine.policy.editions import FindBase, PolicyFile, load
from engine.policy.faults import Fault, Level
from engine.policy.rewriting import TextEdit
from engine.publishing.checks.context import CheckContext
from engine.publishing.comparison import comparison_faults
from engine.publishing.differences import difference_findings
from engine.publishing.facts import owner_findings, unsent_findings
from engine.publishing.meaning import dead_rows, meaning_under_terms, surveys_of, too_wide, tried_of
from engine.publishing.structure import lost_findings, structure_faults
from engine.publishing.suite import CaseResult, SuiteReport, rows_to_reach, run_suite
from engine.publishing.untested import Suggested, suggested_tests
from engine.stopping import ChecksStopped, Past, go_on, stopping
from services.policies.fixes import fix_of
from services.policies.sentences import Topic, topics_of

FOR_FIXES: Final = 0.1
"""The share of that time that the checks leave for finding fixes."""
MOST_FINDINGS: Final = 200
READING, TOPICS, FIXES = "reading", "rows in words", "fixes"
"""What is left out for lack of time, beside the checks themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding and the edit that fixes it, if one is known."""

    fault: Fault
    fix: TextEdit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A row and the tests that reach it."""

    row: str
    topic: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of checking a text; `left_out` names the checks that the deadline stopped.

    `file` is None if the text cannot be read as a policy.
    """

    file: PolicyFile | None
    findings: tuple[Finding, ...]
    topics: tuple[Topic, ...] = ()
    tests: tuple[CaseResult, ...] = ()
    coverage: tuple[Reached, ...] = ()
    suggested: tuple[Suggested, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """The findings so far and the intermediate results that the checks of one file share."""

    file: PolicyFile
    found: list[Fault] = field(default_factory=list)
    report: SuiteReport | None = None
    surveys: tuple[CheckContext, ...] = ()
    suggested: list[Suggested] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def check(
    text: str,
    find: FindBase,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Checked:
    """Returns every finding, every row in words and every test of a text, within `seconds`.

    For a text that is no policy, only its faults are returned. Never uses the rule network.
    """
    seconds = reading.SECONDS if seconds is None else seconds
    until, spared = clock() + seconds, seconds * FOR_FIXES
    with stopping(lambda: clock() > until):
        try:
            file = load(text, FILE, find)
        except ChecksStopped:
            return Checked(file=None, findings=(), left_out=(READING,))
        except PolicyFaults as error:
            findings, left_out = _findings(error.faults, text)
            return Checked(file=None, findings=findings, left_out=left_out)
        return _checked(file, text, lambda: clock() > until - spared)


def _checked(file: PolicyFile, text: str, past: Past) -> Checked:
    """Runs all checks of a file; they stop once `past` returns true."""
    work, topics = _Work(file), tuple[Topic, ...]()
    try:
        topics = topics_of(file)
    except ChecksStopped:
        work.left_out.append(TOPICS)
    with stopping(past):
        for name, step in _STEPS:
            _taken(name, step, work)
    findings, without_fixes = _findings(work.found, text)
    return Checked(
        file=file,
        findings=findings,
        topics=topics,
        tests=work.report.cases if work.report else (),
        coverage=tuple(_coverage(file, work.report)) if work.report else (),
        suggested=tuple(work.suggested),
        left_out=(*work.left_out, *without_fixes),
    )


def _taken(name: str, step: Callable[[_Work], Iterable[Fault]], work: _Work) -> None:
    try:
        go_on()
        work.found += step(work)
    except ChecksStopped:
        work.left_out.append(name)


def _findings(faults: Iterable[Fault], text: str) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Sorts the findings, worst first, and adds fixes as long as there is time."""
    levels = list(Level)
    found = sorted(dict.fromkeys(faults), key=lambda each: levels.index(each.level))
    made: list[Finding] = []
    try:
        for each in found[:MOST_FINDINGS]:
            go_on()
            made.append(Finding(fault=each, fix=fix_of(each, text, FILE)))
    except ChecksStopped:
        rest = found[len(made) : MOST_FINDINGS]
        return (*made, *(Finding(fault=each, fix=None) for each in rest)), (FIXES,)
    return tuple(made), ()


def _coverage(file: PolicyFile, report: SuiteReport) -> Iterator[Reached]:
    for row, (table, _) in rows_to_reach(file).items():
        tests = tuple(case.name for case in report.cases if row in case.rows)
        yield Reached(row=row, topic=table.name, tests=tests)


# --- steps ----------------------------------------------------------------------------------------


def _tests(work: _Work) -> Sequence[Fault]:
    work.report = run_suite(work.file, native=False)
    return [case.fault for case in work.report.cases if not case.passed]


def _meaning(work: _Work) -> Sequence[Fault]:
    if wide := too_wide(*work.file.editions):
        return wide
    surveys = surveys_of(*work.file.editions)
    found = meaning_under_terms(work.file, surveys)
    work.surveys = surveys
    return found


def _untested(work: _Work) -> Sequence[Fault]:
    if work.report is None or not work.surveys:
        return ()
    dead = dead_rows(work.found, work.surveys)
    found: list[Fault] = []
    for suggested in suggested_tests(work.file, work.report, work.surveys, dead):
        work.suggested += [suggested] if suggested.case else []
        found.append(suggested.finding)
    return found


_STEPS: Final[tuple[tuple[str, Callable[[_Work], Iterable[Fault]]], ...]] = (
    ("structure", lambda work: structure_faults(work.file)),
    ("what is lost", lambda work: lost_findings(work.file)),
    ("tests", _tests),
    ("rows against each other", _meaning),
    ("rows without a test", _untested),
    ("returns that were tried", lambda work: tried_of(work.surveys)),
    ("what differs from the base", lambda work: difference_findings(work.file, work.surveys)),
    ("owners", lambda work: owner_findings(work.file)),
    ("what is not sent", lambda work: unsent_findings(work.file)),
    ("comparison", lambda work: comparison_faults(work.file)),
)
"""Cheap and informative checks first; each one that was stopped is named."""
