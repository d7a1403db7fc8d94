"""`takeback compare`: all returns that two policies decide differently."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from engine.comparing.policies import NotComparable, PoliciesCompared, compare_policies
from engine.dates import day_text, parse_day
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from takeback.commands.completion import policies
from takeback.commands.serve import Database
from takeback.commands.show import edition_before, find
from takeback.reports import comparison
from takeback.terminal import clean, complain, say, stderr


class Format(StrEnum):
    """How a comparison is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def compare(  # noqa: PLR0913 - one parameter for each option
    policy: Annotated[
        str,
        typer.Argument(
            metavar="POLICY",
            help="A policy file, or a name: acme/standard@2.",
            autocompletion=policies,
        ),
    ],
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="[OTHER]",
            help=(
                "The policy to compare POLICY with. By default, POLICY is compared with its base, "
                "or without one with what is published under its name."
            ),
            autocompletion=policies,
        ),
    ] = None,
    *,
    on: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Take the editions in force on this day, not the newest."),
    ] = None,
    most: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, help="Changes to show for each field.")
    ] = 10,
    format_: Annotated[
        Format, typer.Option("--format", help="For people, for a pull request, or for programs.")
    ] = Format.TEXT,
    database: Database = None,
) -> None:
    """Show what changes from one policy to another, and for which returns.

    Lists every change of the answer, code, last day, fees, net, remedy, goods and of who
    pays for return shipping, in plain words, each with an example return that both
    policies decided, by the rule network too. What is called proven holds for returns of
    one line with all facts sent; several lines and times of day are not compared.

    Exit code 0: proven that nothing changes. 1: something does. 2: the policies
    cannot be compared, or no change was found but not every case was examined, such
    as partners with other agreed values.

    Published editions are named by NAME@VERSION. Without OTHER, an override is
    compared with its base.

    [bold]Example:[/bold] takeback compare returns.yaml draft.yaml
    """
    day = _day(on)
    one = find(policy, (day, None), database).file
    before, after = _pair(one, other, day, database)
    try:
        found = compare_policies(before, after, native=True)
    except NotComparable as error:
        complain(str(error))
        raise typer.Exit(2) from None
    typer.echo(clean(_shown(found, format_, most)))
    if found.changes:
        raise typer.Exit(1)
    raise typer.Exit(0 if found.proven and not found.agreed else 2)


def _shown(found: PoliciesCompared, format_: Format, most: int) -> str:
    if format_ is Format.JSON:
        return comparison.as_json(found)
    if format_ is Format.MARKDOWN:
        return comparison.as_markdown(found, most)
    return comparison.as_text(found, most)


def _pair(
    one: PolicyFile, other: str | None, day: int | None, database: str | None
) -> tuple[Policy, Policy]:
    mine = _edition(one, day)
    if other is not None:
        return mine, _edition(find(other, (day, None), database).file, day)
    base = one.base_of(mine)
    if base is not None:
        return base, mine
    published = edition_before(one, day, database)
    if published is None:
        complain(f"`{mine.reference}` extends nothing, and there was no edition of it before.")
        raise typer.Exit(2)
    say(stderr(), f"`{mine.id}` extends nothing; it is compared with what is published.")
    return _edition(published, day), mine


def _edition(file: PolicyFile, day: int | None) -> Policy:
    """Returns the edition of a day; without one the newest, and says so if there are others."""
    found = file.on(day)
    if day is None and len(file.editions) > 1:
        days = found.effective
        until = f" to {day_text(days.last)}" if days.last is not None else " on"
        said = f"`{found.reference}` changes on dated days; compared is what it says from "
        say(stderr(), f"{said}{day_text(days.first)}{until}. `--on DAY` compares another day.")
    return found


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--on") from None
