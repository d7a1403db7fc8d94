"""Finds the bases that policies extend, by policy id and version, in files near them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

from engine.errors import PolicyFaults
from engine.policy.faults import Fault, Source
from takeback.files import read_text, yaml_files

_NAME: Final = re.compile(r"^policy:[ \t]*([\"']?)([^\s\"'#]+)\1[ \t]*(?:#.*)?$", re.MULTILINE)
_STATUTORY: Final = "takeback/"
_VERSION: Final = re.compile(r"^version:[ \t]*([0-9]{1,9})[ \t]*(?:#.*)?$", re.MULTILINE)


class Bases:
    """The policies in some folders and below them, searched at the first use.

    If two folders hold the same policy, the first folder's is taken, so that an example never hides
    a policy of one's own. Statutory bases must be the same text in every folder that holds them.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)

    def find(self, name: str, version: int) -> str | None:
        """Returns the text of a policy; raises `PolicyFaults` if two files differ about it."""
        texts = self._known.get((name, version), {})
        if len(set(texts.values())) > 1:
            raise PolicyFaults((_twice(f"{name}@{version}", texts),))
        return next(iter(texts.values()), None)

    def newest(self) -> dict[str, int]:
        """Returns the newest version of every policy found."""
        found: dict[str, int] = {}
        for name, version in self._known:
            found[name] = max(version, found.get(name, 0))
        return found

    def file_of(self, reference: str) -> Path | None:
        """Returns the file of a reference such as `acme/base@4`."""
        name, _, version = reference.rpartition("@")
        texts = self._known.get((name, int(version)), {}) if version.isdecimal() else {}
        return next(iter(texts), None)

    @cached_property
    def _known(self) -> dict[tuple[str, int], dict[Path, str]]:
        found: dict[tuple[str, int], dict[Path, str]] = {}
        for folder in self._folders:
            for key, texts in _in(folder).items():
                if key not in found or key[0].startswith(_STATUTORY):
                    found[key] = {**found.get(key, {}), **texts}
        return found


def _in(folder: Path) -> dict[tuple[str, int], dict[Path, str]]:
    found: dict[tuple[str, int], dict[Path, str]] = {}
    for path in sorted(yaml_files(folder)):
        text = read_text(path)
        if isinstance(text, str) and (key := named(text)):
            found.setdefault(key, {})[path] = text
    return found


def named(text: str) -> tuple[str, int] | None:
    """Returns the id and version at the top of a text, without parsing the rest of it."""
    name, version = _NAME.search(text), _VERSION.search(text)
    return (name[2], int(version[1])) if name and version else None


def _twice(reference: str, texts: dict[Path, str]) -> Fault:
    first, second, *_ = texts
    line = texts[second][: _position(texts[second])].count("\n") + 1
    return Fault(
        code="published_twice",
        source=Source(str(second), line, 1),
        sentence=f"`{reference}` is also in `{first}`, with another text; keep one of them.",
    )


def _position(text: str) -> int:
    name = _NAME.search(text)
    return name.start() if name else 0
