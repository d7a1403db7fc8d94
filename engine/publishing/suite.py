"""Runs the tests embedded in a policy: decides each case and compares it with what it expects.

A test reaches the rows that decide it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Final

from engine.comparing.returns import Given, given_in
from engine.decision.decide import Decider
from engine.decision.record import Decision, ReturnDecision
from engine.errors import PolicyFaults, TakebackError
from engine.policy.editions import PolicyFile
from engine.policy.embedded_tests import NOT_SENT
from engine.policy.faults import Fault, Level, Source
from engine.policy.model import ALWAYS, Case, Policy, Row, Table
from engine.policy.selection import edition_day
from engine.publishing.expectations import differences
from engine.publishing.meaning import meaning_of_file
from engine.stopping import go_on

DeciderOf = Callable[[Policy], Decider]

_TOLD: Final = 3
"""The most differences that the sentence about a failed test names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case that was run; a sentence for each difference in `failures`; wall time in seconds.

    A case of a base has its `source` in the base, and runs for the policy that has its `extends` at
    `extends`.
    """

    name: str
    passed: bool
    failures: tuple[str, ...]
    source: Source
    seconds: float
    decision: Decision | ReturnDecision | None = None
    rows: tuple[str, ...] = ()
    inherited_from: str | None = None
    extends: Source | None = None

    @property
    def fault(self) -> Fault:
        """The failure as a finding about the policy that was tested."""
        more, name = len(self.failures) - _TOLD, self.name[:80]
        why = "; ".join((*self.failures[:_TOLD], *([f"and {more:,} more"] if more > 0 else [])))
        why = why if why.endswith((".", "?", "!")) else f"{why}."
        if not (self.inherited_from and self.extends):
            said = f"The test `{name}` fails: {why}"
            return Fault(code="test_failed", source=self.source, sentence=said)
        said = (
            f"The test `{name}` of the base `{self.inherited_from}` (line {self.source.line}) "
            f"fails here: {why} Mend the change, or say under `inherit` what is expected now."
        )
        return Fault(code="test_failed", source=self.extends, sentence=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteReport:
    """The results of all cases of one policy file."""

    file: str
    cases: tuple[CaseResult, ...]

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case.passed for case in self.cases)

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return len(self.cases) - self.passed


def run_suite(
    file: PolicyFile, *, native: bool, done: Callable[[CaseResult], None] | None = None
) -> SuiteReport:
    """Runs every case; calls `done` with each result. `native` also asks the rule network."""
    results: list[CaseResult] = []
    deciders: dict[str, Decider] = {}  # by digest: cases of one policy share what was compiled
    with ExitStack() as stack:

        def decider(policy: Policy) -> Decider:
            if policy.digest not in deciders:
                made = stack.enter_context(closing(Decider(policy, native=native)))
                deciders[policy.digest] = made
            return deciders[policy.digest]

        for case in file.policy.cases:
            go_on()
            results.append(_run(case, file, decider))
            if done is not None:
                done(results[-1])
    return SuiteReport(file=file.file, cases=tuple(results))


def _run(case: Case, file: PolicyFile, decider: DeciderOf) -> CaseResult:
    began = time.perf_counter()
    decision: Decision | ReturnDecision | None = None
    rows: tuple[str, ...] = ()
    try:
        expect = given_in(case.expect)
        if expect.get("publish") is not None:
            failures = _publishing(case, file, expect)
        else:
            decision = decide_case(case, file, decider)
            failures = differences(expect, decision)
            rows = _rows(decision)
    except PolicyFaults as faults:
        failures = [f"the policy with these edits has faults: {faults.faults[0].sentence}"]
    except TakebackError as error:
        failures = [str(error)]
    return CaseResult(
        name=case.name,
        passed=not failures,
        failures=tuple(failures),
        source=case.source,
        seconds=time.perf_counter() - began,
        decision=decision,
        rows=rows,
        inherited_from=case.inherited_from,
        extends=file.extends_at if case.inherited_from else None,
    )


def decide_case(case: Case, file: PolicyFile, decider: DeciderOf) -> Decision | ReturnDecision:
    """Decides a case under its edits, its agreed values, and the edition of its day."""
    changed = file.with_terms(case.agreed, case.edits) if case.agreed or case.edits else file
    given = given_in(case.given)
    lines = [given_in(line) for line in case.lines]
    policy = changed.on(edition_day({**given, **(lines[0] if lines else {})}, changed.policy))
    if lines:
        return decider(policy).decide_return(*taken_away(given, lines))
    return decider(policy).decide(given)


def taken_away(given: Given, lines: list[Given]) -> tuple[Given, list[Given]]:
    """Gives facts that some line says are `not_sent` to the other lines only."""
    gone = {name for line in lines for name, value in line.items() if value == NOT_SENT}
    own = {name: value for name, value in given.items() if name in gone}
    each = [{**own, **line} for line in lines]
    kept = [{name: value for name, value in line.items() if value != NOT_SENT} for line in each]
    return {name: value for name, value in given.items() if name not in gone}, kept


def _publishing(case: Case, file: PolicyFile, expect: dict[str, object]) -> list[str]:
    wanted = expect["publish"]
    try:
        changed = file.with_terms(case.agreed, case.edits)
        faults = [each for each in meaning_of_file(changed) if each.level is Level.ERROR]
    except PolicyFaults as found:
        faults = list(found.faults)
    got = "refused" if faults else "accepted"
    said = f" ({faults[0].sentence})" if faults else ""
    if wanted != got:
        return [f"publish: expected {wanted}, got {got}{said}"]
    code, codes = expect.get("code"), [fault.code for fault in faults]
    if code is None or code in codes:
        return []
    return [f"code: expected {code}, got {', '.join(codes) or 'none'}{said}"]


def _rows(decision: Decision | ReturnDecision) -> tuple[str, ...]:
    lines = decision.lines if isinstance(decision, ReturnDecision) else ()
    said = [each.row for line in (*lines, decision) for each in line.because]
    return tuple(dict.fromkeys(said))


# --- what the tests reach -------------------------------------------------------------------------


def rows_to_reach(file: PolicyFile) -> dict[str, tuple[Table, Row]]:
    """Returns every row that a test must reach, by its id: the written rows of all editions.

    Built-in rows need no test, nor does a topic whose only row holds for every return.
    """
    tables = [table for edition in file.editions for table in edition.tables()]
    return {
        row.id: (table, row)
        for table in tables
        for row in table.rows
        if not row.built_in and (len(table.rows) > 1 or row.when != ALWAYS)
    }


def rows_without_a_test(file: PolicyFile, report: SuiteReport) -> tuple[Row, ...]:
    """Returns the rows that no test of a report reached, in the order of evaluation."""
    reached = {row for case in report.cases for row in case.rows}
    return tuple(row for name, (_, row) in rows_to_reach(file).items() if name not in reached)
