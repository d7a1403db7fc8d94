"""What could change an outcome besides a policy and facts: our own code, and what it builds on."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("durable-rules", "holidays", "msgspec", "ruamel.yaml", "tzdata")
"""Each reads a policy, chooses rows, counts days or writes a record."""


@lru_cache(maxsize=1)
def versions() -> str:
    """As in `takeback 0.1.0, engine 3f2a9c1b77aa, python 3.11.9, durable-rules 2.0.28`.

    `engine` is the digest of the engine's sources: between two releases it is what changes.
    """
    named = {
        "takeback": version("takeback"),
        "engine": digest_of_sources(Path(str(files("engine")))),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }
    return ", ".join(f"{name} {found}" for name, found in named.items())


def digest_of_sources(folder: Path) -> str:
    """Twelve digits of the SHA-256 of all Python in a folder, names included."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()[:12]
