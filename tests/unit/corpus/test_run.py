"""The runner finds the policy of each corpus file and prints a line per case and the totals."""

import subprocess
import sys
from pathlib import Path

import pytest
import run

SAMPLE = Path(run.__file__).parent / "sample"


def for_canada(text: str) -> str:
    return text.replace("currency: USD\n", "currency: USD\nfor: {country: CA}\n")


def test_the_sample_passes_case_by_case(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run.main([str(SAMPLE / "corpus"), str(SAMPLE / "policies")])

    lines = capsys.readouterr().out.splitlines()
    assert (ended, lines[-1]) == (0, "5 passed, 0 failed")
    assert lines[:-1] == [f"PASS 01-{number}" for number in range(1, 6)]


def test_a_case_that_expects_otherwise_fails_with_every_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (SAMPLE / "corpus" / "01-lamps.yaml").read_text("utf-8")
    other = text.replace("net_amount: '36.00'", "net_amount: '35.00'\n      colour: red")
    (tmp_path / "01-lamps.yaml").write_text(other, "utf-8")

    ended = run.main([str(tmp_path), str(SAMPLE / "policies")])

    printed = capsys.readouterr().out
    assert ended == 1
    assert printed.startswith("FAIL 01-1\n     net_amount: expected 35.00, got USD 36.00\n")
    assert "`colour` is not a key of `expect` that is known" in printed
    assert printed.endswith("4 passed, 1 failed\n")


def test_a_file_without_a_policy_fails(tmp_path: Path) -> None:
    results = list(run.run(SAMPLE / "corpus", tmp_path))

    assert all(each.differences == ["there is no policy for this file"] for each in results)


def test_where_a_file_has_several_policies_their_scope_picks_one(tmp_path: Path) -> None:
    text = (SAMPLE / "policies" / "01-lamps.yaml").read_text("utf-8")
    (tmp_path / "01-lamps.yaml").write_text(text, "utf-8")
    narrow = text.replace("lamps/sample", "lamps/canada").replace("10 days", "5 days")
    (tmp_path / "01-lamps-canada.yaml").write_text(for_canada(narrow), "utf-8")

    results = list(run.run(SAMPLE / "corpus", tmp_path))

    assert [each.id for each in results if each.differences] == []


def test_a_country_that_no_policy_covers_is_a_denial_of_its_own(tmp_path: Path) -> None:
    corpus, policies = tmp_path / "corpus", tmp_path / "policies"
    corpus.mkdir()
    policies.mkdir()
    case = "cases: [{id: 01-1, given: {country: FR, request_date: 2024-03-01}, expect: "
    said = "{decision: deny, reason_code: no_policy_for_country}}]"
    (corpus / "01-lamps.yaml").write_text(case + said, "utf-8")
    text = (SAMPLE / "policies" / "01-lamps.yaml").read_text("utf-8")
    (policies / "01-lamps.yaml").write_text(for_canada(text), "utf-8")

    assert [each.differences for each in run.run(corpus, policies)] == [[]]


def test_it_runs_as_a_program() -> None:
    command = [sys.executable, run.__file__, str(SAMPLE / "corpus"), str(SAMPLE / "policies")]

    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
