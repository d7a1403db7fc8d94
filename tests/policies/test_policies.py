"""Every policy that comes with Takeback can be published, and its own tests reach all its rows."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Level
from engine.policy.layout.formatting import formatted
from engine.publishing.suite import SuiteReport, run_suite
from tests.policies.judged import FILES, base, findings, name

CORPUS_CASE = re.compile(r"[0-9]{2}-[0-9]+\b")


@lru_cache
def opened(path: Path) -> PolicyFile:
    return load(path.read_text("utf-8"), name(path), base)


@lru_cache
def tried(path: Path) -> SuiteReport:
    return run_suite(opened(path), native=True)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_stands_in_the_way_of_publishing_it(path: Path) -> None:
    _, found = findings(path)

    assert [str(each) for each in found if each.level is Level.ERROR] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_its_own_tests_pass_through_the_rule_network(path: Path) -> None:
    failures = [(case.name, case.failures) for case in tried(path).cases if not case.passed]

    assert tried(path).cases
    assert failures == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_test_of_its_own_reaches_every_row(path: Path) -> None:
    reached = {row for case in tried(path).cases for row in case.rows}
    rows = [row for table in opened(path).policy.tables() for row in table.rows]

    assert [row.id for row in rows if not row.built_in and row.id not in reached] == []


def test_the_real_policies_hold_every_case_of_the_corpus() -> None:
    real = [path for path in FILES if path.parent.name == "real"]
    cases = [
        case.name for path in real for case in tried(path).cases if CORPUS_CASE.match(case.name)
    ]
    ids = {case.split()[0] for case in cases}

    assert len(real) == 24
    assert len(cases) == len(ids) == 164


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name == "real"], ids=name)
def test_a_real_policy_names_its_source_and_a_clause_for_what_it_decides(path: Path) -> None:
    text = path.read_text("utf-8")

    assert re.search(r"^# Kind: \S", text)
    assert re.search(r"^# Source: https?://\S+$", text, re.MULTILINE)
    assert text.count("clause: ") > 3


@pytest.mark.parametrize("path", FILES, ids=name)
def test_it_is_in_the_canonical_layout(path: Path) -> None:
    text = path.read_text("utf-8")

    assert formatted(text, name(path)) == text
