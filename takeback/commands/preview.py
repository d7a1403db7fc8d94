"""`takeback preview`: scenarios of a policy side by side, and what a draft would change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from engine.policy.editions import PolicyFile
from services.policies.outcomes import NOT_DECIDED, Previewer, PreviewOutcome
from services.policies.scenarios import Named, Scenario, of_tests
from takeback.commands.completion import policies
from takeback.commands.opened import SCENARIO, File, Format, open_one, open_reference
from takeback.scenarios import facts as s
from takeback.scenarios import named as scenarios
from takeback.terminal import clean, complain, counted, progress, say, stdout

_COLUMNS: Final = ("answer", "code", "last_day", "fees", "net", "payer")
_UNBOUNDED: Final = 10_000
"""Console width: a row stays one line even on a narrow terminal, so that `grep` and `cut` work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A scenario, its outcome, and its outcome by the other policy."""

    name: str
    now: PreviewOutcome
    before: PreviewOutcome | None

    @property
    def changed(self) -> tuple[str, ...]:
        return self.now.changes(self.before) if self.before else ()


def preview(  # noqa: PLR0913 - one parameter for each option
    file: File,
    *,
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Facts in YAML or JSON, of one scenario or a list.",
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.csv",
            help="A row for each scenario, a column for each fact.",
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A fact of every scenario; overrides the others.",
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="POLICY",
            help="Another file or policy@version: old → new.",
            autocompletion=policies,
        ),
    ] = None,
    changes: Annotated[
        bool,
        typer.Option("--changes", help="With --against: only scenarios whose outcome changes."),
    ] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="For people or for programs.")
    ] = Format.TEXT,
) -> None:
    """Decide several scenarios and show them side by side.

    One line each: answer, code, last day, fees, net, and who pays for return shipping.
    [bold]explain[/bold] explains one of them in full. By default, the scenarios of the
    tests inside the policy are used. With --against, each value that differs under
    another policy is shown as old → new.

    Exit code 0: all were decided. 2: some could not be, or there are none.

    [bold]Example:[/bold] takeback preview draft.yaml --against returns.yaml --changes
    """
    opened, _ = open_one(file)
    other = open_reference(against, beside=file) if against is not None else None
    named = list(_scenarios(opened.file, scenario or [], cases or [], given or []))
    if not named:
        complain(f"`{file}` has no tests to take scenarios from; give --scenario or --cases.")
        raise typer.Exit(2)
    rows = _rows(opened.file, other, named)
    shown = [row for row in rows if row.changed or not changes]
    if format_ is Format.JSON:
        typer.echo(json.dumps(_as_data(shown, opened.file, other), indent=2, ensure_ascii=False))
    else:
        _print(shown, compared=other is not None)
        _summary(rows, opened.file, other)
    raise typer.Exit(2 if any(row.now.answer == NOT_DECIDED for row in rows) else 0)


def _scenarios(
    file: PolicyFile, paths: Sequence[Path], tables: Sequence[Path], given: Sequence[str]
) -> Iterator[Named]:
    facts = s.of_pairs(given, "--given")
    named = [each for path in paths for each in scenarios.of_file(path)]
    named += [each for path in tables for each in scenarios.of_table(path, file.policy.facts)]
    if not (paths or tables):
        named = list(of_tests(file))
    if not named and facts:
        named = [Named(name="given", scenario=Scenario(given={}))]
    for each in named:
        yield Named(name=each.name, scenario=s.with_facts(each.scenario, facts))


def _rows(file: PolicyFile, other: PolicyFile | None, named: Sequence[Named]) -> list[_Row]:
    with ExitStack() as stack, progress("deciding", len(named)) as done:
        now = stack.enter_context(closing(Previewer(file)))
        old = stack.enter_context(closing(Previewer(other))) if other else None
        rows = []
        for each in named:
            before = old.outcome(each.scenario) if old else None
            rows.append(_Row(name=each.name, now=now.outcome(each.scenario), before=before))
            done()
        return rows


# --- telling --------------------------------------------------------------------------------------


def _print(rows: Sequence[_Row], *, compared: bool) -> None:
    if not rows:
        return
    console = stdout()
    console.width = _UNBOUNDED
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for title in ("", "scenario", *(column.replace("_", " ") for column in _COLUMNS)):
        if title or compared:
            table.add_column(title)
    for row in rows:
        cells = [Text(clean(row.name)), *(_cell(row, column) for column in _COLUMNS)]
        mark = [Text("*" if row.changed else "", "yellow")] if compared else []
        table.add_row(*mark, *cells)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def _cell(row: _Row, column: str) -> Text:
    value = clean(getattr(row.now, column)) or "-"
    if row.before is None or column not in row.changed:
        return Text(value, "dim" if value == "-" else "")
    before = clean(getattr(row.before, column)) or "-"
    return Text.assemble((before, "red"), " → ", (value, "green"))


def _summary(rows: Sequence[_Row], file: PolicyFile, other: PolicyFile | None) -> None:
    scenarios_ = counted(len(rows), "scenario")
    if other is None:
        say(stdout(), f"{scenarios_}, by {_called(file)}")
        return
    changed = sum(bool(row.changed) for row in rows)
    said = f"{changed or 'none'} would change"
    say(stdout(), f"{scenarios_}, {said} from {_called(other)} to {_called(file)}")


def _called(file: PolicyFile) -> str:
    return f"{file.policy.reference} ({file.file})"


def _as_data(rows: Sequence[_Row], file: PolicyFile, other: PolicyFile | None) -> dict[str, object]:
    return {
        "policy": file.policy.reference,
        "against": other.policy.reference if other else None,
        "scenarios": [
            {
                "name": row.name,
                **row.now.columns,
                "before": row.before.columns if row.before else None,
                "changed": list(row.changed),
            }
            for row in rows
        ],
    }
