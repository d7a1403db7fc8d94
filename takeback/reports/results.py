"""The results of a test run, and which rows the tests reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.policy.editions import PolicyFile
from engine.policy.model import Row
from engine.publishing.suite import CaseResult, SuiteReport, rows_to_reach, rows_without_a_test


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results of one policy file; `unreached` are the hand-written rows that no
    test reached.
    """

    report: SuiteReport
    rows: int
    unreached: tuple[Row, ...]

    @property
    def reached(self) -> int:
        """The number of hand-written rows that decided in some test."""
        return self.rows - len(self.unreached)


def results(file: PolicyFile, report: SuiteReport) -> Results:
    """Returns a report with the rows that it reached."""
    unreached = rows_without_a_test(file, report)
    return Results(report=report, rows=len(rows_to_reach(file)), unreached=unreached)


def percent(of: Sequence[Results]) -> float:
    """Returns the percentage of rows that tests reached; 100 if there are no rows."""
    rows = sum(each.rows for each in of)
    return 100 * sum(each.reached for each in of) / rows if rows else 100.0


def as_data(each: Results, shown: Callable[[str], str]) -> dict[str, object]:
    """Returns the results of a file as plain data; `shown` turns references to bases into files."""
    return {
        "file": each.report.file,
        "passed": each.report.passed,
        "failed": each.report.failed,
        "rows": {
            "reached": each.reached,
            "total": each.rows,
            "unreached": [
                {"row": row.id, "file": shown(row.source.file), "line": row.source.line}
                for row in each.unreached
            ],
        },
        "tests": [_case(case, shown) for case in each.report.cases],
    }


def _case(case: CaseResult, shown: Callable[[str], str]) -> dict[str, object]:
    return {
        "name": case.name,
        "passed": case.passed,
        "failures": list(case.failures),
        "file": shown(case.source.file),
        "line": case.source.line,
        "seconds": round(case.seconds, 6),
        "rows": list(case.rows),
    }
