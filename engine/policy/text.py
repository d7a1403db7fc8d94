"""Reads YAML text into nodes that know where they stand; knows nothing of policies.

The dialect is YAML 1.2's core schema without anchors, aliases, tags or duplicate keys, within
limits on size, depth and number of nodes: a supplier's file is untrusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.errors import PolicyFaults
from engine.policy.faults import Fault, Source

MAX_CHARACTERS: Final = 262_144
MAX_DEPTH: Final = 24
MAX_NODES: Final = 30_000

Plain = str | int | float | bool | None

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{0,18}\.[0-9]{1,18}|[0-9]{1,18}\.)\Z")


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

    def key_source(self, key: str) -> Source:
        """Where the key itself stands."""
        return self.keys.get(key, self.source)

    def with_entry(self, key: str, node: Node, source: Source | None = None) -> Map:
        """The same map with one entry put in or replaced."""
        entries = {**self.entries, key: node}
        keys = {**self.keys, key: source or self.keys.get(key, node.source)}
        return replace(self, entries=entries, keys=keys)

    def without(self, key: str) -> Map:
        """The same map with one entry left out."""
        entries = {k: n for k, n in self.entries.items() if k != key}
        return replace(self, entries=entries)

    def renamed(self, names: dict[str, str]) -> Map:
        """The same map with keys renamed, in place and order."""
        entries = {names.get(k, k): n for k, n in self.entries.items()}
        return replace(
            self, entries=entries, keys={names.get(k, k): s for k, s in self.keys.items()}
        )


def parse(text: str, file: str) -> Map:
    """The map that a YAML text holds; raises `PolicyFaults` with the place of what is wrong."""
    if len(text) > MAX_CHARACTERS:
        raise _fault(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.",
            Source(file, 1, 1),
        )
    try:
        node = _Builder(file).document(_events(text))
    except MarkedYAMLError as error:
        raise _fault(f"This is not YAML: {_said(error)}.", _place(error, file)) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _fault(
            f"This is not YAML: {str(error).splitlines()[0][:200]}.", Source(file, 1, 1)
        ) from None
    if not isinstance(node, Map):
        raise _fault("A policy is a map of `key: value` lines; this is not.", Source(file, 1, 1))
    return node


def scalar(value: Plain | object, source: Source) -> Scalar:
    """A scalar node for a plain value, as if it had been written at `source`."""
    text = {None: "null", True: "true", False: "false"}.get(value, str(value))  # type: ignore[call-overload]
    plain = value if isinstance(value, str | int | float | bool | None) else str(value)
    return Scalar(source=source, text=str(text), value=plain)


def from_data(data: object, source: Source) -> Node:
    """Nodes for plain lists, dicts and values (from JSON, say), all standing at `source`."""
    if isinstance(data, dict):
        entries = {str(key): from_data(value, source) for key, value in data.items()}
        return Map(source=source, entries=entries, keys=dict.fromkeys(entries, source))
    if isinstance(data, list | tuple):
        return Items(source=source, items=tuple(from_data(item, source) for item in data))
    if isinstance(data, str):
        return Scalar(source=source, text=data, value=data)
    return scalar(data, source)


def to_data(node: Node) -> object:
    """The plain lists, dicts and values of a node; texts as written."""
    if isinstance(node, Map):
        return {key: to_data(child) for key, child in node.entries.items()}
    if isinstance(node, Items):
        return [to_data(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value if isinstance(node.value, bool | int | None) else node.text


def _events(text: str) -> Iterator[Event]:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    return iter(yaml.parse(text))


class _Builder:
    """Builds nodes from events, one level a call, refusing what the dialect leaves out."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._nodes = 0

    def document(self, events: Iterator[Event]) -> Node | None:
        node: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _fault(
                        "One file holds one policy; a second document starts here.", self._at(event)
                    )
            elif isinstance(
                event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent
            ):
                node = self._node(event, events, 1)
        return node

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        self._nodes += 1
        source = self._at(event)
        if depth > MAX_DEPTH:
            raise _fault(f"Nested deeper than {MAX_DEPTH} levels.", source)
        if self._nodes > MAX_NODES:
            raise _fault(f"More than {MAX_NODES:,} values in one file.", source)
        self._refuse_references(event, source)
        if isinstance(event, MappingStartEvent):
            return self._map(events, source, depth)
        if isinstance(event, SequenceStartEvent):
            return self._items(events, source, depth)
        assert isinstance(event, ScalarEvent)
        value = resolve(event.value) if event.implicit[0] else event.value
        return Scalar(source=source, text=event.value, value=value)

    def _map(self, events: Iterator[Event], source: Source, depth: int) -> Map:
        entries: dict[str, Node] = {}
        keys: dict[str, Source] = {}
        while not isinstance(key_event := next(events), MappingEndEvent):
            key = self._node(key_event, events, depth + 1)
            if not isinstance(key, Scalar):
                raise _fault("A key must be a word.", key.source)
            if key.text in entries:
                first = keys[key.text].line
                raise _fault(
                    f"`{key.text}` stands twice here; it was first written in line {first}.",
                    key.source,
                    "duplicate_key",
                )
            keys[key.text] = key.source
            entries[key.text] = self._node(next(events), events, depth + 1)
        return Map(source=source, entries=entries, keys=keys)

    def _items(self, events: Iterator[Event], source: Source, depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(self._node(event, events, depth + 1))
        return Items(source=source, items=tuple(items))

    def _refuse_references(self, event: Event, source: Source) -> None:
        if isinstance(event, AliasEvent):
            raise _fault(
                "Aliases (`*name`) are not part of the policy language; write the value out.",
                source,
                "anchor",
            )
        if getattr(event, "anchor", None):
            raise _fault(
                "Anchors (`&name`) are not part of the policy language; use a group.",
                source,
                "anchor",
            )
        if getattr(event, "tag", None) and not getattr(event, "implicit", None):
            raise _fault("Tags (`!name`) are not part of the policy language.", source, "tag")
        if isinstance(event, ScalarEvent) and event.tag is not None:
            raise _fault("Tags (`!name`) are not part of the policy language.", source, "tag")

    def _at(self, event: Event) -> Source:
        mark = event.start_mark
        return Source(self._file, mark.line + 1, mark.column + 1)


def resolve(text: str) -> Plain:
    """A plain scalar by the core schema; dates, money and percentages stay text."""
    if _NULL.match(text):
        return None
    if _TRUE.match(text):
        return True
    if _FALSE.match(text):
        return False
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def _said(error: MarkedYAMLError) -> str:
    said = " ".join(part for part in (error.context, error.problem) if part)
    return " ".join(said.split())[:200]


def _place(error: MarkedYAMLError, file: str) -> Source:
    mark = error.problem_mark or error.context_mark
    return Source(file, mark.line + 1, mark.column + 1) if mark else Source(file, 1, 1)


def _fault(sentence: str, source: Source, code: str = "not_yaml") -> PolicyFaults:
    return PolicyFaults((Fault(code=code, source=source, sentence=sentence),))
