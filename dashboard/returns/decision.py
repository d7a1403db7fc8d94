"""Shows a decision beside the lines of the policy that it is based on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

_YES_NO: Final = {"true": "yes", "false": "no"}
MOST_LINES: Final = 8
"""Maximum lines of the policy text shown for one row."""


def explained(group: Mapping[str, Any]) -> dict[str, Any]:
    """Returns units with one outcome, whose decision has the text of each row that decided."""
    outcome = {"sentence": "", **group["outcome"]}
    found = outcome.get("decision")
    if found is None:
        return {**group, "outcome": {**outcome, "decision": None}}
    because = [
        {
            **each,
            "written": written(each, found.get("edition")),
            "values": seen_once(each["values"]),
        }
        for each in found["because"]
    ]
    over = bool(found["lastDay"]) and found["lastDay"] < str(datetime.now(UTC).date())
    said = {"because": because, "told": told(found["facts"]), "over": over, "nearest": None}
    decision = {**found, **said}
    return {**group, "outcome": {**outcome, "decision": decision}}


def seen_once(values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns the values that a row saw, each once, with yes and no as words."""
    found = {(each["fact"], each["value"]): each for each in reversed(values)}
    return [
        {**each, "value": _YES_NO.get(each["value"], each["value"])}
        for each in reversed(found.values())
    ]


def lapsed(line: Mapping[str, Any], found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Returns inspections for whose units a person's decision on a line no longer applies.

    The decision was about the goods as claimed; if the findings differ, the policy decides anew.
    Units that were settled before the return was reopened keep what they gave.
    """
    if not line["outcome"]["judgedBy"]:
        return []
    own = [
        each
        for each in found["inspections"]
        if each["line"] == line["id"] and not each["undone"] and not each["settledBefore"]
    ]
    return [each for each in own if each["outcome"] and not each["outcome"]["judgedBy"]]


def written(because: Mapping[str, Any], edition: Mapping[str, Any] | None) -> str:
    """Returns the row's text in the edition; empty if it is written elsewhere or in no text."""
    if edition is None or because["builtIn"]:
        return ""
    if because["source"]["file"] != f"{edition['policy']}@{edition['version']}":
        return ""
    return row_at(edition["yaml"].splitlines(), because["source"]["line"])


def row_at(text: list[str], line: int) -> str:
    """Returns a line (from 1) with the deeper lines below it, without their common indent."""
    if not 1 <= line <= len(text):
        return ""
    own = _indent(text[line - 1])
    taken = [text[line - 1]]
    for each in text[line : line + MOST_LINES - 1]:
        if each.strip() and _indent(each) <= own:
            break
        taken.append(each)
    while taken and not taken[-1].strip():
        taken.pop()
    return "\n".join(each[own:] for each in taken)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def told(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the facts that somebody stated; the policy's defaults are left out."""
    return [each for each in facts if each["told"]]
