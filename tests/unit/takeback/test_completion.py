"""What the shell completes, asked as bash asks it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.takeback.conftest import standard

Write = Callable[[str, str], Path]
PROGRAM = Path(sys.executable).with_name("takeback")


def completed(line: str, folder: Path) -> list[str]:
    """The choices for the last word of a line; a blank at its end begins a new word."""
    words = shlex.split(line) + ([""] if line.endswith(" ") else [])
    asked = {
        "_TAKEBACK_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    result = subprocess.run(
        [PROGRAM], capture_output=True, text=True, cwd=folder, check=True, timeout=60,
        env={**os.environ, **asked},
    )  # fmt: skip
    assert result.stderr == ""
    return [line for line in result.stdout.splitlines() if line]


@pytest.fixture
def folder(write: Write, tmp_path: Path) -> Path:
    write("returns.yaml", standard())
    write("notes.txt", "")
    write("rest/more/one.yaml", standard(policy="acme/other"))
    write("rest/more/two.yml", standard(policy="acme/third"))
    return tmp_path


def test_commands_and_options_are_completed(folder: Path) -> None:
    assert completed("takeback pre", folder) == ["preview"]
    assert completed("takeback check --for", folder) == ["--format", "--for-publishing"]
    assert completed("takeback check --format s", folder) == ["sarif"]


@pytest.mark.parametrize("command", ["check", "fmt", "test", "explain", "preview", "show"])
def test_policy_files_and_folders_are_completed(folder: Path, command: str) -> None:
    found = completed(f"takeback {command} r", folder)

    assert found[:2] == ["rest/", "returns.yaml"]


def test_a_folder_that_is_the_only_choice_is_opened(folder: Path) -> None:
    assert completed("takeback test res", folder) == ["rest/more/one.yaml", "rest/more/two.yml"]
    assert completed("takeback test nothing", folder) == []


def test_names_of_tests_are_completed_as_bash_needs_them(folder: Path) -> None:
    assert completed("takeback explain returns.yaml --case one", folder) == [
        r"one\ day\ later\ is\ too\ late"
    ]


def test_versions_are_completed(folder: Path) -> None:
    found = completed("takeback preview returns.yaml --against ac", folder)

    assert "acme/standard@1" in found
    assert "acme-supply/standard@1" in found


def test_the_script_for_a_shell_is_shown(folder: Path) -> None:
    result = subprocess.run(
        [PROGRAM, "--show-completion", "bash"], capture_output=True, text=True, cwd=folder,
        check=True, timeout=60,
    )  # fmt: skip

    assert "complete -o default -F _takeback_completion takeback" in result.stdout
