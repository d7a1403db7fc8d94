"""`takeback new` writes a policy that is ready to be published."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from typer.testing import Result

from engine.policy.editions import load
from engine.publishing.readiness import faults_before_publishing

Run = Callable[..., Result]


def test_defaults_give_the_typical_policy_and_say_what_next(run: Run) -> None:
    result = run("new", "--yes")

    text = Path("standard.yaml").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert "window: {days: 30, counted_from: delivered}" in text
    assert "takeback test standard.yaml" in result.stdout


@pytest.mark.parametrize(
    ("remedy", "payer", "packaging"),
    list(product(["credit", "refund"], ["consumer", "supplier"], ["packaging", "no-packaging"])),
)
def test_every_answer_gives_a_policy_that_may_be_published(
    run: Run, remedy: str, payer: str, packaging: str
) -> None:
    choices = ("--remedy", remedy, "--shipping", payer, f"--{packaging}", "--days", "0")

    result = run("new", "p.yaml", "--yes", "--currency", "jpy", *choices)

    assert result.exit_code == 0
    assert not faults_before_publishing(load(Path("p.yaml").read_text(encoding="utf-8"), "p.yaml"))


def test_a_wrong_answer_is_asked_again(run: Run) -> None:
    answers = ["Bad Id", "acme/x", "EURO", "eur", "2025-13-01", "2025-01-01"]
    answers += ["soon", "45", "cash", "refund", "nobody", "retailer", "maybe", "yes"]

    result = run("new", "p.yaml", input="\n".join(answers))

    text = Path("p.yaml").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert result.output.count("Error:") == 7
    for said in ("policy: acme/x", "EUR 40.00", "days: 45", "refund", "retailer", "true"):
        assert said in text


def test_a_file_is_never_overwritten(run: Run, policy: str) -> None:
    before = Path(policy).read_text(encoding="utf-8")

    result = run("new", policy, "--yes", "--days", "9")

    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert Path(policy).read_text(encoding="utf-8") == before


def test_a_folder_that_does_not_exist_is_said(run: Run) -> None:
    result = run("new", "none/p.yaml", "--yes")

    assert result.exit_code == 2
    assert "`none/p.yaml` cannot be written" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--policy", "No Good"),
        ("--currency", "XXX"),
        ("--first-day", "2025-02-30"),
        ("--days", "-1"),
        ("--remedy", "cash"),
    ],
)
def test_a_wrong_option_writes_nothing(run: Run, wrong: tuple[str, str]) -> None:
    result = run("new", "p.yaml", "--yes", *wrong)

    assert result.exit_code == 2
    assert not Path("p.yaml").exists()


def test_answers_that_end_leave_no_file(run: Run) -> None:
    result = run("new", "p.yaml", input="acme/x\n")

    assert result.exit_code == 1
    assert not Path("p.yaml").exists()
