"""Which rows a policy's own tests reach: a test reaches the rows that decide it."""

from __future__ import annotations

from engine.policy.editions import PolicyFile
from engine.policy.model import ALWAYS, Row, Table
from engine.publishing.suite import SuiteReport


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
