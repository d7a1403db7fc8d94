"""Versions of the code that can change an outcome: Takeback itself and the packages it uses."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("durable-rules", "holidays", "msgspec", "ruamel.yaml", "tzdata")
"""Each of these reads a policy, chooses rows, counts days or writes a record."""


@lru_cache(maxsize=1)
def versions() -> str:
    """The versions as text, as `takeback 0.1.0, engine 3f2a9c1b77aa, python 3.11.9, durable-rules
    2.0.28`.

    `engine` is the digest of the engine's sources, which shows changes between two releases.
    """
    named = {
        "takeback": version("takeback"),
        "engine": digest_of_sources(Path(str(files("engine")))),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }
    return ", ".join(f"{name} {found}" for name, found in named.items())


def digest_of_sources(folder: Path) -> str:
    """Twelve hex digits of the SHA-256 of all Python files in a folder, names included."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()[:12]
