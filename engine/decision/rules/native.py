"""Says how to build the native module of durable-rules, if Python cannot load it."""

from __future__ import annotations

import platform
import sys
from typing import Final

from engine.errors import BrokenInstallation

REQUIREMENT: Final = "durable-rules==2.0.28"

FLAGS: Final = "-O2 -DPyEval_CallObject=PyObject_CallObject"
"""Python 3.13 has removed `PyEval_CallObject`; `PyObject_CallObject` has done the same since 3.0,
and the headers of 3.11 and 3.12 define it under the first name. Without `-O2` pip builds without
optimisation, a third slower."""


def build_command(python: str) -> str:
    """Returns the shell command that rebuilds the module for `python`, whatever pip has cached."""
    options = "--no-cache-dir --force-reinstall --no-deps"
    return f'CPPFLAGS="{FLAGS}" {python} -m pip install {options} {REQUIREMENT}'


def cannot_be_loaded(error: ImportError) -> BrokenInstallation:
    """Returns the error with Python's message and the command that repairs the installation."""
    return BrokenInstallation(
        f"Python {platform.python_version()} cannot load the native module of `durable-rules` "
        f"({error}); build it anew: {build_command(sys.executable)}"
    )
