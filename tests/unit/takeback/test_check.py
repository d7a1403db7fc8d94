"""`takeback check` shows every fault of every file."""

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]
Write = Callable[[str, str], Path]

CHILD = """\
policy: acme/child
version: 1
title: Terms for one retailer
extends: acme/standard@1
for: {retailer: northwind}
effective: {from: 2025-02-01}
changes:
  - {set: window.within, to: 45 days, why: contract section 4}
"""


def test_a_clean_policy_passes(run: Run, policy: str) -> None:
    result = run("check", policy)

    assert (result.exit_code, result.stdout) == (0, "1 file checked, no faults\n")


def test_every_fault_has_its_place_and_the_nearest_word(
    run: Run, policy: str, write: Write
) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write("wrong.yaml", text.replace("counted_from: delivered", "counted_from: deliverd"))
    write("worse.yaml", text.replace("currency: USD", "curency: USD"))

    result = run("check", ".")

    assert result.exit_code == 1
    assert "wrong.yaml:12:34: unknown_word: `deliverd` is not a date fact." in result.stdout
    assert "Did you mean `delivered`?" in result.stdout
    assert "worse.yaml:9:1: unknown_key: `curency` is not a key of a policy." in result.stdout
    assert "    12 | window: {days: 30, counted_from: deliverd}\n" in result.stdout
    assert result.stdout.endswith("3 files checked, 3 faults in 2 files\n")


def test_json_holds_the_same_faults(run: Run, write: Write) -> None:
    write("wrong.yaml", "policy: [")

    result = run("check", "wrong.yaml", "none.yaml", "--format", "json")

    found = json.loads(result.stdout)
    assert result.exit_code == 2
    assert found["checked"] == 1
    assert found["faults"][0]["code"] == "not_yaml"
    assert found["unreadable"] == [
        {"file": "none.yaml", "sentence": "There is no file `none.yaml`."}
    ]


def test_an_unreadable_file_does_not_hide_the_faults_of_others(run: Run, write: Write) -> None:
    write("wrong.yaml", "policy: [")
    write("binary.yaml", "a\0b")

    result = run("check", "binary.yaml", "wrong.yaml")

    assert result.exit_code == 2
    assert "wrong.yaml:1:10: not_yaml" in result.stdout
    assert "takeback: `binary.yaml` is a binary file" in result.stderr


def test_a_base_is_found_beside_the_policy(run: Run, policy: str, write: Write) -> None:
    write("child.yaml", CHILD)

    result = run("check", "child.yaml")

    assert (result.exit_code, result.stdout) == (0, "1 file checked, no faults\n")


def test_a_base_is_found_in_the_folder_that_was_named(run: Run, policy: str, write: Write) -> None:
    write("retailers/child.yaml", CHILD)

    assert run("check", ".").exit_code == 0
    assert run("check", "retailers").exit_code == 1


def test_faults_of_a_base_point_into_its_file(run: Run, policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("counted_from: delivered", "counted_from: deliverd"))
    write("child.yaml", CHILD)

    result = run("check", "child.yaml")

    assert "returns.yaml:12:34: unknown_word" in result.stdout
    assert "^" in result.stdout


def test_publishing_asks_for_passing_tests(run: Run, policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("answer: refuse", "answer: accept"))

    assert run("check", policy).exit_code == 0
    result = run("check", policy, "--for-publishing")

    assert result.exit_code == 1
    assert "test_failed: The test `one day later is too late` fails" in result.stdout
