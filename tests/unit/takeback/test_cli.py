"""The way in: help, version, and one sentence for every error."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import takeback.commands.explain
from engine.errors import NetworkFault

Run = Callable[..., Result]
COMMANDS = ("new", "check", "fmt", "test", "explain", "preview", "publish", "serve", "demo")


def console_script(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("takeback")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, cwd=folder, check=False, timeout=60
    )


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(takeback.commands.explain, "_decide", fail)


def test_the_console_script_writes_and_tests_a_policy(tmp_path: Path) -> None:
    assert console_script("new", "p.yaml", "--yes", folder=tmp_path).returncode == 0
    result = console_script("test", "p.yaml", folder=tmp_path)

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "2 passed"


def test_the_version_is_shown(run: Run) -> None:
    assert run("--version").stdout.startswith("takeback 0.")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert f"Example: takeback {command}" in result.stdout


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")

    assert all(f" {command} " in result.stdout for command in COMMANDS)


def test_an_error_of_the_tree_is_one_sentence(
    run: Run, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, NetworkFault("The network hung."))

    result = run("explain", policy)

    assert (result.exit_code, result.stderr) == (1, "takeback: The network hung.\n")


def test_an_unexpected_error_says_how_to_see_more(
    run: Run, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError("by zero\nmore"))

    result = run("explain", policy)

    assert result.exit_code == 1
    assert "unexpected ZeroDivisionError: by zero\n" in result.stderr
    assert "TAKEBACK_DEBUG=1" in result.stderr


def test_ctrl_c_is_one_line_and_the_code_of_shells(
    run: Run, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, KeyboardInterrupt())  # type: ignore[arg-type]

    result = run("explain", policy)

    assert (result.exit_code, result.stderr) == (130, "takeback: stopped.\n")


def test_debugging_lets_an_error_through(
    run: Run, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError())
    monkeypatch.setenv("TAKEBACK_DEBUG", "1")

    assert isinstance(run("explain", policy).exception, ZeroDivisionError)
