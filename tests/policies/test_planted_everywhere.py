"""A fault of every kind of check, planted in every policy that comes with Takeback, is found.

What is planted is an edit, as a test of the policy may make one; what shows it is decided.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.policy.model import Case, Table
from engine.policy.text import Items, Map, parse, to_data
from engine.publishing.checks.context import CheckContext
from engine.publishing.checks.rows import row_findings
from engine.publishing.checks.tables import gap_findings
from engine.publishing.meaning import in_every_edition, surveys_of, tried_of
from tests.policies.judged import FILES, base, decided, in_force, name

ROOTS = [path for path in FILES if "\nextends:" not in path.read_text("utf-8")]
ALWAYS = "any_of: [{quantity: known}, {quantity: unknown}]"
NEVER = "quantity: {over: 3, under: 2}"


@lru_cache
def loaded(path: Path) -> PolicyFile:
    return load(path.read_text("utf-8"), name(path), base)


def edited(path: Path, *edits: str) -> PolicyFile:
    text = "edits:\n" + "".join(f"  - {each}\n" for each in edits)
    node = parse(text, "edits.yaml").entries["edits"]
    assert isinstance(node, Items)
    return loaded(path).with_terms(
        None, tuple(each for each in node.items if isinstance(each, Map))
    )


def found(file: PolicyFile, *codes: str) -> list[Fault]:
    surveys = surveys_of(*file.editions)
    tables = [list(_of_tables(survey)) for survey in surveys]
    return [each for each in in_every_edition(surveys, tables) if each.code in codes]


def _of_tables(survey: CheckContext) -> Iterator[Fault]:
    for table in survey.tables():
        yield from gap_findings(table, survey)
        yield from row_findings(table, survey)


def promised(file: PolicyFile) -> list[Fault]:
    """What is said of the promise that was planted."""
    told = tried_of(surveys_of(*file.editions))
    return [each for each in told if "M-PLANTED" in each.sentence]


def cases(path: Path) -> Iterator[Case]:
    """The tests of one line that are decided as the policy stands."""
    for case in loaded(path).policy.cases:
        if not (case.lines or case.edits or case.agreed):
            yield case


@pytest.mark.parametrize("path", ROOTS, ids=name)
def test_a_promise_that_a_return_breaks_is_told_with_one(path: Path) -> None:
    answers = {
        to_data(case.expect.entries["answer"])
        for case in cases(path)
        if "answer" in case.expect.entries
    }
    for answer in sorted(map(str, answers & {"accept", "refuse"})):
        must = f"{{id: M-PLANTED, outcome: {{answer: {{not: {answer}}}}}}}"
        planted = edited(path, f"{{add: {must}, into: must}}")
        (fault,) = promised(planted)
        assert fault.code == "promise_broken"
        decision = decided(in_force(planted, fault.example), fault.example)
        assert decision.answer not in ("accept", "refuse")


@pytest.mark.parametrize("path", ROOTS, ids=name)
def test_a_promise_that_no_return_breaks_is_proven(path: Path) -> None:
    currency = loaded(path).policy.currency
    must = f"{{id: M-PLANTED, outcome: {{fees: {{at_least: {currency} 0}}}}}}"
    planted = edited(path, f"{{add: {must}, into: must}}")

    assert promised(planted) == []


def tables(path: Path) -> Iterator[tuple[Table, str, str]]:
    """Tables of several rows in which the first is taken, where they stand, and their first row."""
    for table in loaded(path).policy.tables():
        rows = [row.id for row in table.rows if not row.built_in]
        if len(rows) > 1 and table.decide == "first" and table.topic not in ("demands", "limits"):
            where = f"{table.topic}.{table.part}" if table.part else table.topic
            yield table, where, rows[0]


def planted_rows(path: Path, when: str) -> Iterator[tuple[PolicyFile, str, str]]:
    """Each table with a copy of its first row, under another condition, before or after it."""
    for _, where, row in tables(path):
        try:
            like = edited(path, f"{{set: {where}.{row}.when, to: {{{when}}}}}")
        except PolicyFaults:
            continue  # the only row that may have no condition, or a place with none
        yield like, where, row


@pytest.mark.parametrize("path", ROOTS, ids=name)
def test_a_row_that_never_holds_is_told_and_decides_no_test(path: Path) -> None:
    for planted, _, row in planted_rows(path, NEVER):
        dead = [each for each in found(planted, "never_true") if f"`{row}` never" in each.sentence]
        assert len(dead) == 1, row
        assert "`quantity` over 3 and `quantity` under 2 cannot both be" in dead[0].sentence


@pytest.mark.parametrize("path", ROOTS, ids=name)
def test_rows_after_one_that_always_holds_are_told(path: Path) -> None:
    for planted, where, row in planted_rows(path, ALWAYS):
        table = next(each for each in surveys_of(planted.policy)[0].tables() if each.name == where)
        rows = [each.row.id for each in table.rows if not each.row.built_in]
        told = {each.sentence.split("`")[1] for each in found(planted, "unreachable", "never_true")}
        assert set(rows) - {row} <= told, where


@pytest.mark.parametrize("path", ROOTS, ids=name)
def test_a_table_without_its_last_row_has_a_gap(path: Path) -> None:
    for table, where, _ in tables(path):
        last = table.rows[-1]
        if not last.otherwise or table.optional or table.topic == "eligibility":
            continue
        planted = edited(path, f"{{drop: {where}.{last.id}}}")
        gaps = [each for each in found(planted, "gap") if f"`{where}`" in each.sentence]
        assert len(gaps) == 1, where
        decision = decided(in_force(planted, gaps[0].example), gaps[0].example)
        assert not {each.row for each in decision.because} & {each.id for each in table.rows}
