"""Says what to mend in a text that is no YAML, in the words of who wrote it; knows no policies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import CollectionStartEvent, MappingStartEvent

_FOUND: Final = re.compile(r"but (?:found|got) '?(.*?)'?\Z")
_QUOTED: Final = "while scanning a quoted scalar"
_BRACES: Final = {True: ("{", "}"), False: ("[", "]")}
_MIXED: Final = ("?", "-", "<block sequence start>")


def mending(
    error: MarkedYAMLError, text: str, opened: Sequence[CollectionStartEvent]
) -> tuple[Any, str]:
    """Where a text that cannot be read is to be mended, as ruamel's mark, and a sentence.

    `opened` are the maps and lists that had not ended, the innermost last.
    """
    at, problem = error.problem_mark, str(error.problem or "")
    if error.context == _QUOTED and "end of stream" in problem:
        return error.context_mark, "The quote that opens here is not closed."
    if opened and opened[-1].flow_style and "cannot start any token" not in problem:
        return opened[-1].start_mark, _unclosed(opened[-1], at)
    if error.context == "while scanning a simple key" and "could not find" in problem:
        return error.context_mark, "The colon is missing: a line is `key: value`."
    return at or error.context_mark, _in_its_line(error, text)


def _in_its_line(error: MarkedYAMLError, text: str) -> str:
    """What is to be mended where the text could not be read any further."""
    at, problem = error.problem_mark, str(error.problem or "")
    if "cannot start any token" in problem:
        sign = text.split("\n")[at.line][at.column]
        return f"A text cannot begin with `{sign}`; put it in quotes."
    if problem.startswith("mapping values are not allowed"):
        return _second_colon(text, at)
    if "<block end>" in problem:
        return _misplaced(error, problem)
    said = " ".join(f"{error.context or ''} {problem}".split())[:200]
    return f"This is not YAML: {said}."


def _unclosed(event: CollectionStartEvent, at: Any) -> str:
    first, last = _BRACES[isinstance(event, MappingStartEvent)]
    where = f"line {at.line + 1}, column {at.column + 1}"
    return f"The `{first}` that opens here has no `{last}` before {where}, where it has to end."


def _second_colon(text: str, at: Any) -> str:
    """A colon in a text, or in a line below a value that is complete."""
    before = text.split("\n")[at.line][: at.column]
    if ": " in before:
        return "A text with `: ` in it needs quotes around it."
    return "This line is indented deeper than the line above, which has its value already."


def _misplaced(error: MarkedYAMLError, problem: str) -> str:
    found = _FOUND.search(problem)
    sign, at, beside = found[1] if found else "", error.problem_mark, error.context_mark
    if sign in ("}", "]"):
        return f"This `{sign}` closes nothing; take it out."
    if beside and at.column == beside.column and sign in _MIXED:
        return "Items of a list (`- `) and `key: value` lines cannot stand beside each other."
    return (
        "The indentation of this line fits no line above it: begin it in the column of the line "
        "that it stands beside."
    )
