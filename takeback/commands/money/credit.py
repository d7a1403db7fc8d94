"""`takeback credit`: account credit of a partnership, for operators."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.money import Money
from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, say, stdout

if TYPE_CHECKING:
    from adapters.store.money.credit.records import CreditEntry, CreditStatement

credit = typer.Typer(no_args_is_help=True, help="Read statements of account credit.")


@credit.callback()
def _group() -> None:
    """Makes this a group, although it has only one command."""


@credit.command()
def statement(  # noqa: PLR0913 - one parameter for each option
    *,
    supplier: Annotated[
        str, typer.Option(metavar="PARTNER", help="The supplier who gives credit.")
    ],
    retailer: Annotated[str, typer.Option(metavar="PARTNER", help="The retailer who gets credit.")],
    currency: Annotated[str, typer.Option(metavar="CODE", help="For example USD.")],
    month: Annotated[str, typer.Option(metavar="MONTH", help="For example 2026-11, in UTC.")],
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the entries as CSV.")
    ] = None,
    database: Database = None,
) -> None:
    """Show the account credit of one partnership and currency over a month.

    [bold]Example:[/bold] takeback credit statement --supplier acme-supply
    --retailer northwind --currency USD --month 2026-11 --csv november.csv
    """
    from takeback import credit as reading  # noqa: PLC0415 - other commands need no store

    settings = settings_with(database=database)
    found, entries = reading.statement(settings, supplier, retailer, currency, month)
    if csv is not None:
        _write(csv, reading.as_csv(entries))
    _tell(found, entries)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(
            f"`{path}` cannot be written: {error.strerror}.", param_hint="--csv"
        ) from None


def _tell(found: CreditStatement, entries: Sequence[CreditEntry]) -> None:
    currency = found.between.currency
    say(stdout(), f"opening  {Money(found.opening, currency)}")
    for each in entries:
        say(stdout(), f"  {_line(each)}")
    closing = Money(found.closing, currency)
    say(stdout(), f"closing  {closing}, after {counted(len(entries), 'movement')}")


def _line(each: CreditEntry) -> str:
    of = (each.of.settlement, each.of.claim, each.of.invoice, each.of.how, each.of.reference)
    names = "  ".join(filter(None, of))
    what = each.kind.replace("_", " ")
    return f"{each.number}  {each.at:%Y-%m-%d}  {what}  {each.amount}  {names}"
