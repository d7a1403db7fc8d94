"""`takeback show`: a policy as it was written, or merged with its bases, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from engine.dates import day_text, parse_day
from engine.policy.editions import PolicyFile
from engine.policy.printing.yaml import in_full, written
from engine.policy.text import parse
from engine.publishing.pins import base_warnings
from takeback.commands.completion import policies
from takeback.commands.opened import open_one
from takeback.commands.serve import Database, settings_with
from takeback.files import ENDINGS
from takeback.overview import Overview
from takeback.terminal import clean, complain, say, stderr, stdout

_NAME: Final = re.compile(r"([A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)+)(?:@([0-9]{1,9}))?\Z")
"""`acme/standard`, or `acme/standard@2`."""


class As(StrEnum):
    """How a policy is shown."""

    TABLE = "table"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Shown:
    """A policy that was found, a function that names its files for people, and notes about it."""

    file: PolicyFile
    place: Callable[[str], str]
    notes: tuple[str, ...]


def show(  # noqa: PLR0913 - one parameter for each option
    policy: Annotated[
        str,
        typer.Argument(
            metavar="POLICY",
            help="A policy file, or a name: acme/standard@2.",
            autocompletion=policies,
        ),
    ],
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Merged with its bases, with defaults filled in.")
    ] = False,
    as_: Annotated[
        As | None, typer.Option("--as", help="By default table; yaml with --full.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DAY", help="The edition of this day; by default today.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="For a name: as known at that time; by default now."),
    ] = None,
    database: Database = None,
) -> None:
    """Show a policy.

    As it was written, topic by topic; with --full merged with its bases, with defaults
    filled in, and with the file and line that each line came from. A name is looked up
    among published editions, then in files.

    [bold]Example:[/bold] takeback show returns.yaml --full
    """
    day, moment = _day(on), _moment(known_at)
    shown = find(policy, (day, moment), database)
    for note in shown.notes:
        say(stderr(), note)
    _show(shown.file, (full, as_, day), shown.place)


def find(text: str, when: tuple[int | None, datetime | None], database: str | None) -> Shown:
    """Returns a policy file, or what was published under a name as known at some time.

    `when` is the day on which it is in force and that time; by default today and now.
    """
    match = None if Path(text).exists() else _name(text)
    if match is None:
        return _in_file(Path(text))
    shown = named(match, when, database)
    if shown is None:
        where = "by then" if when[1] else "or in a file here"
        complain(f"There is no policy `{text}`, published {where}.")
        raise typer.Exit(2)
    return shown


def edition_before(file: PolicyFile, day: int | None, database: str | None) -> PolicyFile | None:
    """What is published under the name of a policy, or the version before if that is it itself.

    Without a day it is what is in force today, or on the file's first day if that is to come.
    """
    mine = file.policy
    day = day or max(datetime.now(UTC).date().toordinal(), file.effective.first)
    for text in (mine.id, f"{mine.id}@{mine.version - 1}"):
        match = _name(text)
        shown = named(match, (day, None), database) if match else None
        if shown is not None and Path(shown.file.file).absolute() != Path(file.file).absolute():
            return shown.file
    return None


def named(
    match: re.Match[str], when: tuple[int | None, datetime | None], database: str | None
) -> Shown | None:
    """What was published under a name, or is in a file here; None where neither is."""
    from takeback.source_view import Wanted, in_files, stored  # noqa: PLC0415 - files need no store

    now = datetime.now(UTC)
    day, moment = when
    wanted = Wanted(
        policy=match[1],
        version=int(match[2]) if match[2] else None,
        day=day or now.date().toordinal(),
        known_at=moment,
    )
    found = stored(settings_with(database=database), wanted)
    if found is not None:
        return Shown(found.file, str, found.notes)
    path = None if moment else in_files(wanted)
    if path is None:
        return None
    shown = _in_file(path)
    return replace(shown, notes=(f"Not published here; from {path}.", *shown.notes))


def _name(text: str) -> re.Match[str] | None:
    """Matches the policy and version of a name; None for text that looks like a file."""
    return None if text.endswith(ENDINGS) else _NAME.match(text)


def _in_file(path: Path) -> Shown:
    opened, shelf = open_one(path)
    found = base_warnings(opened.file, shelf.newest(path))
    return Shown(opened.file, shelf.shown, tuple(each.sentence for each in found))


def _show(
    file: PolicyFile, how: tuple[bool, As | None, int | None], place: Callable[[str], str]
) -> None:
    full, as_, day = how
    if not full and as_ is As.YAML:
        typer.echo(file.text, nl=not file.text.endswith("\n"))
        return
    tree = parse(file.text, file.file)
    if full:
        tree = in_full(file, _on(file, day))
    if full and as_ is not As.TABLE:
        typer.echo(clean(written(tree, place)), nl=False)
    else:
        Overview(stdout(), place if full else None).tell(tree)


def _on(file: PolicyFile, day: int | None) -> int | None:
    """Returns the day to show, by default today; complains if no edition is in force on `day`."""
    chosen = datetime.now(UTC).date().toordinal() if day is None else day
    edition = file.on(chosen)
    if day is not None and not edition.effective.covers(day):
        first = day_text(edition.effective.first)
        complain(
            f"{edition.reference} is not in force on {day_text(day)}; what follows is the edition "
            f"that begins on {first}."
        )
    return chosen


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--on") from None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        said = f"`{text}` is no moment with an offset, as in 2025-01-31T09:30:00Z."
        raise typer.BadParameter(said, param_hint="--known-at")
    return moment
