"""`takeback check`: every finding about policy files, with its position and what would be right."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from engine.policy.faults import Fault, Level
from takeback.commands.opened import All, Paths, open_all
from takeback.reports.findings import Findings, as_data
from takeback.reports.github import workflow_commands
from takeback.reports.sarif import sarif
from takeback.terminal import complain_of, counted, progress, say, show_faults, stdout


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    paths: Paths,
    *,
    format_: Annotated[
        Format, typer.Option("--format", help="For people, programs, code hosts or GitHub Actions.")
    ] = Format.TEXT,
    for_publishing: Annotated[
        bool, typer.Option("--for-publishing", help="Also run the tests and compile the rules.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 for warnings as well.")
    ] = False,
) -> None:
    """Find every fault in policy files.

    Checks shape, types and words, also those of embedded tests; compares rows with each
    other for gaps and rows that never decide; and checks that versions follow each other.
    Each finding has its line and what would be right; some are warnings.
    --for-publishing adds what else prevents publishing: failing tests, broken rules of
    `compare`, rules that do not compile.

    Exit code 0: no faults. 1: faults. 2: a file cannot be read.

    [bold]Example:[/bold] takeback check policies/ --for-publishing --format sarif
    """
    opened = open_all(paths)
    findings = Findings(
        checked=len(opened.opened) + len(opened.broken),
        found=_sorted((*opened.faults, *_of_opened(opened, for_publishing))),
        unreadable=opened.unreadable,
    )
    _print(findings, format_)
    if format_ in (Format.TEXT, Format.JSON):
        complain_of(findings.unreadable)
    failed = bool(findings.errors or (strict and findings.warnings))
    raise typer.Exit(2 if findings.unreadable else int(failed))


def _of_opened(found: All, for_publishing: bool) -> tuple[Fault, ...]:
    from engine.publishing import facts, meaning, readiness, structure  # noqa: PLC0415 - slow
    from takeback import versions  # noqa: PLC0415 - slow to load

    faults: list[Fault] = []
    with progress("checking", len(found.opened)) as done:
        for one in found.opened:
            faults += (*structure.structure_faults(one.file), *structure.lost_findings(one.file))
            faults += facts.unsent_findings(one.file)
            faults += (
                readiness.findings_before_publishing(one.file)
                if for_publishing
                else meaning.meaning_of_file(one.file)
            )
            done()
    faults += versions.findings_across(found.opened, found.shelf, datetime.now(UTC))
    return found.shelf.placed(faults)


def _sorted(found: tuple[Fault, ...]) -> tuple[Fault, ...]:
    levels = list(Level)
    return tuple(sorted(dict.fromkeys(found), key=lambda fault: levels.index(fault.level)))


def _print(findings: Findings, format_: Format) -> None:
    if format_ is Format.JSON:
        _print_json(_as_json(findings))
    elif format_ is Format.SARIF:
        _print_json(sarif(findings))
    elif format_ is Format.GITHUB:
        for line in workflow_commands(findings):
            typer.echo(line)
    else:
        show_faults(stdout(), findings.found)
        _print_summary(findings)


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _as_json(findings: Findings) -> dict[str, object]:
    return {
        "checked": findings.checked,
        "faults": [as_data(fault) for fault in findings.errors],
        "warnings": [as_data(fault) for fault in findings.others],
        "unreadable": [
            {"file": str(one.path), "sentence": one.sentence} for one in findings.unreadable
        ],
    }


def _print_summary(findings: Findings) -> None:
    if not findings.checked:
        return
    parts = [f"{counted(findings.checked, 'file')} checked"]
    where = len({fault.source.file for fault in findings.errors})
    faults = counted(len(findings.errors), "fault")
    parts.append(f"{faults} in {counted(where, 'file')}" if findings.errors else "no faults")
    for level, noun in ((Level.WARNING, "warning"), (Level.NOTE, "note")):
        number = sum(fault.level is level for fault in findings.found)
        parts += [counted(number, noun)] if number else []
    say(stdout(), ", ".join(parts))
