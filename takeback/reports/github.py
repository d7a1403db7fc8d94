"""Writes findings as workflow commands of GitHub Actions, which shows them beside the lines."""

from __future__ import annotations

from collections.abc import Iterator

from engine.policy.faults import Fault, Level
from takeback.reports.findings import Findings

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def workflow_commands(findings: Findings) -> Iterator[str]:
    """Yields a line for each finding and for each path that cannot be read."""
    yield from map(_annotation, findings.found)
    for each in findings.unreadable:
        yield f"::error file={_property(str(each.path))}::{_data(each.sentence)}"


def _annotation(fault: Fault) -> str:
    source = fault.source
    place = f"file={_property(source.file)},line={source.line},col={source.column}"
    title = f"title={_property(fault.code)}"
    return f"::{_COMMANDS[fault.level]} {place},{title}::{_data(fault.sentence)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
