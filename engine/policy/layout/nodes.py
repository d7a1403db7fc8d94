"""What a policy text is to the formatter: values in their layout, each with its comments."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Leaf:
    """One value; `style` is its quote, `|` or `>`, or empty for a plain word."""

    text: str
    style: str = ""


@dataclass(slots=True, kw_only=True)
class Entry:
    """A line of a map (with a key) or an item of a list.

    `above` holds the comments that stand over it, an empty text for a blank line; `beside` the
    one behind it.
    """

    key: Leaf | None
    value: Leaf | Branch = field(default_factory=lambda: Leaf(text=""))
    above: list[str] = field(default_factory=list)
    beside: str = ""

    def remark(self, comment: str) -> None:
        """Keeps a comment that stands behind it, or over it where that place is taken."""
        if self.beside:
            self.above.append(comment)
        else:
            self.beside = comment

    @property
    def name(self) -> str:
        """The key as text; empty for an item of a list."""
        return self.key.text if self.key else ""


@dataclass(slots=True, kw_only=True)
class Branch:
    """A map or a list; `flow` if it stands in braces, `tail` the comments after its last entry."""

    is_map: bool
    flow: bool
    column: int = 0
    entries: list[Entry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    @property
    def commented(self) -> bool:
        """Whether there are comments inside, so that it cannot be one line."""
        return bool(self.tail) or any(
            entry.above
            or entry.beside
            or (isinstance(entry.value, Branch) and entry.value.commented)
            for entry in self.entries
        )


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
    if item:  # a dash and the first line of its block stand in one line
        entry.above += first.above
        first.above = []
