"""`takeback orders`: orders of a partner, for operators."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from takeback.commands.pairs import pairs
from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, progress, say, stdout

if TYPE_CHECKING:
    from adapters.store.ordering.records import LineChange
    from takeback.ordering import Waits

By = Annotated[str, typer.Option(metavar="PARTNER", help="The partner whose orders they are.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The number of an order.")]
Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER...", help="Numbers of orders.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]

orders = typer.Typer(no_args_is_help=True, help="Import orders, answer proposals, amend orders.")


@orders.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, one order line a row.")],
    *,
    by: By,
    partner_: Annotated[
        str,
        typer.Option(
            "--partner", metavar="PARTNER", help="The other partner, if no column names it."
        ),
    ] = "",
    update: Annotated[
        str | None,
        typer.Option("--update", metavar="REASON", help="Amend existing orders, for this reason."),
    ] = None,
    database: Database = None,
) -> None:
    """Import the orders of a CSV file, all or none; every fault is named by line and column.

    An existing order is a fault, unless --update is given.

    [bold]Example:[/bold] takeback orders import orders.csv --by northwind --partner acme-supply
    """
    from takeback import ordering  # noqa: PLC0415 - other commands need no store

    settings = settings_with(database=database)
    with progress("importing"):
        done = ordering.import_order_file(settings, file, by, partner_, update=update)
    if done.added:
        say(stdout(), f"{counted(len(done.added), 'order')} imported")
    waits = sum(not each.order.confirmed for each in done.added)
    if update is not None:
        say(stdout(), f"{counted(done.amended, 'order')} amended")
    if waits + done.proposed:
        say(stdout(), f"{counted(waits + done.proposed, 'proposal')} for the supplier to confirm")


@orders.command("list")
def list_(*, by: By, database: Database = None) -> None:
    """List the orders that wait for their supplier, with their lines and proposed changes.

    [bold]Example:[/bold] takeback orders list --by acme-supply
    """
    from takeback import ordering  # noqa: PLC0415 - other commands need no store

    found = ordering.waiting(settings_with(database=database), by)
    for each in found:
        _show(each)
    if not found:
        say(stdout(), "no order waits")


@orders.command()
def confirm(numbers: Numbers, *, by: By, yes: Yes = False, database: Database = None) -> None:
    """Confirm what waits in orders: the orders themselves and all changes of them. This is final.

    [bold]Example:[/bold] takeback orders confirm N-1 N-2 --by acme-supply --yes
    """
    from takeback import ordering  # noqa: PLC0415 - other commands need no store

    _ask(yes, f"Confirm all that waits of {', '.join(numbers)}, for good?")
    found = ordering.answer(settings_with(database=database), by, numbers)
    say(stdout(), f"{counted(len(found), 'order')} confirmed")


@orders.command()
def decline(
    numbers: Numbers,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="The reason, which both partners see.")],
    yes: Yes = False,
    database: Database = None,
) -> None:
    """Decline what waits in orders: the orders themselves and all changes of them. This is final.

    [bold]Example:[/bold] takeback orders decline N-3 --by acme-supply --reason 'not ours' --yes
    """
    from takeback import ordering  # noqa: PLC0415 - other commands need no store

    _ask(yes, f"Decline all that waits of {', '.join(numbers)}, for good?")
    found = ordering.answer(settings_with(database=database), by, numbers, why=reason)
    say(stdout(), f"{counted(len(found), 'order')} declined")


@orders.command()
def update(  # noqa: PLR0913 - one parameter for each option
    number: Number,
    *,
    by: By,
    delivered: Annotated[str | None, typer.Option(help="The day or time of delivery.")] = None,
    shipped: Annotated[str | None, typer.Option(help="The day or time of shipping.")] = None,
    date: Annotated[
        list[str] | None, typer.Option(metavar="NAME=DAY", help="Another date; may be repeated.")
    ] = None,
    cancel: Annotated[
        list[str] | None,
        typer.Option(metavar="LINE=UNITS", help="Units that will never be delivered."),
    ] = None,
    tracking: Annotated[
        list[str] | None, typer.Option(metavar="CARRIER=NUMBER", help="A parcel to the consumer.")
    ] = None,
    location: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINE=PLACE", help="The location a line was shipped from; may be repeated."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="The reason, kept in the history of the order.")] = "",
    yes: Yes = False,
    database: Database = None,
) -> None:
    """Amend an order; what its retailer may not change alone waits for the supplier.

    [bold]Example:[/bold] takeback orders update N-4 --by acme-supply --delivered 2026-03-02
    """
    from adapters.store.ordering.records import Change  # noqa: PLC0415 - others need no store
    from takeback import ordering  # noqa: PLC0415

    dates = pairs(date, "--date") | {
        name: on for name, on in (("delivered", delivered), ("shipped", shipped)) if on
    }
    parcels = [part.rpartition("=") for part in tracking or ()]
    change = Change(
        dates=dates,
        tracking=tuple({"carrier": carrier, "number": of} for carrier, _, of in parcels),
        lines=_changed(cancel, pairs(location, "--location")),
    )
    if cancel:
        _ask(yes, f"Cancel units of {number}, for good?")
    waits = ordering.update(settings_with(database=database), by, number, change, reason)
    say(stdout(), f"{number} waits for the supplier" if waits else f"{number} amended")


def _ask(yes: bool, question: str) -> None:
    if not yes:
        typer.confirm(question, abort=True)


def _changed(texts: list[str] | None, places: dict[str, str]) -> tuple[LineChange, ...]:
    """Returns the changes of lines: units to cancel, and the location each was shipped from."""
    from adapters.store.ordering.records import LineChange  # noqa: PLC0415 - others need no store

    found = pairs(texts, "--cancel")
    for line, units in found.items():
        if not re.fullmatch(r"[1-9][0-9]{0,5}", units):
            said = f"`{units[:20]}` is no number of units of line `{line[:60]}`"
            raise typer.BadParameter(said, param_hint="--cancel")
    return tuple(
        LineChange(line=line, cancel=int(found.get(line, 0)), location=places.get(line, ""))
        for line in {**found, **places}
    )


def _show(waits: Waits) -> None:
    from takeback.reports.waiting import lines_of  # noqa: PLC0415 - others need no store

    order, console = waits.family.order, stdout()
    other = f"{order.retailer.handle} with {order.supplier.handle}"
    say(console, (order.number, "bold"), f"  {other}, {order.standing}")
    for each in lines_of(waits.family, waits.amendments):
        say(console, f"  {each}")
