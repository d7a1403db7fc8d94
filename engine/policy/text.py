"""The nodes of a policy text, each with its place in the file; knows nothing of policies."""

from __future__ import annotations

import hashlib
import pickle
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ruamel.yaml.events import (
    CollectionEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from engine.caches import LruCache
from engine.errors import PolicyFaults
from engine.policy.dialect import events, fault, source_of
from engine.policy.faults import Fault, Source

Plain = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{0,18}\.[0-9]{1,18}|[0-9]{1,18}\.)\Z")


MOST_PACKED: Final = 32 * 2**20
"""Bytes for the cached trees and faults of texts; a policy of 25 rows takes 5,000."""

_PACKED: Final[LruCache[bytes]] = LruCache(MOST_PACKED, lambda packed: len(packed) + 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A scalar, a list or a map, with the place where it was written."""

    source: Source

    @property
    def kind(self) -> str:
        """What a person would call it."""
        return {"Scalar": "a value", "Items": "a list", "Map": "a map"}[type(self).__name__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(Node):
    """One value: `text` as written, `value` as the core schema reads it."""

    text: str
    value: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map(Node):
    """A map from words to nodes, in the order written; `keys` holds where each key stands."""

    entries: dict[str, Node]
    keys: dict[str, Source]

    def get(self, key: str) -> Node | None:
        """The node under `key`, if it was written."""
        return self.entries.get(key)

    def list_of(self, key: str) -> tuple[Node, ...]:
        """The items of the list under `key`; none where there is no list."""
        node = self.entries.get(key)
        return node.items if isinstance(node, Items) else ()

    def text_of(self, key: str) -> str:
        """The text of the value under `key`; empty where there is none."""
        node = self.entries.get(key)
        return node.text if isinstance(node, Scalar) else ""

    def key_source(self, key: str) -> Source:
        """Where the key itself stands."""
        return self.keys.get(key, self.source)

    def with_entry(self, key: str, node: Node, source: Source | None = None) -> Map:
        """The same map with one entry put in or replaced."""
        entries = {**self.entries, key: node}
        keys = {**self.keys, key: source or self.keys.get(key, node.source)}
        return replace(self, entries=entries, keys=keys)

    def without(self, *left_out: str) -> Map:
        """The same map with some entries left out."""
        return replace(self, entries={k: n for k, n in self.entries.items() if k not in left_out})

    def renamed(self, names: dict[str, str]) -> Map:
        """The same map with keys renamed, in place and order."""
        entries = {names.get(k, k): n for k, n in self.entries.items()}
        keys = {names.get(k, k): s for k, s in self.keys.items()}
        return replace(self, entries=entries, keys=keys)

    def over(self, usual: Map | None) -> Map:
        """Returns this map, filled up with the entries of `usual` that it does not have."""
        if usual is None:
            return self
        entries = {**usual.entries, **self.entries}
        return replace(self, entries=entries, keys={**usual.keys, **self.keys})


def parse(text: str, file: str) -> Map:
    """Parses a YAML text into a map; raises `PolicyFaults` that say where it is wrong.

    A text that was read before comes from a cache, fifteen times as fast, and so do the faults of
    one that was refused: an author's page asks for them several times.
    """
    key = (file, hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    packed = _PACKED.find(key)
    found: Map | tuple[Fault, ...]
    if packed is not None:
        found = pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own, below
    else:
        try:
            found = _parsed(text, file)
        except PolicyFaults as error:
            found = error.faults
        _PACKED.get(key, lambda: zlib.compress(pickle.dumps(found), 1))
    if isinstance(found, Map):
        return found
    raise PolicyFaults(found)


def _parsed(text: str, file: str) -> Map:
    stream = events(text, file)
    first = next(stream, None)
    node = _node(first, stream, file) if first else None
    for _ in stream:  # what follows the map is checked too
        pass
    if not isinstance(node, Map):
        said = "this is not" if first else "here is nothing"
        place = Source(file, 1, 1)
        raise fault("wrong_shape", place, f"A policy is a map of `key: value` lines; {said}.")
    return node


def scalar(value: object, source: Source) -> Scalar:
    """A scalar node for a plain value, as if it had been written at `source`."""
    if value is None or isinstance(value, bool):
        said = "null" if value is None else str(value).lower()
        return Scalar(source=source, text=said, value=value)
    plain = value if isinstance(value, str | int | float) else str(value)
    return Scalar(source=source, text=str(plain), value=plain)


def from_data(data: object, source: Source) -> Node:
    """Makes nodes of plain lists, dicts and values (from JSON, say), all placed at `source`.

    Nodes in them stay as they are.
    """
    if isinstance(data, Node):
        return data
    if isinstance(data, Mapping):
        return as_map(data, source)
    if isinstance(data, list | tuple):
        return Items(source=source, items=tuple(from_data(item, source) for item in data))
    return scalar(data, source)


def as_map(data: Mapping[Any, object], source: Source) -> Map:
    """Makes a map of plain data, placed at `source`."""
    entries = {str(key): from_data(value, source) for key, value in data.items()}
    return Map(source=source, entries=entries, keys=dict.fromkeys(entries, source))


def to_data(node: Node | None) -> object:
    """Returns a node as plain lists, dicts and values, with texts as written; None for no node."""
    if isinstance(node, Map):
        return {key: to_data(child) for key, child in node.entries.items()}
    if isinstance(node, Items):
        return [to_data(item) for item in node.items]
    if isinstance(node, Scalar) and not isinstance(node.value, bool | int | None):
        return node.text
    return node.value if isinstance(node, Scalar) else None


def below(node: Node) -> Iterator[Node]:
    """Yields a node and every node in it, in the order written."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Map):
            waiting += reversed(node.entries.values())
        elif isinstance(node, Items):
            waiting += reversed(node.items)


def size(node: Node) -> int:
    """Returns how many values a node holds, itself included."""
    return sum(1 for _ in below(node))


def resolve(text: str) -> Plain:
    """Reads a plain scalar by the core schema; dates, money and percentages stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def _node(event: Any, stream: Iterator[Any], file: str) -> Node:
    source = source_of(event, file)
    if isinstance(event, MappingStartEvent):
        return _map(source, stream)
    if isinstance(event, SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(inner := next(stream), CollectionEndEvent):
            items.append(_node(inner, stream, file))
        return Items(source=source, items=tuple(items))
    value = resolve(event.value) if event.implicit[0] else event.value
    return Scalar(source=source, text=event.value, value=value)


def _map(source: Source, stream: Iterator[Any]) -> Map:
    entries: dict[str, Node] = {}
    keys: dict[str, Source] = {}
    while not isinstance(key := next(stream), CollectionEndEvent):
        place = source_of(key, source.file)
        if not isinstance(key, ScalarEvent):
            raise fault("wrong_shape", place, "A key must be a word, not a list or a map.")
        if key.value in entries:
            line = keys[key.value].line
            said = f"`{key.value[:60]}` stands twice here; it was first written in line {line}."
            raise fault("duplicate_key", place, said)
        keys[key.value] = place
        entries[key.value] = _node(next(stream), stream, source.file)
    return Map(source=source, entries=entries, keys=keys)
