"""What the shell completes, asked as bash asks it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from takeback.app import app
from tests.unit.takeback.conftest import standard

Write = Callable[[str, str], Path]
Complete = Callable[[str], list[str]]
PROGRAM = Path(sys.executable).with_name("takeback")


@pytest.fixture
def completed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Complete:
    """The choices for the last word of a line; a blank at its end begins a new word."""

    def complete(line: str) -> list[str]:
        words = shlex.split(line) + ([""] if line.endswith(" ") else [])
        monkeypatch.chdir(folder)
        monkeypatch.setenv("_TAKEBACK_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        with pytest.raises(SystemExit) as ended:
            app(prog_name="takeback")
        said = capsys.readouterr()
        assert (ended.value.code or 0, said.err) == (0, "")
        return [line for line in said.out.splitlines() if line]

    return complete


@pytest.fixture
def folder(write: Write, tmp_path: Path) -> Path:
    write("returns.yaml", standard())
    write("notes.txt", "")
    write("rest/more/one.yaml", standard(policy="acme/other"))
    write("rest/more/two.yml", standard(policy="acme/third"))
    return tmp_path


def test_commands_and_options_are_completed(completed: Complete) -> None:
    assert completed("takeback pre") == ["preview"]
    assert completed("takeback check --for") == ["--format", "--for-publishing"]
    assert completed("takeback check --format s") == ["sarif"]


@pytest.mark.parametrize("command", ["check", "fmt", "test", "explain", "preview", "show"])
def test_policy_files_and_folders_are_completed(completed: Complete, command: str) -> None:
    found = completed(f"takeback {command} r")

    assert found[:2] == ["rest/", "returns.yaml"]


def test_a_folder_that_is_the_only_choice_is_opened(completed: Complete) -> None:
    assert completed("takeback test res") == ["rest/more/one.yaml", "rest/more/two.yml"]
    assert completed("takeback test nothing") == []


def test_names_of_tests_are_completed_as_bash_needs_them(completed: Complete) -> None:
    assert completed("takeback explain returns.yaml --case one") == [
        r"one\ day\ later\ is\ too\ late"
    ]


def test_versions_are_completed(completed: Complete) -> None:
    found = completed("takeback preview returns.yaml --against ac")

    assert "acme/standard@1" in found
    assert "acme-supply/standard@1" in found


def test_the_program_itself_completes(folder: Path) -> None:
    asked = {
        "_TAKEBACK_COMPLETE": "complete_bash", "COMP_WORDS": "takeback pre", "COMP_CWORD": "1"
    }  # fmt: skip
    result = subprocess.run(
        [PROGRAM], capture_output=True, text=True, cwd=folder, check=True, timeout=60,
        env={**os.environ, **asked},
    )  # fmt: skip

    assert (result.stdout.strip(), result.stderr) == ("preview", "")


def test_the_script_for_a_shell_is_shown(folder: Path) -> None:
    """Of the shell that runs it."""
    result = subprocess.run(
        ["bash", "-c", '"$0" --show-completion; exit $?', PROGRAM],
        capture_output=True, text=True, cwd=folder, check=False, timeout=60,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
    assert "complete -o default -F _takeback_completion takeback" in result.stdout
