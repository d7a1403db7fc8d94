"""A policy is shown as it was written, or merged, with the file and line of everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.policy.editions import load
from tests.unit.takeback.conftest import Run, Write

BASE = """\
policy: acme/base
version: 4
title: Base terms
effective: {from: 2024-01-01}
currency: USD
groups: {broken: {reason: defective}}
window: {days: 30, counted_from: delivered}
fees:
  rows:
    - {id: F-FAULT, when: {is: broken}, fee: none}
    - {id: F-STD, otherwise: true, fee: 15% of item_price, because: A share for the handling.}
tests: {cases: [{name: a test, expect: {answer: ask}}]}
"""
CHILD = """\
policy: acme/child
version: 1
extends: acme/base@4
for: {retailer: northwind}
effective: {from: 2024-03-01}
changes:
  - {set: window.days, to: 45, why: contract section 4}
  - {set: fees.F-STD.fee, to: none, why: a trial, effective: {from: 2024-07-01, until: 2024-07-31}}
"""


@pytest.fixture
def child(write: Write) -> str:
    write("base.yaml", BASE)
    write("child.yaml", CHILD)
    return "child.yaml"


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_policy_is_shown_topic_by_topic(run: Run, child: str) -> None:
    shown = run("show", "base.yaml")

    said = words(shown.stdout)
    assert shown.exit_code == 0
    assert said.startswith("acme/base@4 Base terms effective from: 2024-01-01 currency USD tests 1")
    assert "groups broken reason: defective" in said
    assert "window days 30 counted_from delivered" in said
    assert "fees Row When Says Line F-FAULT is: broken fee: none 10" in said
    assert "F-STD otherwise fee: 15% of item_price 11 A share for the handling." in said


def test_a_child_is_shown_by_its_changes(run: Run, child: str) -> None:
    said = words(run("show", child).stdout)

    assert "for retailer: northwind extends acme/base@4 changes Change Of To Why Days" in said
    assert "set window.days 45 contract section 4" in said
    assert "set fees.F-STD.fee none a trial from: 2024-07-01, until: 2024-07-31" in said


def test_as_yaml_it_is_the_text_itself(run: Run, child: str) -> None:
    assert run("show", child, "--as", "yaml").stdout == CHILD


def test_in_full_each_line_names_its_file_and_line(run: Run, child: str) -> None:
    shown = run("show", child, "--full", "--on", "2024-07-05")

    lines = {
        line.split("  # ")[0].strip(): line.split("  # ")[1] for line in shown.stdout.splitlines()
    }
    assert shown.stderr == ""
    assert lines["policy: acme/child"] == "child.yaml:1"
    assert lines["currency: USD"] == "base.yaml:5"
    assert lines["applies_by: ordered"] == "built in"
    assert lines["effective: {from: 2024-07-01, until: 2024-07-31}"] == "child.yaml:5"
    assert lines["deadlines: {request: {within: 45 days, counted_from: delivered}}"] == (
        "base.yaml:7, within child.yaml:7"
    )
    row = "- {id: F-FAULT, when: {is: broken}, fee: none}"
    assert lines[row] == "base.yaml:10"
    row = "- {id: F-STD, otherwise: true, fee: none, because: A share for the handling.}"
    assert lines[row] == "base.yaml:11, fee child.yaml:8"


@pytest.mark.parametrize(
    ("day", "fee"), [("2024-06-30", "15% of item_price"), ("2024-07-31", "none")]
)
def test_a_day_picks_the_edition_and_what_is_printed_is_a_policy(
    run: Run, child: str, day: str, fee: str
) -> None:
    shown = run("show", child, "--full", "--on", day)

    policy = load(shown.stdout, "again.yaml").policy
    assert policy.reference == "acme/child@1"
    assert [row.id for table in policy.fees for row in table.rows] == ["F-FAULT", "F-STD"]
    assert f"fee: {fee}" in shown.stdout


def test_in_full_as_a_table_names_the_files_too(run: Run, child: str) -> None:
    said = words(run("show", child, "--full", "--as", "table").stdout)

    assert "F-FAULT is: broken fee: none base.yaml:10" in said
    assert "E-LATE deadlines: late code: from_deadline built in" in said


def test_a_day_on_which_it_is_not_in_force_is_named(run: Run, child: str) -> None:
    shown = run("show", child, "--full", "--on", "2020-01-01")

    assert shown.exit_code == 0
    assert "acme/child@1 is not in force on 2020-01-01" in shown.stderr
    assert "begins on 2024-03-01" in shown.stderr


def test_what_cannot_be_shown_is_said(run: Run, write: Write) -> None:
    write("broken.yaml", "policy: acme/x\nversion: one\n")

    assert run("show", "nothing.yaml").exit_code == 2
    assert run("show", "broken.yaml").exit_code == 1
    assert run("show", "broken.yaml", "--on", "soon").exit_code == 2


def test_a_text_cannot_steer_the_terminal(run: Run, write: Write, tmp_path: Path) -> None:
    write("base.yaml", BASE.replace("Base terms", '"Base [red]terms[/red]"'))

    assert "Base [red]terms[/red]" in run("show", "base.yaml").stdout
    assert "Base [red]terms[/red]" in run("show", "base.yaml", "--full").stdout
