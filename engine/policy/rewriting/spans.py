"""The nodes of a YAML text with the characters that each takes; knows nothing of policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml.events import (
    CollectionEndEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from engine.policy.layout.gaps import end_of
from engine.policy.scanning import scan

NAMES: Final = ("id", "name")
"""Keys by which an item of a list is called, the first of them that it has."""
_COLON: Final = re.compile(r"(?:\s|#[^\n]*\n)*:")


@dataclass(slots=True, kw_only=True)
class Span:
    """A value from the character `start` up to `end`; `style` is the quote of a scalar."""

    start: int
    end: int
    kind: str
    style: str = ""
    text: str = ""
    flow: bool = False
    entries: list[Entry] = field(default_factory=list)

    def find(self, step: str) -> int | None:
        """The number of the entry under a key, or of the item by its name or its number."""
        if self.kind == "map":
            names = [entry.key for entry in self.entries]
            return names.index(step) if step in names else None
        for number, entry in enumerate(self.entries):
            if entry.value.name == step:
                return number
        number = int(step) if step.isascii() and step.isdigit() and len(step) < 6 else -1
        return number if 0 <= number < len(self.entries) else None

    @property
    def name(self) -> str | None:
        """What an item of a list is called by."""
        found = {entry.key: entry.value for entry in self.entries if entry.key in NAMES}
        value = next((found[key] for key in NAMES if key in found), None)
        return value.text if value and value.kind == "scalar" else None


@dataclass(slots=True, kw_only=True)
class Entry:
    """A key with its value, or an item of a list (`key` is None); `start` is its dash or key.

    `colon` is the character behind the colon of a key.
    """

    key: str | None
    start: int
    value: Span
    colon: int = 0

    @property
    def end(self) -> int:
        """The character behind it."""
        return self.value.end


def spans_of(text: str) -> Span:
    """The spans of a text in the dialect, whose line breaks are `\\n`."""
    events: Iterator[Event] = iter(list(scan(text)))
    first = next(event for event in events if isinstance(event, NodeEvent))
    return _Reader(text, events).value(first)


class _Reader:
    def __init__(self, text: str, events: Iterator[Event]) -> None:
        self._text = text
        self._events = events
        self._at = 0

    def value(self, event: Any) -> Span:
        start = event.start_mark.index
        if isinstance(event, ScalarEvent):
            return self._scalar(event, start)
        braces = bool(event.flow_style) and self._text[start : start + 1] in ("{", "[")
        kind = "map" if isinstance(event, MappingStartEvent) else "list"
        span = Span(start=start, end=start, kind=kind, flow=bool(event.flow_style))
        self._at = start + 1 if braces else max(self._at, start)
        while not isinstance(inner := next(self._events), CollectionEndEvent):
            span.entries.append(self._entry(inner, span))
        span.end = inner.end_mark.index if braces else span.entries[-1].end
        self._at = max(self._at, span.end)
        return span

    def _scalar(self, event: Any, start: int) -> Span:
        written = event.end_mark.index > start
        end = end_of(self._text, event) if written else self._at
        found = Span(start=start if written else end, end=end, kind="scalar")
        found.style, found.text = event.style or "", event.value
        self._at = max(self._at, end)
        return found

    def _entry(self, event: Any, of: Span) -> Entry:
        start = event.start_mark.index
        if of.kind == "list":
            start = start if of.flow else self._dash()
            return Entry(key=None, start=start, value=self.value(event))
        found = _COLON.match(self._text, event.end_mark.index)
        colon = self._at = found.end() if found else event.end_mark.index
        value = self.value(next(self._events))
        return Entry(key=event.value, start=start, colon=colon, value=value)

    def _dash(self) -> int:
        """The dash of a block list's item; comments may stand between it and the item."""
        at = self._at
        while self._text[at] != "-":
            comment = self._text[at] == "#"
            at = self._text.index("\n", at) if comment else at + 1
        self._at = at + 1
        return at
