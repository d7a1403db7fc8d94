"""Ctrl-C ends the console script quietly at any moment, also while it still imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import atexit, os, signal, sys

signal.signal(signal.SIGINT, signal.{handler})  # whatever whoever started the tests has set

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):  # so that Python comes to hear of it here
        pass

class Finder:
    def find_spec(self, name, path, target=None):
        if name == "{moment}":
            interrupt()

sys.meta_path.insert(0, Finder())
if "{moment}" == "exit":
    atexit.register(interrupt)
from takeback.cli import main
main()
"""


def interrupted(
    moment: str, *arguments: str, handler: str = "default_int_handler"
) -> tuple[int, str]:
    """Exit code and standard error of a command in which Ctrl-C is pressed as an import begins."""
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(moment=moment, handler=handler), *arguments],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'graphql'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return found.returncode, found.stderr


@pytest.mark.parametrize("moment", ["takeback.app", "typer", "rich.console", "exit"])
def test_ctrl_c_while_it_starts_or_ends_is_quiet(moment: str) -> None:
    assert interrupted(moment, "--version") == (130, "")


@pytest.mark.parametrize(
    "moment", ["takeback.source_view", "takeback.commands.show", "ruamel.yaml"]
)
def test_ctrl_c_within_a_command_is_said_in_one_line(moment: str) -> None:
    found = interrupted(moment, "show", "acme-supply/standard")

    assert found == (130, "takeback: stopped.\n")


def test_a_script_that_was_started_deaf_to_ctrl_c_stays_so() -> None:
    assert interrupted("typer", "--version", handler="SIG_IGN") == (0, "")
