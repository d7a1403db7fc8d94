"""`takeback journal`: what happened, and whether nobody has changed it since."""

from __future__ import annotations

from typing import Annotated

import typer

from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, progress, say, stdout

journal = typer.Typer(no_args_is_help=True, help="Read the journal, and check that it is whole.")
_PAGE = 1_000


@journal.command()
def verify(*, database: Database = None) -> None:
    """Check every entry of the journal; exit code 1 names the first one that was changed.

    [bold]Example:[/bold] takeback journal verify
    """
    from takeback import journals  # noqa: PLC0415 - other commands need no store

    console = stdout()
    with journals.opened(settings_with(database=database)) as kept:
        sizes = kept.sizes()
        steps = sum(-(-size // _PAGE) for size in sizes.values())
        with progress("checking entries", steps) as step:
            broken = [found for key in sizes if (found := kept.broken(key, step))]
    for each in broken:
        say(console, (each.tenant, "bold"), "  ", (each.sentence, "red"))
    if broken:
        raise typer.Exit(1)
    entries = counted(sum(sizes.values()), "entry").replace("entrys", "entries")
    say(console, ("whole", "green"), f"  {entries} of {counted(len(sizes), 'tenant')}")


@journal.command()
def show(
    subject: Annotated[
        str,
        typer.Argument(metavar="ID", help="Of what it is about, or a partner or policy@version."),
    ],
    *,
    database: Database = None,
) -> None:
    """Show what happened to one thing, in order.

    [bold]Example:[/bold] takeback journal show st_12c70464604c
    """
    from takeback import journals  # noqa: PLC0415 - other commands need no store

    with journals.opened(settings_with(database=database)) as kept:
        entries = kept.about(subject)
    for each in entries:
        when = each.at[:19].replace("T", " ")
        say(stdout(), when, "  ", (each.fact, "bold"), f"  {each.body}  by {each.actor}")
    if not entries:
        say(stdout(), f"Nothing is in the journal about `{subject[:100]}`.")
