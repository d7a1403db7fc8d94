"""`takeback feeds`: the channels that tell retailers a supplier's stock, and their state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from takeback.commands.pairs import pairs
from takeback.commands.serve import Database, settings_with
from takeback.terminal import say, stdout

if TYPE_CHECKING:
    from takeback.feeds import Act, Standing

By = Annotated[str, typer.Option(metavar="SUPPLIER", help="The supplier whose stock it is.")]
Retailer = Annotated[str, typer.Argument(metavar="RETAILER", help="The retailer who is told.")]

feeds = typer.Typer(no_args_is_help=True, help="Tell retailers the stock of a supplier.")


@feeds.command("open")
def open_(  # noqa: PLR0913 - one parameter for each option
    retailer: Retailer,
    *,
    by: By,
    webhook: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The address for signed messages; '' or none: a CSV file."
        ),
    ] = None,
    keep_back: Annotated[
        int | None,
        typer.Option(help="Units of each SKU to keep back from what is told; initially 0."),
    ] = None,
    keep_back_of: Annotated[
        list[str] | None, typer.Option(metavar="SKU=UNITS", help="For one SKU; may be repeated.")
    ] = None,
    database: Database = None,
) -> None:
    """Open the channel to a retailer, or change it; what you leave out stays as it is.

    The secret of a new webhook is shown once.

    [bold]Example:[/bold] takeback feeds open northwind --by acme-supply --webhook https://northwind.example/stock
    """
    from takeback.feeds import Said, open_feeds  # noqa: PLC0415 - others need no store

    said = Said(address=webhook, buffer=keep_back, buffers=_units(keep_back_of))
    _, secret = open_feeds(settings_with(database=database), by, retailer, said)
    say(stdout(), f"{retailer} is told the stock of {by}")
    if secret:
        say(stdout(), "Give your partner this secret; it is shown once:")
        say(stdout(), secret)


@feeds.command("list")
def list_(
    *,
    by: Annotated[
        str,
        typer.Option(metavar="PARTNER", help="The partner whose channels to list, on either side."),
    ],
    database: Database = None,
) -> None:
    """List channels with the SKUs that are behind or parked, and the last error.

    [bold]Example:[/bold] takeback feeds list --by acme-supply
    """
    from takeback.feeds import standings  # noqa: PLC0415 - other commands need no store

    found = standings(settings_with(database=database), by)
    for each in found:
        _show(each)
    if not found:
        say(stdout(), "no channel")


@feeds.command()
def pause(retailer: Retailer, *, by: By, database: Database = None) -> None:
    """Send nothing to a retailer until the channel is resumed.

    [bold]Example:[/bold] takeback feeds pause northwind --by acme-supply
    """
    _act(database, by, retailer, lambda store, acting, key: store.channels.pause(acting, key))
    say(stdout(), f"{retailer} is told nothing more")


@feeds.command()
def resume(retailer: Retailer, *, by: By, database: Database = None) -> None:
    """Resume a channel, and send what changed since the pause.

    [bold]Example:[/bold] takeback feeds resume northwind --by acme-supply
    """
    _act(database, by, retailer, lambda store, acting, key: store.channels.resume(acting, key))
    say(stdout(), f"{retailer} is told what changed")


@feeds.command()
def retry(retailer: Retailer, *, by: By, database: Database = None) -> None:
    """Retry at once what failed, was parked, or was stopped by the retailer.

    [bold]Example:[/bold] takeback feeds retry northwind --by acme-supply
    """
    _act(database, by, retailer, lambda store, acting, key: store.channels.retry(acting, key))
    say(stdout(), f"{retailer} is tried again")


@feeds.command()
def resend(
    retailer: Retailer,
    *,
    by: By,
    sku: Annotated[str | None, typer.Option(help="Only the level of one SKU.")] = None,
    database: Database = None,
) -> None:
    """Send all levels to a retailer again, or only one.

    [bold]Example:[/bold] takeback feeds resend northwind --by acme-supply --sku TENT-2P
    """
    _act(database, by, retailer, lambda store, acting, key: store.channels.resend(acting, key, sku))
    say(stdout(), f"{retailer} is told again")


@feeds.command()
def secret(
    retailer: Retailer,
    *,
    by: By,
    keep_old_hours: Annotated[
        int, typer.Option(help="Hours for which the old secret signs too; 0 if it leaked.")
    ] = 24,
    database: Database = None,
) -> None:
    """Make a new secret for a channel, shown once; the old one signs too for a while.

    [bold]Example:[/bold] takeback feeds secret northwind --by acme-supply --keep-old-hours 0
    """
    from takeback.feeds import new_secret  # noqa: PLC0415 - other commands need no store

    shown = new_secret(settings_with(database=database), by, retailer, keep_old_hours)
    say(stdout(), "Give your partner this secret; it is shown once:")
    say(stdout(), shown)


def _act(database: str | None, by: str, retailer: str, what: Act) -> None:
    from takeback.feeds import act  # noqa: PLC0415 - other commands need no store

    act(settings_with(database=database), by, retailer, what)


def _units(texts: list[str] | None) -> dict[str, int]:
    found = pairs(texts, "--keep-back-of")
    for sku, units in found.items():
        if not re.fullmatch(r"[0-9]{1,7}", units):
            said = f"`{units[:20]}` is no number of units of `{sku[:60]}`"
            raise typer.BadParameter(said, param_hint="--keep-back-of")
    return {sku: int(units) for sku, units in found.items()}


def _show(standing: Standing) -> None:
    each, sync = standing.channel, standing.sync
    said = [f"{each.kind}", f"{sync.behind} behind", f"{sync.parked} parked"]
    said += [f"{sync.drifting} drifting"] if sync.drifting else []
    said += ["paused"] if each.paused_at else []
    said += ["stopped by the partner"] if each.stopped_at else []
    say(
        stdout(),
        (f"{each.supplier.handle} to {each.retailer.handle}", "bold"),
        f"  {', '.join(said)}",
    )
    if each.error:
        say(stdout(), f"  {each.error}")
