"""`takeback check`: every fault of policy files, where it stands and what would be right."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from engine.policy.faults import Fault
from takeback.commands.opened import All, Paths, open_all
from takeback.terminal import complain_of, counted, say, show_faults, stdout


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def check(
    paths: Paths,
    *,
    format_: Annotated[
        Format, typer.Option("--format", help="For people or for programs.")
    ] = Format.TEXT,
    for_publishing: Annotated[
        bool, typer.Option("--for-publishing", help="Also what keeps it from being published.")
    ] = False,
) -> None:
    """Find every fault in policy files.

    Reads shape, types and words, and shows each fault with its line and the
    nearest word that would be right.

    Exit code 0: no faults. 1: faults. 2: a file cannot be read.

    [bold]Example:[/bold] takeback check policies/ --for-publishing
    """
    found = open_all(paths)
    faults = found.faults
    if for_publishing:
        faults = tuple(dict.fromkeys((*faults, *_before_publishing(found))))
    if format_ is Format.JSON:
        _print_json(found, faults)
    else:
        show_faults(stdout(), faults)
        _print_summary(found, faults)
    complain_of(found.unreadable)
    raise typer.Exit(2 if found.unreadable else int(bool(faults)))


def _before_publishing(found: All) -> tuple[Fault, ...]:
    from engine.publishing.readiness import faults_before_publishing  # noqa: PLC0415 - slow to load

    each = (faults_before_publishing(one.file) for one in found.opened)
    return found.shelf.placed(fault for faults in each for fault in faults)


def _print_summary(found: All, faults: tuple[Fault, ...]) -> None:
    files = len(found.opened) + len(found.broken)
    where = len({fault.source.file for fault in faults})
    said = f"{counted(len(faults), 'fault')} in {counted(where, 'file')}" if faults else "no faults"
    if files:
        say(stdout(), f"{counted(files, 'file')} checked, {said}")


def _print_json(found: All, faults: tuple[Fault, ...]) -> None:
    data = {
        "checked": len(found.opened) + len(found.broken),
        "faults": [
            {**fault.source._asdict(), "code": fault.code, "sentence": fault.sentence}
            for fault in faults
        ],
        "unreadable": [
            {"file": str(one.path), "sentence": one.sentence} for one in found.unreadable
        ],
    }
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
