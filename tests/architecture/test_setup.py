"""`scripts/setup` chooses a Python, an environment and flags for the C of durable-rules.

It runs as it is, in a folder of its own; what it calls is stood in for by small scripts that write
down how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.decision.rules import native

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LACKING = "-DPyEval_CallObject=PyObject_CallObject"

PYTHON = """#!/bin/sh
# Python 3.{minor}, as far as anybody asks; durable-rules loads once it was built often enough.
pretend='import sys, sysconfig; sys.version_info = (3, {minor}, 0); exec(sys.argv[1])'
case "$1 $2" in
"-c import durable_rules_engine")
    test "$(grep -c durable-rules== {log})" -ge {builds} && exit
    echo "ImportError: undefined symbol" >&2
    exit 1 ;;
-c*)
    exec {real} -c "$pretend" "$2" ;;
*)
    mkdir -p "$4/bin"
    cp "$0" "$4/bin/python"
    cp {pip} "$4/bin/pip" ;;
esac
"""
PIP = """#!/bin/sh
echo "$0|$CC|$CPPFLAGS|$*" >>{log}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder with the script, and stand-ins for what it calls."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def python(self, minor: int, *, builds: int = 1) -> str:
        """Path of a Python 3.`minor` that loads durable-rules from its `builds`th build on."""
        name = f"python3.{minor}"
        return self.write(name, PYTHON, minor=minor, builds=builds, pip=self.folder / "pip")

    def write(self, name: str, text: str, **values: object) -> str:
        path = self.folder / name
        path.write_text(text.format(log=self.log, real=sys.executable, **values))
        path.chmod(0o755)
        return str(path)

    def setup(
        self, python: str | None, settings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the script; without a Python named, it finds those of this folder first."""
        named = {"PYTHON": python} if python else {}
        return subprocess.run(
            [self.folder / "scripts" / "setup"],
            env={"PATH": f"{self.folder}:{os.defpath}", **named, **(settings or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def builds(self) -> list[list[str]]:
        """Path of pip, compiler, flags and arguments of each build of durable-rules."""
        lines = self.log.read_text().splitlines()
        return [line.split("|") for line in lines if "durable-rules==" in line]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    made = Place(folder=tmp_path)
    made.log.touch()
    made.write("pip", PIP)
    made.write("gcc", "#!/bin/sh\ncat >/dev/null\n")
    return made


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_a_python_that_the_project_names_gets_an_environment(place: Place, minor: int) -> None:
    done = place.setup(place.python(minor))

    assert (done.returncode, done.stderr) == (0, "")
    assert f"making .venv with Python 3.{minor}" in done.stdout
    assert f"Programming Language :: Python :: 3.{minor}" in PROJECT["classifiers"]


@pytest.mark.parametrize("minor", [10, 14])
def test_a_python_that_the_project_excludes_is_refused_by_name(place: Place, minor: int) -> None:
    python = place.python(minor)

    done = place.setup(python)

    assert done.returncode == 1
    assert f"none of these is Python 3.11, 3.12 or 3.13: {python}" in done.stderr
    assert PROJECT["requires-python"] == ">=3.11,<3.14"


def test_a_python_3_13_that_is_the_only_one_is_found(place: Place) -> None:
    shutil.move(place.python(13), place.folder / "python3")
    for other in (11, 12, 13):
        place.write(f"python3.{other}", "#!/bin/sh\nexit 127\n")

    done = place.setup(None)

    assert done.returncode == 0, done.stderr
    assert "with Python 3.13" in done.stdout


def test_python_3_13_gets_the_function_that_it_lacks(place: Place) -> None:
    place.setup(place.python(13))

    (built,) = place.builds()
    assert built[1:3] == ["gcc", f" -O2 {LACKING}"]
    assert f"--no-cache-dir --no-binary durable-rules --use-pep517 {native.REQUIREMENT}" in built[3]


@pytest.mark.parametrize("minor", [11, 12])
def test_a_python_that_defines_the_function_is_left_its_own(place: Place, minor: int) -> None:
    place.setup(place.python(minor))

    ((_, _, flags, _),) = place.builds()
    assert flags == " -O2"


def test_compiler_and_flags_of_the_caller_are_kept(place: Place) -> None:
    place.setup(place.python(13), {"CC": "gcc -pipe", "CPPFLAGS": "-I/opt/include"})

    ((_, compiler, flags, _),) = place.builds()
    assert (compiler, flags) == ("gcc -pipe", f"-I/opt/include -O2 {LACKING}")


def test_an_engine_that_does_not_load_is_built_again(place: Place) -> None:
    done = place.setup(place.python(13, builds=2))

    first, second = place.builds()
    assert done.returncode == 0, done.stderr
    assert ("--force-reinstall" in first[3], "--force-reinstall" in second[3]) == (False, True)


def test_an_engine_that_never_loads_is_told_with_its_reason(place: Place) -> None:
    done = place.setup(place.python(13, builds=9))

    assert done.returncode == 1
    assert done.stderr == (
        "setup: durable-rules was built, but Python 3.13 cannot load it: "
        "ImportError: undefined symbol.\n"
    )


def test_a_python_that_is_named_replaces_the_environment_of_another(place: Place) -> None:
    place.setup(place.python(11))

    done = place.setup(place.python(13))

    assert "making .venv with Python 3.13" in done.stdout
    assert LACKING in place.builds()[-1][2]


def test_an_environment_stays_where_no_python_is_named(place: Place) -> None:
    place.setup(place.python(13))
    place.python(11)

    done = place.setup(None)

    assert (done.returncode, done.stdout) == (0, "")
    assert LACKING in place.builds()[-1][2]


def test_an_environment_may_have_a_folder_of_its_own(place: Place) -> None:
    done = place.setup(place.python(13), {"VENV": ".venv-3.13"})

    assert "making .venv-3.13 with" in done.stdout
    assert {built[0] for built in place.builds()} == {".venv-3.13/bin/pip"}
    assert not (place.folder / ".venv").exists()
