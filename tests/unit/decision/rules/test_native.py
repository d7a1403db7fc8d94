"""If the native module cannot be loaded, the error names the command that builds it."""

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

from engine.decision.rules import native

ROOT = Path(__file__).parents[4]
MISSING = "durable_rules_engine.so: undefined symbol: PyEval_CallObject"


def run_without_the_module(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs Python with a native module that was built without a function that it calls."""
    (folder / "durable_rules_engine.py").write_text(f"raise ImportError({MISSING!r})")
    paths = [str(folder), str(ROOT), str(ROOT / "graphql")]
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_command_says_in_one_sentence_what_builds_the_module(tmp_path: Path) -> None:
    command = "import sys; sys.argv = ['takeback', 'check', 'policies']"
    done = run_without_the_module(f"{command}; from takeback.cli import main; main()", tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("takeback: Python 3.")
    assert MISSING in done.stderr
    assert done.stderr.endswith(f"build it anew: {native.build_command(sys.executable)}\n")


def test_a_program_gets_an_error_of_takeback_that_names_its_cause(tmp_path: Path) -> None:
    done = run_without_the_module("import engine.decision.decide", tmp_path)

    assert done.returncode == 1
    assert f"ImportError: {MISSING}" in done.stderr
    assert "engine.errors.BrokenInstallation: Python 3." in done.stderr.splitlines()[-1]


def test_the_command_gives_its_flags_to_the_compiler_as_one_variable() -> None:
    words = shlex.split(native.build_command("/opt/python"))

    assert words[:4] == [f"CPPFLAGS={native.FLAGS}", "/opt/python", "-m", "pip"]
    assert words[-1] == native.REQUIREMENT


def test_the_version_that_is_built_is_the_one_that_the_project_demands() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert native.REQUIREMENT in project["dependencies"]


def test_the_guide_shows_the_command() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    assert native.build_command("python") in guide
