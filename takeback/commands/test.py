"""`takeback test`: runs the tests inside policy files through the rule network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from engine.policy.editions import PolicyFile
from engine.publishing.suite import CaseResult, run_suite
from takeback.commands.opened import All, Format, Paths, open_all
from takeback.opening import Shelf
from takeback.reports import findings
from takeback.reports.junit import write_junit
from takeback.reports.results import Results, as_data, percent, results
from takeback.terminal import (
    complain,
    complain_of,
    counted,
    progress,
    say,
    show_faults,
    stderr,
    stdout,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What to print: `rows`, the rows that no test reached; `counting`, how many were reached."""

    containing: str
    verbose: bool
    rows: bool
    counting: bool


def run_tests(  # noqa: PLR0913 - one parameter for each option
    paths: Paths,
    *,
    containing: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests with this text in their name.")
    ] = "",
    rows: Annotated[
        bool, typer.Option("--rows", help="List the rows that no test reaches.")
    ] = False,
    fail_under_rows: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT",
            min=0,
            max=100,
            help="Exit code 1 if tests reach a smaller share of the rows.",
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List every test.")] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="For people or for programs.")
    ] = Format.TEXT,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the results as JUnit XML.")
    ] = None,
) -> None:
    """Run the tests inside policy files.

    Every test is decided by the rule network and again in plain Python; both must
    agree and match what the test expects. A row is reached if it decides in a test.

    Exit code 0: all passed. 1: some failed, a file has faults, or too few rows were
    reached. 2: nothing to run.

    [bold]Example:[/bold] takeback test policies/ --rows --fail-under-rows 100
    """
    found = open_all(paths)
    show_faults(stderr(), found.faults)
    complain_of(found.unreadable)
    each = _run([_chosen(one.file, containing) for one in found.opened])
    if format_ is Format.JSON:
        typer.echo(json.dumps(_as_data(each, found), indent=2, ensure_ascii=False))
    else:
        counting = rows or not containing or fail_under_rows is not None
        wanted = _Wanted(containing=containing, verbose=verbose, rows=rows, counting=counting)
        _print(each, found.shelf, wanted)
    if junit is not None:
        _write(junit, each, found)
    codes = (_tested(each, found, containing), _reached(each, fail_under_rows))
    raise typer.Exit(2 if found.unreadable else max(codes))


# --- running --------------------------------------------------------------------------------------


def _chosen(file: PolicyFile, containing: str) -> PolicyFile:
    """Returns the file with only the tests whose name contains a text."""
    wanted = containing.casefold()
    cases = tuple(case for case in file.policy.cases if wanted in case.name.casefold())
    return replace(file, editions=(*file.editions[:-1], replace(file.policy, cases=cases)))


def _run(files: Sequence[PolicyFile]) -> list[Results]:
    with progress("testing", sum(len(file.policy.cases) for file in files)) as done:
        return [
            results(file, run_suite(file, native=True, done=lambda _: done())) for file in files
        ]


def _tested(each: Sequence[Results], found: All, containing: str) -> int:
    """Returns the exit code by the test results; a run without tests is not a success."""
    if found.broken:
        complain(f"{counted(len(found.broken), 'file')} with faults could not be tested.")
    elif not found.unreadable and not any(one.report.cases for one in each):
        named = f" with `{containing}` in their name" if containing else ""
        complain(f"No tests{named} in {counted(len(each), 'policy file')}.")
        return 2
    return int(bool(found.broken or any(one.report.failed for one in each)))


def _reached(each: Sequence[Results], least: float | None) -> int:
    """Returns the exit code by the rows that tests reached."""
    got = percent(each)
    if least is None or got >= least:
        return 0
    complain(f"Tests reach {got:.1f}% of the rows; at least {least:g}% are asked for.")
    return 1


# --- telling --------------------------------------------------------------------------------------


def _print(each: Sequence[Results], shelf: Shelf, wanted: _Wanted) -> None:
    for one in each:
        if one.report.cases or not wanted.containing:
            _show(one, shelf, wanted)
    if any(one.report.cases for one in each):
        failed = sum(one.report.failed for one in each)
        style = "bold red" if failed else "bold green"
        passed = sum(one.report.passed for one in each)
        rows = _rows(sum(one.reached for one in each), sum(one.rows for one in each), wanted)
        say(stdout(), (_counts(passed, failed), style), rows)


def _show(one: Results, shelf: Shelf, wanted: _Wanted) -> None:
    console, report = stdout(), one.report
    said = _counts(report.passed, report.failed) if report.cases else "no tests"
    say(console, (report.file, "bold"), f"  {said}", _rows(one.reached, one.rows, wanted))
    for case in report.cases:
        _show_case(case, shelf, wanted)
    for row in one.unreached if wanted.rows else ():
        where = f"{shelf.shown(row.source.file)}:{row.source.line}"
        say(console, "  ", ("not reached", "yellow"), f" {row.id}  ", (where, "cyan"))


def _show_case(case: CaseResult, shelf: Shelf, wanted: _Wanted) -> None:
    console = stdout()
    if not case.passed:
        where = f"{shelf.shown(case.source.file)}:{case.source.line}"
        say(console, "  ", ("FAILED", "bold red"), f" {case.name}  ", (where, "cyan"))
        for failure in case.failures:
            say(console, f"    {failure}")
    elif wanted.verbose:
        time = f"{case.seconds * 1000:.1f} ms"
        say(console, "  ", ("passed", "green"), f" {case.name}  ", (time, "dim"))


def _counts(passed: int, failed: int) -> str:
    return f"{passed} passed, {failed} failed" if failed else f"{passed} passed"


def _rows(reached: int, rows: int, wanted: _Wanted) -> str:
    return f", {reached} of {counted(rows, 'row')} reached" if wanted.counting and rows else ""


def _as_data(each: Sequence[Results], found: All) -> dict[str, object]:
    rows = {"reached": sum(one.reached for one in each), "total": sum(one.rows for one in each)}
    return {
        "passed": sum(one.report.passed for one in each),
        "failed": sum(one.report.failed for one in each),
        "rows": {**rows, "percent": round(percent(each), 2)},
        "files": [as_data(one, found.shelf.shown) for one in each],
        "faults": [findings.as_data(fault) for fault in found.faults],
    }


def _write(path: Path, each: Sequence[Results], found: All) -> None:
    try:
        write_junit(path, [one for one in each if one.report.cases], found.broken)
    except OSError as error:
        raise typer.BadParameter(
            f"`{path}` cannot be written: {error.strerror}.", param_hint="--junit"
        ) from None
