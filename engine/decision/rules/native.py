"""How the native module of durable-rules is built, for whoever has none that Python can load."""

from __future__ import annotations

import platform
import sys
from typing import Final

from engine.errors import BrokenInstallation

REQUIREMENT: Final = "durable-rules==2.0.28"

FLAGS: Final = "-O2 -DPyEval_CallObject=PyObject_CallObject"
"""Python 3.13 has the one function no longer, the other is the same since 3.0; the headers of 3.11
and 3.12 define the name again. Left to itself pip builds without optimisation, a third slower."""


def build_command(python: str) -> str:
    """The line of shell that builds the module anew for `python`, whatever pip has cached."""
    options = "--no-cache-dir --force-reinstall --no-deps"
    return f'CPPFLAGS="{FLAGS}" {python} -m pip install {options} {REQUIREMENT}'


def cannot_be_loaded(error: ImportError) -> BrokenInstallation:
    """The error that says what Python said, and the command that mends it."""
    return BrokenInstallation(
        f"Python {platform.python_version()} cannot load the native module of `durable-rules` "
        f"({error}); build it anew: {build_command(sys.executable)}"
    )
