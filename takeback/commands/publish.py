"""`takeback publish`: stores a policy file as an edition that decides from then on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.dates import day_text
from engine.errors import PolicyFaults
from engine.policy.model import Effective
from takeback.commands.opened import File
from takeback.commands.serve import Database, settings_with
from takeback.opening import Shelf
from takeback.settings import policies_folder
from takeback.terminal import complain, counted, progress, say, show_faults, stderr, stdout

if TYPE_CHECKING:
    from adapters.store.lost_terms import TermsLost
    from adapters.store.records import Edition


def publish(
    file: File,
    *,
    owner: Annotated[
        str, typer.Option(metavar="PARTNER", help="The trading partner whose policy it is.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="End agreed terms without asking for confirmation.")
    ] = False,
    database: Database = None,
) -> None:
    """Publish a policy file.

    If the file has any fault, nothing is stored and every fault is shown. If it ends terms that
    were agreed with partners, they are shown, and it is published once you confirm that.

    [bold]Example:[/bold] takeback publish returns.yaml --owner acme-supply
    """
    from adapters.store.lost_terms import TermsLost  # noqa: PLC0415 - other commands need no store

    new: list[str] = []
    try:
        try:
            published = _publish(file, owner, database, new)
        except TermsLost as found:
            _confirm(found, yes=yes)
            published = _publish(file, owner, database, new, found.lost.digest)
    except PolicyFaults as error:
        shelf = Shelf((policies_folder(),))
        shelf.open(file)  # so that faults of a base point into its file
        show_faults(stderr(), shelf.placed(error.faults))
        complain(f"nothing was published: {counted(len(error.faults), 'fault')}.")
        raise typer.Exit(1) from None
    console = stdout()
    say(console, ("Published ", "green"), published.reference)
    say(console, f"  digest     {published.digest}")
    say(console, f"  effective  {days(published.effective)}")
    for sentence in (*new, *_news(file, published, database)):
        say(stderr(), ("note: ", "yellow"), sentence)


def _confirm(found: TermsLost, *, yes: bool) -> None:
    """Shows the agreed terms that a version forbids or ends, and asks whether these may end.

    Ends the command if it forbids some.
    """
    for each in found.lost.forbidden or found.lost.terms:
        say(stderr(), ("warning: ", "yellow"), each.sentence)
    if found.lost.forbidden:
        count = counted(len(found.lost.forbidden), "agreed value")
        complain(f"nothing was published: the version forbids {count}.")
        raise typer.Exit(1)
    if not yes:
        typer.confirm("Publish it, and end these terms?", abort=True)


def _news(path: Path, edition: Edition, database: str | None) -> list[str]:
    from takeback.publishing import base_news  # noqa: PLC0415 - other commands need no store

    found = base_news(settings_with(database=database), path, edition) if edition.bases else ()
    return [each.sentence for each in found]


def _publish(
    path: Path, owner: str, database: str | None, new: list[str], ends_terms: str = ""
) -> Edition:
    """Publishes the file; adds sentences to `new` if its owner was added."""
    from takeback.publishing import publish_file  # noqa: PLC0415 - other commands need no store

    with progress("publishing"):
        said = (
            f"`{owner}` is new in this database, as a supplier.",
            f"`{owner}` has declared no place: what comes back has nowhere to go, and its returns "
            "wait, until `takeback products place` declares one.",
        )
        settings = settings_with(database=database)
        return publish_file(settings, path, owner, lambda: new.extend(said), ends_terms)


def days(effective: Effective) -> str:
    """Returns the days on which an edition is in force, in words."""
    until = f"to {day_text(effective.last)}" if effective.last else "on, open-ended"
    return f"from {day_text(effective.first)} {until}"
