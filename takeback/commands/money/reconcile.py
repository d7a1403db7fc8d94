"""`takeback reconcile`: compares our settlements with what Stripe lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.dates import parse_day
from takeback.commands.serve import Database, settings_with
from takeback.reports import reconciliation
from takeback.terminal import counted, progress, say, stdout

if TYPE_CHECKING:
    from adapters.store.money.comparing import Comparison, SettlementDifference


def reconcile(
    *,
    supplier: Annotated[
        str | None, typer.Option(metavar="PARTNER", help="Only one partner; by default all.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="An earlier first day than that of the last comparison."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the findings as a web page.")
    ] = None,
    database: Database = None,
) -> None:
    """Compare settlements with what Stripe lists, and adopt refunds made by hand.

    Exit code 0: everything agrees. 1: there are differences. 2: an account could
    not be read.

    [bold]Example:[/bold] takeback reconcile --since 2025-06-01 --page today.html
    """
    from takeback import money  # noqa: PLC0415 - other commands need no store

    settings, first = settings_with(database=database), _moment(since)
    with (
        money.comparing(settings, supplier) as (names, compare),
        progress("comparing with Stripe", len(names)) as step,
    ):
        found = []
        for key in names:
            found.append((names[key], compare(key, first)))
            step()
    if page is not None:
        _write(page, reconciliation.page(found))
    for name, done in found:
        _tell(name, done)
    if not found:
        say(stdout(), "No partner has an account at Stripe.")
    if any(done.trouble for _, done in found):
        raise typer.Exit(2)
    raise typer.Exit(any(not done.agrees for _, done in found))


def _write(page: Path, text: str) -> None:
    try:
        page.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(
            f"`{page}` cannot be written: {error.strerror}.", param_hint="--page"
        ) from None


def _tell(name: str, done: Comparison) -> None:
    console = stdout()
    if done.trouble:
        say(console, (name, "bold"), "  ", ("could not be compared: ", "red"), done.trouble)
        return
    word = ("agrees", "green") if done.agrees else ("differs", "yellow")
    seen = counted(done.seen, "movement")
    say(console, (name, "bold"), "  ", word, f", {seen} since {done.since:%Y-%m-%d %H:%M} UTC")
    for what, many in (
        ("not listed by Stripe", done.missing),
        ("made by hand, now counted", done.adopted),
        ("differs", done.differing),
    ):
        for each in many:
            _show(what, each)
    if done.clock_off:
        told = ("our clock is off: ", "red")
        say(console, "  ", told, reconciliation.clock_sentence(done))
    if done.elsewhere:
        say(console, f"  {counted(done.elsewhere, 'movement')} of payments that are not here")


def _show(what: str, found: SettlementDifference) -> None:
    names = " ".join(filter(None, (found.settlement, found.reference)))
    states = f"{found.ours or 'unknown'} here, {found.theirs} there"
    say(stdout(), f"  {what}: {found.amount}  {names}  ({states})")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromordinal(parse_day(text))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
