"""`takeback check` shows every fault of every file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from engine.policy.faults import Fault, Level, Source
from engine.publishing import readiness

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


def test_it_says_what_every_product_has_to_say(run: Run, policy: str) -> None:
    path = Path(policy)
    text = path.read_text(encoding="utf-8")
    row = "{id: A, when: {category: books}, days: 60, counted_from: delivered}"
    rest = "{id: B, otherwise: true, days: 30, counted_from: delivered}"
    rows = f"window: {{rows: [{row}, {rest}]}}"
    path.write_text(text.replace("window: {days: 30, counted_from: delivered}", rows))

    result = run("check", policy)

    assert "note: asks_of_goods: Products must say `category`" in result.stdout


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
    assert "wrong.yaml:1:9: not_yaml" in result.stdout
    assert "takeback: `binary.yaml` is a binary file" in result.stderr


def test_a_base_is_found_beside_the_policy(run: Run, policy: str, write: Write) -> None:
    write("child.yaml", CHILD)

    result = run("check", "child.yaml")

    assert (result.exit_code, result.stdout) == (0, "1 file checked, no faults\n")


def test_a_base_is_found_in_the_folder_that_was_named(run: Run, policy: str, write: Write) -> None:
    write("retailers/child.yaml", CHILD)

    assert run("check", ".").exit_code == 0
    assert run("check", "retailers").exit_code == 1


def test_an_edit_that_the_base_does_not_permit_is_shown_by_a_return(
    run: Run, policy: str, write: Write
) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("window:", "partners_may: {window: never}\n\nwindow:"))
    write("child.yaml", CHILD)

    result = run("check", "child.yaml")

    assert result.exit_code == 1
    assert "child.yaml:8:5: not_permitted: " in result.stdout
    assert "It would change `last_day` from " in result.stdout


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


FREE_GAP = """\
policy: acme/gap
version: 1
effective: {from: 2025-01-01}
currency: USD
return_shipping: {rows: [{id: S-1, when: {reason: defective}, paid_by: supplier}]}
"""


def test_tests_that_speak_of_nothing_are_found_without_running_them(
    run: Run, policy: str, write: Write
) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("answer: refuse", "anser: refuse"))

    result = run("check", policy)

    assert result.exit_code == 1
    assert "unknown_field: `anser` is not a field of an outcome." in result.stdout


def test_code_hosts_get_sarif(run: Run, write: Write) -> None:
    write("gap.yaml", FREE_GAP)

    result = run("check", ".", "--format", "sarif")

    data = json.loads(result.stdout)
    assert (result.exit_code, data["version"]) == (1, "2.1.0")
    assert [each["ruleId"] for each in data["runs"][0]["results"]] == ["gap"]


def test_workflows_get_commands(run: Run, write: Write) -> None:
    write("gap.yaml", FREE_GAP)

    result = run("check", "gap.yaml", "none.yaml", "--format", "github")

    assert result.exit_code == 2
    first, second = result.stdout.splitlines()
    assert first.startswith("::error file=gap.yaml,line=5,col=")
    assert second.startswith("::error file=none.yaml::")
    assert result.stderr == ""


def warned(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a check had found something that is probably not meant."""
    fault = Fault(
        code="same_outcome",
        source=Source("returns.yaml", 1, 1),
        sentence="Twice the same.",
        level=Level.WARNING,
        example={"country": "FR", "tags": ["final_sale"], "opened": True},
    )
    monkeypatch.setattr(readiness, "findings_before_publishing", lambda _: (fault,))


def test_a_warning_is_shown_and_stops_only_the_strict(
    run: Run, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned(monkeypatch)

    result = run("check", policy, "--for-publishing")

    assert result.exit_code == 0
    assert "returns.yaml:1:1: warning: same_outcome: Twice the same.\n" in result.stdout
    assert "| for example country: FR, tags: [final_sale], opened: true\n" in result.stdout
    assert result.stdout.endswith("1 file checked, no faults, 1 warning\n")
    assert run("check", policy, "--for-publishing", "--strict").exit_code == 1
    found = json.loads(run("check", policy, "--for-publishing", "--format", "json").stdout)
    assert found["faults"] == []
    assert found["warnings"][0]["level"] == "warning"
    assert found["warnings"][0]["example"]["country"] == "FR"
