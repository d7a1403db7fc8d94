"""`takeback products`: what a supplier sells, and the locations it ships from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from takeback.commands.pairs import pairs
from takeback.commands.serve import Database, settings_with
from takeback.terminal import complain, counted, progress, say, stdout

By = Annotated[str, typer.Option(metavar="SUPPLIER", help="The supplier whose products they are.")]

products = typer.Typer(no_args_is_help=True, help="Declare products and shipping locations.")


@products.command()
def put(  # noqa: PLR0913 - one parameter for each option
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The SKU that orders use.")],
    *,
    by: By,
    title: Annotated[str, typer.Option(help="The name that people see.")],
    price: Annotated[
        str,
        typer.Option(
            help="The price of a unit for retailers; separate several currencies with `;`."
        ),
    ] = "",
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A fact of the product; may be repeated."),
    ] = None,
    database: Database = None,
) -> None:
    """Declare a product, or replace its declaration.

    [bold]Example:[/bold] takeback products put TENT-2P --by acme-supply --title 'Tent for two' --price 'USD 80.00' --fact category=outdoor
    """  # noqa: E501 - an example to paste
    from takeback import goods  # noqa: PLC0415 - other commands need no store

    said = pairs(fact, "--fact")
    done = goods.put_goods(
        settings_with(database=database),
        by,
        lambda known: [goods.product(sku, title, price, said, known=known)],
    )
    _tell(done.notes, f"{sku} declared")


@products.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, one product a row.")],
    *,
    by: By,
    database: Database = None,
) -> None:
    """Declare the products of a CSV file, all or none: `sku`, `title`, `price` and facts.

    [bold]Example:[/bold] takeback products import products.csv --by acme-supply
    """
    from takeback import goods  # noqa: PLC0415 - other commands need no store

    with progress("importing"):
        done = goods.put_goods(
            settings_with(database=database), by, lambda known: goods.products_of(file, known)
        )
    _tell(done.notes, f"{counted(done.products, 'product')} declared")


@products.command()
def place(  # noqa: PLR0913 - one parameter for each option
    handle: Annotated[
        str, typer.Argument(metavar="PLACE", help="A short handle for the location.")
    ],
    *,
    by: By,
    name: Annotated[str, typer.Option(help="The first line of its address.")],
    line: Annotated[
        list[str], typer.Option(help="A further line of its address; may be repeated.")
    ],
    country: Annotated[str, typer.Option(help="Two capital letters, as in `US`.")],
    database: Database = None,
) -> None:
    """Declare a location that goods are shipped from and returned to, or change its address.

    [bold]Example:[/bold] takeback products place main --by acme-supply --name Dock --line '1 Dock Road' --country US
    """  # noqa: E501 - an example to paste
    from adapters.store.records import Location  # noqa: PLC0415 - other commands need no store
    from takeback import goods  # noqa: PLC0415

    location = Location(handle=handle, name=name, lines=tuple(line), country=country)
    goods.put_goods(settings_with(database=database), by, locations=[location])
    say(stdout(), f"{handle} declared")


def _tell(notes: Sequence[str], done: str) -> None:
    for each in notes:
        complain(each)
    say(stdout(), done)
