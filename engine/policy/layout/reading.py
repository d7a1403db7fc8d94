"""A policy text as it is laid out: values with their places, each with its comments.

A comment behind a value belongs to that entry. A comment above an entry and no deeper than it
belongs to that entry. A comment that is deeper than what follows belongs to the end of the deepest
block that it is indented for. The text must be in the dialect.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ruamel.yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from engine.policy.scanning import scan
from engine.policy.topics.catalogue import TOPICS

NAMES: Final = ("id", "name")
"""Keys that name an item of a list; the first that it has counts."""


@dataclass(slots=True, kw_only=True)
class Leaf:
    """One value; `style` is its quote, `|` or `>`, or empty for a plain word.

    It reaches from the character `start` up to `end`.
    """

    text: str
    style: str = ""
    start: int = 0
    end: int = 0


@dataclass(slots=True, kw_only=True)
class Entry:
    """A line of a map (with a key) or an item of a list.

    `above` holds the comments over it, with an empty text for a blank line; `beside` is the comment
    behind it. `start` is the index of its key or dash, `colon` the index behind the colon.
    """

    key: Leaf | None
    value: Leaf | Branch = field(default_factory=lambda: Leaf(text=""))
    above: list[str] = field(default_factory=list)
    beside: str = ""
    start: int = 0
    colon: int = 0

    def remark(self, comment: str) -> None:
        """Puts a comment behind the entry, or above it if there already is one behind it."""
        if self.beside:
            self.above.append(comment)
        else:
            self.beside = comment

    @property
    def name(self) -> str:
        """The key as text; empty for an item of a list."""
        return self.key.text if self.key else ""

    @property
    def end(self) -> int:
        """The index behind it."""
        return self.value.end


@dataclass(slots=True, kw_only=True)
class Branch:
    """A map or a list; `flow` if it is in braces, `tail` the comments after its last entry.

    It reaches from the character `start` up to `end`.
    """

    is_map: bool
    flow: bool
    column: int = 0
    start: int = 0
    end: int = 0
    entries: list[Entry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    @property
    def commented(self) -> bool:
        """Whether it has comments inside, so that it cannot be written on one line."""
        return bool(self.tail) or any(
            entry.above
            or entry.beside
            or (isinstance(entry.value, Branch) and entry.value.commented)
            for entry in self.entries
        )

    def find(self, step: str) -> int | None:
        """Returns the number of the entry with a key, or of the item with a name or a number."""
        if not self.is_map:
            return numbered([name_of(entry.value) for entry in self.entries], step)
        keys = [entry.name for entry in self.entries]
        return keys.index(step) if step in keys else None


def name_of(value: Leaf | Branch) -> str | None:
    """Returns the name of an item of a list."""
    entries = {} if isinstance(value, Leaf) else {each.name: each.value for each in value.entries}
    found = next((entries[key] for key in NAMES if key in entries), None)
    return found.text if isinstance(found, Leaf) else None


def numbered(names: Sequence[str | None], step: str) -> int | None:
    """Returns the number of the item that a step names, by its name or by its number from 0."""
    if step in names:
        return names.index(step)
    number = int(step) if step.isascii() and step.isdigit() and len(step) < 6 else -1
    return number if 0 <= number < len(names) else None


def lift(entry: Entry) -> None:
    """Moves comments from places where a block has no room for them to the nearest that has."""
    value = entry.value
    if isinstance(value, Leaf):
        return
    if not value.entries:
        for comment in value.tail:
            entry.remark(comment)
        value.tail = []
        return
    item, first = entry.key is None, value.entries[0]
    if item and entry.beside and (value.commented or not value.flow):
        first.remark(entry.beside)
        entry.beside = ""
    for each in value.entries:
        lift(each)
    if item:  # a dash and the first line of its block share a line
        entry.above += first.above
        first.above = []


_SHORT: Final = {
    "deadlines": ("window",),
    "demands": ("packaging",),
    "remedies": ("remedy",),
    "goods": ("disposition",),
    "return_shipping": ("shipping",),
}

# Who and when, own words, topics in order of evaluation, what must hold.
ORDER: Final = (
    *(
        "policy",
        "version",
        "title",
        "extends",
        "parties",
        "effective",
        "applies_by",
        "time_zone",
        "currency",
        "rounding",
        "overpaid",
        "business_days",
        "for",
    ),
    *("values", "facts", "agreed", "codes", "groups"),
    *(
        name
        for topic in sorted(TOPICS, key=lambda topic: topic == "after_refusal")
        for name in (topic, *_SHORT.get(topic, ()))
    ),
    *("must", "partners_may", "compare", "changes", "tests"),
)


def in_order(entries: list[Entry]) -> list[Entry]:
    """Sorts entries into the order of the guide; an unknown key stays behind the one before it."""
    ranks: list[int] = []
    for entry in entries:
        before = ranks[-1] if ranks else -1
        ranks.append(ORDER.index(entry.name) if entry.name in ORDER else before)
    return [
        entry for _, entry in sorted(zip(ranks, entries, strict=True), key=lambda each: each[0])
    ]


# --- reading --------------------------------------------------------------------------------------


_DASH: Final = re.compile(r"(?:[^#\n-]|#[^\n]*|\n)*-")
_COLON: Final = re.compile(r"(?:\s|#[^\n]*\n)*:")


def read_layout(text: str) -> Branch:
    """Reads the map that a text holds, with its comments; line breaks are `\\n`."""
    return _Reader(text).read()


@dataclass(frozen=True, slots=True)
class _End:
    """The line of a closing brace that is dropped; `last` is what stands in the line before it."""

    branch: Branch
    last: Entry | _End | None

    def remark(self, comment: str) -> None:
        if isinstance(self.last, Entry) and not self.branch.tail and not self.last.beside:
            self.last.remark(comment)
        else:
            self.branch.tail.append(comment)


class _Reader:
    def __init__(self, text: str) -> None:
        events = list(scan(text))
        self._text = text
        self._lines = Lines(text)
        self._events: Iterator[Event] = iter(events)
        self._gaps = deque(gaps(text, events, self._lines))
        self._at = 0  # the index behind what was read last
        self._owner: Entry | _End | None = None  # the owner of that line
        self._closed: list[Branch] = []  # blocks that ended since the last entry, inner ones first

    def read(self) -> Branch:
        whole = self._branch(next(each for each in self._events if isinstance(each, NodeEvent)))
        rest = Entry(key=None)
        self._settle(len(self._text), -1, rest)
        whole.tail += _trimmed(rest.above)
        return whole

    def _branch(self, start: Any) -> Branch:
        braces = self._in_braces(start)
        first = start.start_mark.index
        is_map = isinstance(start, MappingStartEvent)
        branch = Branch(is_map=is_map, flow=bool(start.flow_style), start=first)
        if braces:
            self._at = first + 1
        while not isinstance(event := next(self._events), CollectionEndEvent):
            branch.entries.append(self._entry(event, branch))
        if braces:
            self._end_of_flow(event, branch)
        elif not branch.flow:
            self._closed.append(branch)
        branch.end = event.end_mark.index if braces else branch.entries[-1].end
        return branch

    def _entry(self, event: Any, branch: Branch) -> Entry:
        entry = Entry(key=None)
        start = event.start_mark.index
        if not branch.is_map and not branch.flow:
            found = _DASH.match(self._text, self._at)
            start = found.end() - 1 if found else start
        column = self._lines.column(start)
        self._settle(start, column, entry)
        branch.column = branch.column if branch.entries else column
        if not branch.entries:
            entry.above = _trimmed(entry.above)
        self._owner, self._at, entry.start = entry, start + 1, start
        if branch.is_map:
            entry.key = self._leaf(event, entry)
            found = _COLON.match(self._text, event.end_mark.index)
            entry.colon = self._at = found.end() if found else event.end_mark.index
            event = next(self._events)
        entry.value = self._value(event, entry)
        return entry

    def _value(self, event: Any, entry: Entry) -> Leaf | Branch:
        if isinstance(event, ScalarEvent):
            if event.end_mark.index > event.start_mark.index:
                self._settle(event.start_mark.index, None, entry)
            return self._leaf(event, entry)
        if self._in_braces(event):
            self._settle(event.start_mark.index, None, entry)
        branch = self._branch(event)
        if branch.flow:  # becomes a block if it has comments
            self._owner = _End(branch, self._owner) if branch.commented else entry
        return branch

    def _leaf(self, event: Any, entry: Entry) -> Leaf:
        written = event.end_mark.index > event.start_mark.index
        if written:
            self._at = end_of(self._text, event)
            self._owner = entry
        if said := in_header(self._text, event):
            entry.remark(said)
        start = event.start_mark.index if written else self._at
        return Leaf(text=event.value, style=event.style or "", start=start, end=self._at)

    def _in_braces(self, start: Any) -> bool:
        """Whether a map or list has braces; a single pair in a list has none."""
        index = start.start_mark.index
        return bool(start.flow_style) and self._text[index : index + 1] in ("{", "[")

    def _end_of_flow(self, end: Any, branch: Branch) -> None:
        rest = Entry(key=None)
        self._settle(end.start_mark.index, None, rest)
        branch.tail += _trimmed(rest.above)
        self._at = end.end_mark.index

    def _settle(self, until: int, column: int | None, following: Entry) -> None:
        """Hands out the comments before `until`; `column` is None inside a value."""
        last = self._lines.line(max(0, self._at - 1))
        blank = False
        while self._gaps and self._gaps[0].at < until:
            gap = self._gaps.popleft()
            if not gap.text:
                blank = True
            elif self._owner and not gap.alone and gap.line == last:
                self._owner.remark(gap.text)
            else:
                place = self._place(gap, column, following)
                place += ["", gap.text] if blank else [gap.text]
                blank = False
        if blank and column is not None:
            following.above.append("")
        if column is not None:
            self._closed.clear()

    def _place(self, gap: Gap, column: int | None, following: Entry) -> list[str]:
        """Returns the end of a block that closed before the comment, or what follows it."""
        if column is None or not gap.alone or gap.column <= column:
            self._closed.clear()
            return following.above
        while self._closed and self._closed[0].column > gap.column:
            self._closed.pop(0)
        if self._closed and self._closed[0].column > column:
            return self._closed[0].tail
        return following.above


def _trimmed(above: list[str]) -> list[str]:
    """Drops the blank lines before the first comment."""
    while above and not above[0]:
        above = above[1:]
    return above


# --- comments and blank lines ---------------------------------------------------------------------

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
            yield Gap(index, lines.line(index), lines.column(index), found[0].rstrip(), alone)
        elif not part.strip() and part.endswith("\n") and lines.column(at) == 0:
            yield Gap(at, lines.line(at), 0, "", True)
        at += len(part)
