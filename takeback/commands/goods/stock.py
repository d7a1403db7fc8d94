"""`takeback stock`: the available and quarantined units of a supplier's SKUs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from takeback.commands.pairs import pairs
from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, progress, say, stdout

By = Annotated[str, typer.Option(metavar="SUPPLIER", help="The supplier whose stock it is.")]

stock = typer.Typer(no_args_is_help=True, help="Set and list available stock.")


@stock.command("set")
def set_(
    levels: Annotated[
        list[str], typer.Argument(metavar="SKU=UNITS...", help="The units counted of each SKU.")
    ],
    *,
    by: By,
    at: Annotated[str, typer.Option(metavar="PLACE", help="The location where they are.")],
    database: Database = None,
) -> None:
    """Set the available stock at a location, replacing the old level; feeds tell it from then on.

    [bold]Example:[/bold] takeback stock set TENT-2P=40 LAMP-1=12 --at main --by acme-supply
    """
    from takeback import goods  # noqa: PLC0415 - other commands need no store

    found = [goods.level(sku, at, units) for sku, units in pairs(levels, "SKU=UNITS").items()]
    count = goods.count_stock(settings_with(database=database), by, found)
    say(stdout(), f"{counted(count, 'level')} set")


@stock.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, one level a row.")],
    *,
    by: By,
    database: Database = None,
) -> None:
    """Set the levels of a CSV file, all or none: `sku`, `location`, `available`.

    [bold]Example:[/bold] takeback stock import count.csv --by acme-supply
    """
    from takeback import goods  # noqa: PLC0415 - other commands need no store

    with progress("importing"):
        count = goods.count_file(settings_with(database=database), by, file)
    say(stdout(), f"{counted(count, 'level')} set")


@stock.command("list")
def list_(
    *,
    by: By,
    sku: Annotated[str | None, typer.Option(help="Only this SKU.")] = None,
    at: Annotated[str | None, typer.Option(metavar="PLACE", help="Only this location.")] = None,
    database: Database = None,
) -> None:
    """List available and quarantined units, SKU by SKU.

    [bold]Example:[/bold] takeback stock list --by acme-supply --at main
    """
    from takeback import goods  # noqa: PLC0415 - others need no store

    found = list(goods.stock(settings_with(database=database), by, sku=sku, location=at))
    for each in found:
        say(stdout(), (each.sku, "bold"), f"  {each.title}")
        for place in each.places:
            waits = f", {place.quarantine} in quarantine" if place.quarantine else ""
            say(stdout(), f"  {place.location}: {place.available} available{waits}")
        if not each.places:
            say(stdout(), "  never counted")
    if not found:
        say(stdout(), "no stock")
