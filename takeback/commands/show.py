"""`takeback show`: a policy as it was written, or merged with its bases, line by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.dates import day_text, parse_day
from engine.policy.editions import PolicyFile
from engine.policy.printing.defaults import in_full
from engine.policy.printing.yaml import written
from engine.policy.text import parse
from takeback.commands.opened import open_one
from takeback.overview import Overview
from takeback.terminal import clean, complain, stdout


class As(StrEnum):
    """How a policy is shown."""

    TABLE = "table"
    YAML = "yaml"


def show(
    policy: Annotated[str, typer.Argument(metavar="FILE", help="A policy file.")],
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Merged with its bases, defaults filled in.")
    ] = False,
    as_: Annotated[
        As | None, typer.Option("--as", help="By default table; yaml with --full.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DAY", help="With --full: the edition of this day.")
    ] = None,
) -> None:
    """Show a policy.

    As it was written, topic by topic; with --full merged with its bases and
    with what it leaves unsaid, and on each line the file and line it came from.

    [bold]Example:[/bold] takeback show returns.yaml --full
    """
    day = _day(on)
    opened, shelf = open_one(Path(policy))
    _show(opened.file, (full, as_, day), shelf.shown)


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
    """The day to show: as given, else today; another edition than that of the day is named."""
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
