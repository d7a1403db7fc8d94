"""Opens policy files with their bases, and keeps the texts that faults refer to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from takeback.bases import Bases
from takeback.files import Unreadable, read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A policy file that cannot be read as a policy, with every fault found."""

    path: Path
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A policy file that was read."""

    path: Path
    file: PolicyFile


@dataclass(slots=True)
class Shelf:
    """Opens policy files; bases are searched beside and below each, then in `folders`."""

    folders: tuple[Path, ...] = ()
    _bases: dict[Path, Bases] = field(default_factory=dict)

    def open(self, path: Path) -> Opened | Broken | Unreadable:
        """Opens one file: returns it read, or with its faults, or why it has no text."""
        text = read_text(path)
        if isinstance(text, Unreadable):
            return text
        bases = self._bases.setdefault(path.parent, Bases((path.parent, *self.folders)))
        try:
            return Opened(path=path, file=load(text, str(path), bases.find))
        except PolicyFaults as error:
            from engine.publishing.differences import with_examples  # noqa: PLC0415 - slow to load

            shown = with_examples(error.faults, text, str(path), bases.find)
            return Broken(path=path, faults=self.placed(shown))

    def newest(self, path: Path) -> dict[str, int]:
        """Returns the newest version of every policy in the places searched for a file's bases."""
        bases = self._bases.get(path.parent)
        return bases.newest() if bases else {}

    def placed(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Returns the faults with files instead of references to bases."""
        return tuple(
            replace(fault, source=fault.source._replace(file=self.shown(fault.source.file)))
            for fault in faults
        )

    def shown(self, file: str) -> str:
        """Returns the file as a person names it; the engine names a base `acme/base@4`."""
        found = (bases.file_of(file) for bases in self._bases.values() if "@" in file)
        return str(next((path for path in found if path), file))
