"""Finds the comments and blank lines between the values of a YAML text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ruamel.yaml.events import CollectionStartEvent, Event, ScalarEvent

_COMMENT: Final = re.compile(r"#[^\n]*")

_HEADER: Final = re.compile(r"[|>][-+0-9]* +(#[^\n]*)")


class Gap(NamedTuple):
    """A comment, or a blank line where `text` is empty; lines and columns count from 0."""

    at: int
    line: int
    column: int
    text: str
    alone: bool


class Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self, index: int) -> int:
        """The line in which a character stands."""
        return bisect_right(self._starts, index) - 1

    def column(self, index: int) -> int:
        """How many characters stand before it in its line."""
        return index - self._starts[self.line(index)]


def gaps(text: str, events: list[Event], lines: Lines) -> Iterator[Gap]:
    """Yields every comment and blank line outside of values, in the order of the text."""
    at = 0
    for start, end in [*_solid(text, events), (len(text), len(text))]:
        yield from _between(text, at, start, lines)
        at = max(at, end)


def end_of(text: str, event: Any) -> int:
    """Returns the index behind a value; blank lines at the end of a block of text do not count."""
    written = text[event.start_mark.index : event.end_mark.index]
    return int(event.start_mark.index) + len(written.rstrip())


def in_header(text: str, event: Any) -> str:
    """Returns the comment behind the `|` or `>` of a block of text."""
    if event.style not in ("|", ">"):
        return ""
    found = _HEADER.match(text, event.start_mark.index)
    return found[1].rstrip() if found else ""


def _solid(text: str, events: list[Event]) -> Iterator[tuple[int, int]]:
    """Yields the spans of values and of the opening braces of maps and lists."""
    for event in events:
        start = event.start_mark.index
        if isinstance(event, ScalarEvent) and event.end_mark.index > start:
            yield start, end_of(text, event)
        elif isinstance(event, CollectionStartEvent) and text[start : start + 1] in ("{", "["):
            yield start, start + 1


def _between(text: str, start: int, end: int, lines: Lines) -> Iterator[Gap]:
    at = start
    for part in text[start:end].splitlines(keepends=True):
        line_start = at == start or text[at - 1] == "\n"
        found = _COMMENT.search(part)
        if found:
            index = at + found.start()
            alone = line_start and not part[: found.start()].strip() and lines.column(at) == 0
            said = found[0].rstrip()
            yield Gap(index, lines.line(index), lines.column(index), said, alone)
        elif not part.strip() and part.endswith("\n") and lines.column(at) == 0:
            yield Gap(at, lines.line(at), 0, "", True)
        at += len(part)
