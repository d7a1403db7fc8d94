"""Writes a policy's tree as YAML of the policy dialect, with the origin of every line beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from engine.policy.faults import Source
from engine.policy.printing.defaults import BUILT_IN, UNASKED
from engine.policy.reading import KEYS
from engine.policy.text import Items, Map, Node, Scalar, resolve

WIDTH: Final = 100
"""The longest line that is not written one key a line, in characters without its comment."""

_COMMENTS: Final = 60
_PLAIN: Final = re.compile(
    r"[A-Za-z0-9_<(.](?:[^\x00-\x20,\[\]{}:#\"'\\\x7f-\x9f\ufeff]|:(?=[^\s,\[\]{}])| (?=[^\s#]))*\Z"
)
_SPOILING: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Place = Callable[[str], str]
"""Returns the file name that a person knows for the one in a node."""


class Line(NamedTuple):
    """One line of a text, and its origin; empty for a line of punctuation."""

    text: str
    origin: str


def written(tree: Map, place: Place = str) -> str:
    """Writes the text; read again it says what the tree says."""
    keys = sorted(tree.entries, key=lambda key: KEYS.index(key) if key in KEYS else len(KEYS))
    lines = [line for key in keys for line in _Writer(place).entry(key, tree, 0)]
    return "".join(f"{_beside(line)}\n" for line in lines)


def _beside(line: Line) -> str:
    text = f"# {line.text}" if line.origin == "unasked" else line.text
    origin = BUILT_IN.file if line.origin == "unasked" else line.origin
    return f"{text.ljust(_COMMENTS)}  # {origin}" if origin else text


def flow(node: Node) -> str:
    """Writes a node on one line."""
    if isinstance(node, Map):
        said = (f"{_key(key)}: {flow(child)}" for key, child in node.entries.items())
        return "{" + ", ".join(said) + "}"
    if isinstance(node, Items):
        return "[" + ", ".join(flow(item) for item in node.items) + "]"
    return _scalar(node) if isinstance(node, Scalar) else "null"


def _key(text: str) -> str:
    return text if _PLAIN.match(text) else json.dumps(text, ensure_ascii=False)


def _scalar(node: Scalar) -> str:
    if node.value is None:
        return "null"
    if not isinstance(node.value, str):
        return node.text
    same = _PLAIN.match(node.text) and resolve(node.text) == node.value
    return node.text if same else json.dumps(node.text, ensure_ascii=False)


def _spread(node: Node) -> bool:
    """Returns whether a node holds rows or comments, each of which needs a line of its own."""
    if isinstance(node, Items):
        return any(isinstance(item, Map) for item in node.items)
    inner = node.entries.values() if isinstance(node, Map) else ()
    return any(child.source == UNASKED or _spread(child) for child in inner)


class _Writer:
    """Writes entries and items, each on one line or on several."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def entry(self, key: str, holder: Map, indent: int) -> Iterator[Line]:
        node, source = holder.entries[key], holder.key_source(key)
        head, said = f"{' ' * indent}{_key(key)}:", flow(node)
        if node.source == UNASKED:
            yield Line(f"{head} {said}", "unasked")
        elif not self._wide(node, f"{head} {said}"):
            yield Line(f"{head} {said}", self._origin(node, source))
        else:
            yield Line(head, self._shown(source))
            yield from self._below(node, indent + 2)

    def _below(self, node: Node, indent: int) -> Iterator[Line]:
        if isinstance(node, Map):
            for key in node.entries:
                yield from self.entry(key, node, indent)
        elif isinstance(node, Items):
            for item in node.items:
                yield from self._item(item, indent)

    def _item(self, node: Node, indent: int) -> Iterator[Line]:
        blank, said = " " * indent, flow(node)
        if node.source == UNASKED:
            yield Line(f"{blank}- {said}", "unasked")
        elif not isinstance(node, Map) or not self._wide(node, f"{blank}- {said}"):
            yield Line(f"{blank}- {said}", self._origin(node, node.source))
        else:
            for number, line in enumerate(self._below(node, indent + 2)):
                start = f"{blank}- " if not number else f"{blank}  "
                yield Line(start + line.text[indent + 2 :], line.origin)

    def _wide(self, node: Node, line: str) -> bool:
        inner = isinstance(node, Map | Items) and flow(node) not in ("{}", "[]")
        return inner and (_spread(node) or len(line) > WIDTH)

    def _origin(self, node: Node, source: Source) -> str:
        """Returns where a line came from, and which of its values came from other files."""
        others = [f"{key} {self._shown(where)}" for key, where in _elsewhere(node, source)]
        return ", ".join((self._shown(source), *others))

    def _shown(self, source: Source) -> str:
        if source.file == BUILT_IN.file:
            return BUILT_IN.file
        return f"{_SPOILING.sub('?', self._place(source.file))}:{source.line}"


def _elsewhere(node: Node, around: Source) -> Iterator[tuple[str, Source]]:
    if isinstance(node, Map):
        for key, child in node.entries.items():
            if child.source.file != around.file:
                yield key, child.source
            yield from _elsewhere(child, child.source)
    elif isinstance(node, Items):
        for item in node.items:
            yield from _elsewhere(item, item.source)
