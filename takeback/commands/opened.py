"""Opens the policies given to a command, and reports the ones that cannot be opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from takeback.bases import Bases
from takeback.commands.completion import policy_files
from takeback.files import Unreadable, is_folder, policy_paths
from takeback.opening import Broken, Opened, Shelf
from takeback.settings import policies_folder
from takeback.terminal import complain, show_faults, stderr

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH", help="Policy files, or folders of them.", autocompletion=policy_files
    ),
]
_REFERENCE: Final = re.compile(r"[^@\s]+@[0-9]{1,9}\Z")
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A policy file.", autocompletion=policy_files)
]


SCENARIO: Final = "The scenario"
"""The heading in the help of the options that describe the scenario to decide."""


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """The policies found under some paths, sorted by whether they could be read."""

    shelf: Shelf
    opened: tuple[Opened, ...]
    broken: tuple[Broken, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Returns the faults of files that could not be read, without repeating those of a shared
        base.
        """
        return tuple(dict.fromkeys(fault for each in self.broken for fault in each.faults))


def open_all(paths: Iterable[Path]) -> All:
    """Opens every policy that the paths name."""
    arguments = list(paths)
    files, unreadable = policy_paths(arguments)
    folders = [path for path in arguments if is_folder(path)]
    shelf = Shelf((*folders, policies_folder()))
    each = [shelf.open(path) for path in files]
    return All(
        shelf=shelf,
        opened=tuple(one for one in each if isinstance(one, Opened)),
        broken=tuple(one for one in each if isinstance(one, Broken)),
        unreadable=(*unreadable, *(one for one in each if isinstance(one, Unreadable))),
    )


def open_one(path: Path) -> tuple[Opened, Shelf]:
    """Opens one policy without faults; otherwise prints what is wrong and ends the command."""
    shelf = Shelf((policies_folder(),))
    found = shelf.open(path)
    if isinstance(found, Unreadable):
        complain(found.sentence)
        raise typer.Exit(2)
    if isinstance(found, Broken):
        show_faults(stderr(), found.faults)
        raise typer.Exit(1)
    return found, shelf


def open_reference(said: str, *, beside: Path) -> PolicyFile:
    """Opens a policy by its file, or as `policy@version`, found as a base of `beside` would be."""
    path = Path(said)
    if path.exists() or not _REFERENCE.match(said):
        return open_one(path)[0].file
    name, _, version = said.rpartition("@")
    bases = Bases((beside.parent, policies_folder()))
    text = bases.find(name, int(version))
    if text is None:
        complain(f"There is no `{said}` beside `{beside}` or among the policies of Takeback.")
        raise typer.Exit(2)
    try:
        return load(text, str(bases.file_of(said) or said), bases.find)
    except PolicyFaults as error:
        show_faults(stderr(), error.faults)
        raise typer.Exit(1) from None
