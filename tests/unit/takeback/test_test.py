"""`takeback test` runs the tests inside policies."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from typer.testing import Result

Run = Callable[..., Result]
Write = Callable[[str, str], Path]


def broken_test(policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("decided_by: E-LATE", "decided_by: E-YES"))


def test_the_last_line_counts_the_tests(run: Run, policy: str) -> None:
    result = run("test", policy)

    assert (result.exit_code, result.stdout) == (0, "returns.yaml  2 passed\n2 passed\n")


def test_a_failure_says_what_was_expected_and_where(run: Run, policy: str, write: Write) -> None:
    broken_test(policy, write)

    result = run("test", policy)

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[1].startswith("  FAILED one day later is too late  returns.yaml:")
    assert "decided_by: expected" in lines[2]
    assert "E-YES" in lines[2]
    assert lines[-1] == "1 passed, 1 failed"


def test_a_text_chooses_tests(run: Run, policy: str) -> None:
    result = run("test", policy, "-k", "LATE", "--verbose")

    assert "passed one day later is too late" in result.stdout
    assert result.stdout.endswith("\n1 passed\n")


def test_nothing_to_run_is_no_success(run: Run, policy: str) -> None:
    result = run("test", policy, "-k", "no such test")

    assert result.exit_code == 2
    assert "No tests with `no such test` in their name in 1 policy file." in result.stderr


def test_a_policy_without_tests_is_no_success(run: Run, policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.partition("tests:")[0])

    result = run("test", policy)

    assert result.exit_code == 2
    assert "No tests in 1 policy file." in result.stderr


def test_a_file_with_faults_fails_the_run(run: Run, policy: str, write: Write) -> None:
    write("wrong.yaml", "policy: [")

    result = run("test", ".")

    assert result.exit_code == 1
    assert "wrong.yaml:1:9: not_yaml" in result.stderr
    assert "1 file with faults could not be tested." in result.stderr
    assert result.stdout.endswith("\n2 passed\n")


def test_junit_holds_every_test_and_every_broken_file(run: Run, policy: str, write: Write) -> None:
    broken_test(policy, write)
    write("wrong.yaml", "policy: [")

    run("test", ".", "--junit", "results.xml")

    root = ElementTree.parse("results.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    failure = root.find(".//failure")
    assert failure is not None
    assert "E-YES" in str(failure.get("message"))
    assert root.find(".//testcase[@line]") is not None


def test_a_report_that_cannot_be_written_is_a_usage_error(run: Run, policy: str) -> None:
    result = run("test", policy, "--junit", "none/results.xml")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


ROWS = """\
policy: acme/rows
version: 1
effective: {from: 2025-01-01}
currency: USD
fees:
  rows:
    - {id: F-FAULT, when: {reason: defective}, fee: none}
    - {id: F-LATE,  when: {opened: true}, fee: USD 5.00}
    - {id: F-ELSE,  otherwise: true, fee: none}
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-02, item_price: USD 9.00, opened: false}
  cases:
    - {name: a defect, given: {reason: defective}, expect: {fees: none}}
    - {name: another, given: {reason: overstock}, expect: {fees: none}}
"""


def test_rows_that_no_test_reaches_are_named(run: Run, write: Write) -> None:
    write("rows.yaml", ROWS)

    result = run("test", "rows.yaml", "--rows")

    assert result.exit_code == 0
    assert result.stdout == (
        "rows.yaml  2 passed, 2 of 3 rows reached\n"
        "  not reached F-LATE  rows.yaml:8\n"
        "2 passed, 2 of 3 rows reached\n"
    )


def test_too_few_rows_reached_fail_the_run(run: Run, write: Write) -> None:
    write("rows.yaml", ROWS)

    result = run("test", "rows.yaml", "--fail-under-rows", "70")

    assert result.exit_code == 1
    assert "Tests reach 66.7% of the rows; at least 70% are asked for." in result.stderr
    assert run("test", "rows.yaml", "--fail-under-rows", "66").exit_code == 0


def test_a_policy_without_tests_is_named_beside_others(run: Run, policy: str, write: Write) -> None:
    write("rows.yaml", ROWS.partition("tests:")[0])

    result = run("test", ".", "--fail-under-rows", "100")

    assert result.exit_code == 1
    assert "rows.yaml  no tests, 0 of 3 rows reached\n" in result.stdout


def test_programs_get_everything_as_json(run: Run, policy: str, write: Write) -> None:
    broken_test(policy, write)
    write("rows.yaml", ROWS)
    write("wrong.yaml", "policy: [")

    result = run("test", ".", "--format", "json")

    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (data["passed"], data["failed"]) == (3, 1)
    assert data["rows"] == {"reached": 2, "total": 3, "percent": 66.67}
    assert data["faults"][0]["code"] == "not_yaml"
    returns, rows = data["files"]
    assert returns["tests"][1]["failures"][0].startswith("decided_by: expected E-YES")
    assert rows["rows"]["unreached"] == [{"row": "F-LATE", "file": "rows.yaml", "line": 8}]
    assert "F-FAULT" in rows["tests"][0]["rows"]


def test_junit_tells_the_rows(run: Run, write: Write) -> None:
    write("rows.yaml", ROWS)

    run("test", "rows.yaml", "--junit", "results.xml")

    suite = ElementTree.parse("results.xml").getroot()[0]
    told = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert suite[0].tag == "properties"
    assert told == {"rows": "3", "rows_reached": "2"}


def test_failures_of_lines_name_the_line(run: Run, policy: str, write: Write) -> None:
    case = (
        "    - name: two lines\n"
        "      given: {lines: [{quantity: 1}, {quantity: 1}]}\n"
        "      expect: {lines: [{answer: accept}, {answer: refuse}]}\n"
    )
    write(policy, Path(policy).read_text(encoding="utf-8") + case)

    result = run("test", policy, "-k", "two lines")

    assert "    lines[1].answer: expected refuse, got accept\n" in result.stdout
