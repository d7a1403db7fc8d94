"""`takeback test` runs the tests inside policies."""

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
    assert "wrong.yaml:1:10: not_yaml" in result.stderr
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
