"""`takeback replay`: derives past decisions again and names differences."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from engine.dates import parse_day
from takeback.commands.opened import Format
from takeback.commands.serve import Database, settings_with
from takeback.terminal import complain, stdout

if TYPE_CHECKING:
    from adapters.store.decision_history.pages import Range


def replay(  # noqa: PLR0913 - one parameter for each option
    decision: Annotated[
        str | None, typer.Argument(metavar="ID", help="One decision, by its `decisionId`.")
    ] = None,
    *,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="The first day (UTC).")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="The last day (UTC), included.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every decision.")] = False,
    policy: Annotated[
        str | None,
        typer.Option(metavar="POLICY", help="Only decisions by this policy, in any version."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Only in plain Python, without the rule network.")
    ] = False,
    every: Annotated[bool, typer.Option("--every", help="Show every difference.")] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="For people or for programs.")
    ] = Format.TEXT,
    database: Database = None,
) -> None:
    """Derive past decisions again, and name differences.

    Each record must be reproduced byte for byte from its facts and the digest of its
    edition. A server may run meanwhile.

    Exit code 0: all are the same. 1: some are not. 2: wrong usage, or nothing to replay.

    [bold]Example:[/bold] takeback replay --from 2025-06-01 --to 2025-06-30
    """
    from takeback.replay.run import Wanted, run  # noqa: PLC0415 - other commands need no store
    from takeback.replay.show import Json, Text  # noqa: PLC0415

    ranged = all_ or bool(from_ or to or policy)
    if ranged is bool(decision) or (all_ and (from_ or to)):
        raise typer.BadParameter("name one decision by its ID, or a range, or --all")
    wanted = Wanted(decision=decision, within=_range(from_, to, policy), plain=plain)
    shown = (Json if format_ is Format.JSON else Text)(console=stdout(), every=every)
    findings = run(settings_with(database=database), wanted, shown)
    if not findings:
        complain("no decision was kept in this range.")
        raise typer.Exit(2)
    shown.end(findings)
    raise typer.Exit(int(set(findings) != {"same"}))


def _range(from_: str | None, to: str | None, policy: str | None) -> Range:
    from adapters.store.decision_history.pages import FIRST, LAST, Range  # noqa: PLC0415

    since = _midnight(from_, "--from") if from_ else FIRST
    before = _midnight(to, "--to") + timedelta(days=1) if to else LAST
    if before <= since:
        raise typer.BadParameter("the range ends before it begins", param_hint="--to")
    return Range(since=since, before=before, policy=policy)


def _midnight(day: str, option: str) -> datetime:
    """Returns the first moment of a day in UTC."""
    try:
        return datetime.combine(date.fromordinal(parse_day(day)), time(tzinfo=UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
