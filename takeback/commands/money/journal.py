"""`takeback journal`: the record of what happened, and checks that nobody has changed it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, progress, say, stdout

if TYPE_CHECKING:
    from engine.journal import Broken
    from takeback.journals import Journals

journal = typer.Typer(
    no_args_is_help=True, help="Read the journal, sign checkpoints of it, and verify it."
)
_PAGE = 1_000
_NAMED = (
    "a return or an order by its number, a partner by its handle, an edition as policy@version, "
    "all else by its id of the API."
)


@journal.command()
def verify(
    *,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Compare the journal with checkpoints that you kept; repeatable."
        ),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help=(
                "The public key that signed them, if it is not of this server's current master "
                "keys; repeatable."
            ),
        ),
    ] = None,
    database: Database = None,
) -> None:
    """Verify every entry of the journal; exit code 1 names the first one that was changed.

    A journal that was cut off or rewritten from end to end is consistent in itself; only a
    checkpoint kept elsewhere reveals it.

    [bold]Example:[/bold] takeback journal checkpoint --out monday.jsonl &&
    takeback journal verify --checkpoint monday.jsonl
    """
    from takeback import journals  # noqa: PLC0415 - other commands need no store

    console = stdout()
    with journals.opened(settings_with(database=database)) as kept:
        against = _against(kept, checkpoint or [], key or [])
        sizes = kept.sizes()
        steps = sum(-(-size // _PAGE) for size in sizes.values())
        with progress("checking entries", steps) as step:
            broken = [found for key_ in sizes if (found := kept.broken(key_, step))]
    broken += [each for each in against if each is not None]
    for each in broken:
        say(console, (each.tenant, "bold"), "  ", (each.sentence, "red"))
    if broken:
        raise typer.Exit(1)
    entries = counted(sum(sizes.values()), "entry").replace("entrys", "entries")
    held = f", as {counted(len(against), 'checkpoint')} had it" if against else ""
    say(console, ("whole", "green"), f"  {entries} of {counted(len(sizes), 'tenant')}{held}")


def _against(kept: Journals, files: list[Path], keys: list[Path]) -> list[Broken | None]:
    from adapters.identity.signing import public_key  # noqa: PLC0415 - as above
    from takeback import checkpoints  # noqa: PLC0415

    if not files:
        return []
    known = kept.signer.public_keys
    for each in keys:
        known |= public_key(checkpoints.read_text(each))
    return [kept.against(each, known) for each in checkpoints.read(files)]


@journal.command()
def checkpoint(
    partner: Annotated[
        str | None,
        typer.Argument(metavar="PARTNER", help="A partner's handle; by default all partners."),
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to a file instead.")
    ] = None,
    database: Database = None,
) -> None:
    """Sign the current state of each journal; print a line of JSON for each, to keep elsewhere.

    [bold]Example:[/bold] takeback journal checkpoint acme-supply --out monday.jsonl
    """
    from takeback import checkpoints, journals  # noqa: PLC0415 - other commands need no store

    with journals.opened(settings_with(database=database)) as kept:
        lines = "".join(f"{checkpoints.line(each)}\n" for each in kept.checkpoints(partner))
    if out is None:
        typer.echo(lines, nl=False)
    else:
        checkpoints.write(out, lines)


@journal.command("key")
def key_(*, database: Database = None) -> None:
    """Print the public key that verifies checkpoints, in PEM; it is not a secret.

    [bold]Example:[/bold] takeback journal key
    """
    from adapters.identity.signing import Signer  # noqa: PLC0415 - other commands need no vault
    from takeback.sealing import vault_of  # noqa: PLC0415

    typer.echo(Signer.of(vault_of(settings_with(database=database))).pem, nl=False)


@journal.command()
def show(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help=(
                "An id of the API, the number of a return or an order, a partner, or "
                "policy@version."
            ),
        ),
    ],
    *,
    database: Database = None,
) -> None:
    """Show what happened to one thing, in order, with the partner in whose journal it is.

    [bold]Example:[/bold] takeback journal show R-7NTFGJDVAD
    """
    from takeback import journals  # noqa: PLC0415 - other commands need no store

    with journals.opened(settings_with(database=database)) as kept:
        entries = kept.about(subject)
    for handle, each in entries:
        when = each.at[:19].replace("T", " ")
        said = f"  {each.body}  by {each.actor}"
        say(stdout(), f"{handle}  {each.seq}  {when}  ", (each.fact, "bold"), said)
    if not entries:
        say(stdout(), f"Nothing is in the journal about `{subject[:100]}`. Name {_NAMED}")
