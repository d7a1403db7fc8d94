"""`takeback test`: runs the tests inside policy files through the rule network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from engine.policy.editions import PolicyFile
from engine.publishing.suite import SuiteReport, run_suite
from takeback.commands.opened import All, Paths, open_all
from takeback.opening import Shelf
from takeback.reports.junit import write_junit
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


def run_tests(
    paths: Paths,
    *,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the results as JUnit XML.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every test.")] = False,
    containing: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests with this in their name.")
    ] = "",
) -> None:
    """Run the tests inside policy files.

    Every test is decided by the rule network and again in plain Python; both must
    agree and give what the test expects.

    Exit code 0: all passed. 1: some failed, or a file has faults. 2: nothing to run.

    [bold]Example:[/bold] takeback test policies/ -k "last day" --junit results.xml
    """
    found = open_all(paths)
    show_faults(stderr(), found.faults)
    complain_of(found.unreadable)
    reports = _run([_chosen(one.file, containing) for one in found.opened])
    for report in reports:
        _show(report, found.shelf, verbose=verbose)
    if junit is not None:
        _write(junit, reports, found)
    raise typer.Exit(_conclude(reports, found, containing))


def _chosen(file: PolicyFile, containing: str) -> PolicyFile:
    """The file with only those tests whose name holds a text."""
    wanted = containing.casefold()
    cases = tuple(case for case in file.policy.cases if wanted in case.name.casefold())
    return replace(file, editions=(*file.editions[:-1], replace(file.policy, cases=cases)))


def _run(files: Sequence[PolicyFile]) -> list[SuiteReport]:
    asked = [file for file in files if file.policy.cases]
    with progress("testing", sum(len(file.policy.cases) for file in asked)) as done:
        return [run_suite(file, native=True, done=lambda _: done()) for file in asked]


def _show(report: SuiteReport, shelf: Shelf, *, verbose: bool) -> None:
    console = stdout()
    say(console, (report.file, "bold"), f"  {_counts(report.passed, report.failed)}")
    for case in report.cases:
        where = f"{shelf.shown(case.source.file)}:{case.source.line}"
        if not case.passed:
            say(console, "  ", ("FAILED", "bold red"), f" {case.name}  ", (where, "cyan"))
            if case.inherited_from:
                say(console, f"    a test of the base `{case.inherited_from}`")
            for failure in case.failures:
                say(console, f"    {failure}")
        elif verbose:
            time = f"{case.seconds * 1000:.1f} ms"
            say(console, "  ", ("passed", "green"), f" {case.name}  ", (time, "dim"))


def _conclude(reports: Sequence[SuiteReport], found: All, containing: str) -> int:
    """Says the last line and gives the exit code."""
    passed = sum(report.passed for report in reports)
    failed = sum(report.failed for report in reports)
    if found.broken:
        complain(f"{counted(len(found.broken), 'file')} with faults could not be tested.")
    if reports:
        say(stdout(), (_counts(passed, failed), "bold red" if failed else "bold green"))
    elif not found.broken and not found.unreadable:
        named = f" with `{containing}` in their name" if containing else ""
        complain(f"No tests{named} in {counted(len(found.opened), 'policy file')}.")
    if found.unreadable or not (reports or found.broken):
        return 2
    return int(bool(failed or found.broken))


def _counts(passed: int, failed: int) -> str:
    return f"{passed} passed, {failed} failed" if failed else f"{passed} passed"


def _write(path: Path, reports: Sequence[SuiteReport], found: All) -> None:
    try:
        write_junit(path, reports, found.broken)
    except OSError as error:
        raise typer.BadParameter(
            f"`{path}` cannot be written: {error.strerror}.", param_hint="--junit"
        ) from None
