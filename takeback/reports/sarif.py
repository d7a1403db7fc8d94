"""Writes findings as SARIF 2.1.0, the format that code hosts and editors show beside the lines."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from engine.policy.faults import Fault, Source
from takeback.files import Unreadable, read_text
from takeback.reports.findings import Findings
from takeback.reports.rules import GUIDE, meaning

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"  # the base of relative locations, by convention
_WORD: Final = re.compile(r"[^\s,\[\]{}#]+")


def sarif(findings: Findings) -> dict[str, Any]:
    """Returns one run, with a rule for each code that was found."""
    codes = sorted({fault.code for fault in findings.found})
    words = _Words()
    run = {
        "tool": {
            "driver": {
                "name": "takeback",
                "version": version("takeback"),
                "rules": [_rule(code, findings) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(findings)],
        "results": [_result(fault, codes.index(fault.code), words) for fault in findings.found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, findings: Findings) -> dict[str, Any]:
    said = meaning(code)
    level = next(each.level for each in findings.found if each.code == code)
    return {
        "id": code,
        "shortDescription": {"text": said},
        "help": {"text": f"{said} All codes are taught in {GUIDE}."},
        "defaultConfiguration": {"level": level.value},
    }


def _invocation(findings: Findings) -> dict[str, Any]:
    told = [_notification(each) for each in findings.unreadable]
    return {"executionSuccessful": not told, "toolExecutionNotifications": told}


def _notification(each: Unreadable) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": _artifact(str(each.path))}}
    return {"level": "error", "message": {"text": each.sentence}, "locations": [place]}


def _result(fault: Fault, index: int, words: _Words) -> dict[str, Any]:
    place = {
        "artifactLocation": _artifact(fault.source.file),
        "region": words.region(fault.source),
    }
    found: dict[str, Any] = {
        "ruleId": fault.code,
        "ruleIndex": index,
        "level": fault.level.value,
        "message": {"text": fault.sentence},
        "locations": [{"physicalLocation": place}],
    }
    if fault.example is not None:
        found["properties"] = {"example": dict(fault.example)}
    return found


def _artifact(file: str) -> dict[str, str]:
    """Returns a location relative to the working folder, or else an absolute one."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


class _Words:
    """Finds the words that findings point at, so that an editor underlines them."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def region(self, source: Source) -> dict[str, int]:
        """Returns the region from a finding to the end of its word; lines and columns
        count from 1.
        """
        found = {"startLine": source.line, "startColumn": source.column}
        word = _WORD.match(self._line(source), source.column - 1)
        return {**found, "endColumn": word.end() + 1} if word else found

    def _line(self, source: Source) -> str:
        if source.file not in self._lines:
            text = read_text(Path(source.file))
            self._lines[source.file] = text.split("\n") if isinstance(text, str) else []
        lines = self._lines[source.file]
        return lines[source.line - 1] if source.line <= len(lines) else ""
