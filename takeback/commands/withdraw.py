"""`takeback withdraw`: withdraws an edition on a server, entirely or from a day on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from engine.dates import day_text, parse_day
from takeback.commands.publish import days
from takeback.commands.serve import Database, settings_with
from takeback.terminal import say, stderr, stdout

if TYPE_CHECKING:
    from adapters.store.lifetime.withdrawing import Withdrawn
    from adapters.store.records import Edition

_REFERENCE: Final = re.compile(r"([\x21-\x7e]{1,200})@([0-9]{1,9})\Z")


def withdraw(
    edition: Annotated[str, typer.Argument(metavar="POLICY@VERSION", help="A published edition.")],
    *,
    why: Annotated[str, typer.Option(help="The reason, which partners can read.")],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DAY",
            help="The first day of the withdrawal; by default all days of the edition.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    database: Database = None,
) -> None:
    """Withdraw an edition.

    It no longer governs orders of those days; the previous version does, or none.
    Decisions already made by it stay as they are. If a version that comes back ends or forbids
    terms agreed with partners, they are shown, and it is withdrawn once you confirm that.

    [bold]Example:[/bold] takeback withdraw acme/standard@2 --why 'the wrong rate'
    """
    from adapters.store.lost_terms import TermsLost  # noqa: PLC0415 - other commands need no store
    from takeback import withdrawing  # noqa: PLC0415

    settings, first = settings_with(database=database), _day(from_)
    match = _REFERENCE.match(edition)
    if match is None:
        said = f"`{edition[:100]}` names no edition; write policy@version."
        raise typer.BadParameter(said, param_hint="POLICY@VERSION")
    with withdrawing.opened(settings, match[1], int(match[2])) as (store, found):
        if not yes:
            _ask(found, first)
        try:
            made = withdrawing.withdraw(store, found, first, why)
        except TermsLost as terms:
            for each in terms.lost.terms:
                say(stderr(), ("warning: ", "yellow"), each.sentence)
            if not yes:
                typer.confirm("Withdraw it, and end these terms?", abort=True)
            made = withdrawing.withdraw(store, found, first, why, terms.lost.digest)
        _tell(made)


def _ask(found: Edition, first: int | None) -> None:
    console = stdout()
    say(console, (found.reference, "bold"), f"  {found.title}")
    say(console, f"  in force   {days(found.effective)}, by the day it was {found.applies_by}")
    which = f"its days from {day_text(first)} on" if first else "all its days"
    typer.confirm(f"Withdraw {which}, for good?", abort=True)


def _tell(made: Withdrawn) -> None:
    console, first = stdout(), made.withdrawal.first
    since = day_text(first or made.edition.effective.first)
    holds = f"`{made.instead}` holds" if made.instead else "no version of this policy holds"
    say(console, ("Withdrawn ", "green"), made.edition.reference)
    say(console, f"  from       {since} on")
    say(console, f"  instead    {holds}")
    for child in made.children:
        say(console, f"  stays on it as its base  {child}")


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--from") from None
