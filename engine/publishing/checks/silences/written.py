"""Rows as they were written, and the keys in them that have no effect as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from engine.policy.faults import Source
from engine.policy.model import Policy, Row, Table
from engine.policy.text import Items, Map, Node, Scalar, as_map, from_data, scalar
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.rows import beside, inherited
from engine.publishing.checks.search.sampler import Tried


class Kind(StrEnum):
    """The codes of silences."""

    IGNORED = "ignored"
    NOT_AS_WRITTEN = "not_as_written"
    NOT_ASKED = "not_asked"
    OPEN_CHOICE = "open_choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A key that has no effect as it is written; `says` is what holds today.

    `put` and `drop` are the entries to set and to remove in the map `place` to give it effect;
    `advice` says in words what they cannot, and `example` is a return that shows it. `at` is its
    place in the file, by default that of the key in `place`. A key beside `rows` that some row
    uses is no silence, unless `always`.
    """

    key: str
    place: Map
    says: str
    row: Row | None = None
    put: Mapping[str, object] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    advice: str = ""
    at: Source | None = None
    always: bool = False
    kind: Kind = Kind.IGNORED
    example: Tried | None = field(default=None, compare=False)

    @property
    def source(self) -> Source:
        """Its place in the file."""
        return self.at or self.place.key_source(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A row with the map that it was written as, and the map of its table; a line has no table."""

    policy: Policy
    table: Table
    row: Row
    own: Map
    around: Map | None

    @property
    def topic(self) -> str:
        """The topic of the row."""
        return self.table.topic

    @property
    def inherits(self) -> dict[str, Node]:
        """The entries beside `rows` that apply to this row."""
        around = {} if self.around is None else inherited(self.own, beside(self.around))
        return {key: node for key, node in around.items() if key not in self.own.entries}

    def place(self, key: str) -> Map | None:
        """Returns the map that has a key for this row: its own, or the one around it."""
        if key in self.own.entries:
            return self.own
        return self.around if key in self.inherits else None

    def at(self, key: str) -> Source:
        """Returns where a key for this row stands."""
        return (self.place(key) or self.own).key_source(key)

    def node(self, key: str) -> Node | None:
        """Returns the node of a key for this row."""
        place = self.place(key)
        return place.entries[key] if place is not None else None

    def list_of(self, key: str) -> tuple[Node, ...]:
        """Returns the items of the list under a key; none if it is not a list."""
        place = self.place(key)
        return place.list_of(key) if place is not None else ()

    def text(self, key: str) -> str:
        """Returns the text under a key; empty if it is not a text."""
        place = self.place(key)
        return place.text_of(key) if place is not None else ""

    def maps_of(self, key: str) -> list[Map]:
        """Returns the maps in the list under a key."""
        return [each for each in self.list_of(key) if isinstance(each, Map)]

    def silence(
        self, key: str, says: str, *, within: Map | None = None, **more: object
    ) -> Iterator[Silence]:
        """Yields a silence of a key of the row, or of a map in it; none if it is not written."""
        place = within or self.place(key)
        if place is not None and key in place.keys:  # expanding a short form may have added it
            given: dict[str, Any] = {"row": self.row, "place": place, **more}
            yield Silence(key=key, says=f"`{self.row.id}`: {says}", **given)


@dataclass(frozen=True, slots=True)
class Unheeded:
    """A key that has no effect, or another one than is written, in the rows for which `when` holds.

    `says` and `advice` may name the `{key}`, the `{policy}` and the `{body}` of the row; like
    `put`, they may also be worked out from the row. Nothing is reported of a key that says what is
    `usual` without it.
    """

    key: str
    when: Callable[[Written, Any], object]
    says: str | Callable[[Written, Any], str]
    put: Mapping[str, object] | Callable[[Written, Any], Mapping[str, object]] = field(
        default_factory=dict
    )
    drop: tuple[str, ...] = ()
    advice: str | Callable[[Written, Any], str] = ""
    kind: Kind = Kind.IGNORED
    usual: str | None = None

    def __call__(self, written: Written, body: object) -> Iterator[Silence]:
        """Yields the silence if a row has it."""
        if written.text(self.key) != self.usual and self.when(written, body):
            put = self.put(written, body) if callable(self.put) else self.put
            says, advice = (
                each(written, body)
                if callable(each)
                else each.format(key=self.key, policy=written.policy, body=body)
                for each in (self.says, self.advice)
            )
            more: dict[str, Any] = {"drop": self.drop, "advice": advice, "kind": self.kind}
            yield from written.silence(self.key, says, put=put, **more)


Told = Callable[[Written, Any], Iterator[Silence]]
"""Yields the silences of a row that has a body of some type."""


def idle(
    keys: Mapping[str, str | None],
    when: Callable[[Written, Any], object],
    why: str,
    advice: str = "",
    kind: Kind = Kind.IGNORED,
) -> Iterator[Told]:
    """Yields the silences of keys that have no effect, each with what it is usually."""
    for key, usual in keys.items():
        says = f"{why}, so `{{key}}` has no effect."
        yield Unheeded(key, when, says, drop=(key,), advice=advice, kind=kind, usual=usual)


Rows = Mapping[str, Written]
"""The rows that a policy writes, by their ids."""


def written_rows(policy: Policy) -> list[Written]:
    """Returns every row that a policy writes, in the order of evaluation."""
    return [each for table in policy.tables() for each in _of_table(table, policy)]


def table_of(table: Table, policy: Policy) -> Map | None:
    """Returns the map that a table was written as; None if it is built in."""
    node = policy.tree.get(table.topic)
    if not isinstance(node, Map) or not TOPICS[table.topic].plural:
        return node if isinstance(node, Map) else None
    parts = (part for part in node.entries.values() if isinstance(part, Map))
    return next((part for part in parts if part.source == table.source), None)


def _of_table(table: Table, policy: Policy) -> Iterator[Written]:
    node = table_of(table, policy)
    items = node.list_of("rows") if node else ()
    own = {item.text_of("id"): item for item in items if isinstance(item, Map)}
    for row in table.rows:
        if row.built_in or node is None:
            continue
        found = own.get(row.id)
        around = node if found is not None else None
        yield Written(policy=policy, table=table, row=row, own=found or node, around=around)


def edited(place: Map, silence: Silence) -> Map:
    """Returns the map of a silence with its advice applied."""
    kept = place.without(*silence.drop)
    for key, value in silence.put.items():
        kept = kept.with_entry(key, from_data(value, place.source))
    return kept


def in_place(node: Node, old: Map, new: Map) -> Node:
    """Returns a tree with one of its maps replaced."""
    if node is old:
        return new
    if isinstance(node, Map):
        entries = {key: in_place(child, old, new) for key, child in node.entries.items()}
        return replace(node, entries=entries)
    if isinstance(node, Items):
        return replace(node, items=tuple(in_place(item, old, new) for item in node.items))
    return node


def opposite(when: Map) -> Map | None:
    """Returns the condition that holds just where a single test does not; None for more tests."""
    if len(when.entries) != 1:
        return None
    ((key, node),) = when.entries.items()
    if key in ("is", "is_not"):
        return when.renamed({key: "is_not" if key == "is" else "is"})
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return when.with_entry(key, scalar(not node.value, node.source))
    if isinstance(node, Map) and set(node.entries) == {"not"}:
        return when.with_entry(key, node.entries["not"])
    return when.with_entry(key, as_map({"not": node}, node.source))
