"""A policy text as it is laid out: values with their places, each with its comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

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


_HEADER: Final = (
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
)
_WORDS: Final = ("values", "facts", "agreed", "codes", "groups")
_SHORT: Final = {
    "deadlines": ("window",),
    "demands": ("packaging",),
    "remedies": ("remedy",),
    "goods": ("disposition",),
    "return_shipping": ("shipping",),
}
_AFTER: Final = ("must", "partners_may", "compare", "changes", "tests")
_ASKED: Final = (*(topic for topic in TOPICS if topic != "after_refusal"), "after_refusal")

# Who and when, own words, topics in order of evaluation, what must hold.
ORDER: Final = (
    *_HEADER,
    *_WORDS,
    *(name for topic in _ASKED for name in (topic, *_SHORT.get(topic, ()))),
    *_AFTER,
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
