"""Writes a policy's tree as YAML of the policy dialect, with the origin of every line beside it.

Defaults that a merged policy leaves out are filled in, marked as built in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from engine.policy.context import Context
from engine.policy.editions import PolicyFile
from engine.policy.faults import Source
from engine.policy.inheritance.layers import Heard, laid
from engine.policy.model import Policy
from engine.policy.reading import KEYS
from engine.policy.text import Items, Map, Node, Scalar, as_map, from_data, resolve, scalar
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.tables import BY_STATE

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


# --- defaults -------------------------------------------------------------------------------------

BUILT_IN: Final = Source("built in", 0, 0)
"""The source of a value that nobody wrote."""

UNASKED: Final = Source("built in", 0, 1)
"""The source of something that the language adds itself and that cannot be written."""

_LEFT_OUT: Final = ("extends", "changes", "tests", "compare")
_YES: Final = {"id": "E-YES", "otherwise": True, "answer": "accept"}
_HEADER: Final = {
    "applies_by": "ordered",
    "time_zone": "UTC",
    "rounding": "half_up",
    "overpaid": {"by": "offset"},
    "business_days": {"weekend": ["saturday", "sunday"]},
}


def in_full(file: PolicyFile, day: int | None = None) -> Map:
    """Returns the merged tree of the edition in force on an ordinal day (by default the newest).

    Tests and `compare` are left out; agreed values stay names.
    """
    policy = file.policy if day is None else file.on(day)
    merged, quiet = file.merged, Heard(Context(file.file, currency=policy.currency))
    tree = laid(merged.root, merged.layers, policy.effective.first, quiet)
    tree = tree.with_entry("effective", policy.tree.entries["effective"]).without(*_LEFT_OUT)
    return _with_topics(_with_header(tree, policy), policy)


def _with_header(tree: Map, policy: Policy) -> Map:
    usual: dict[str, object] = {"title": policy.id, **_HEADER, "parties": dict(policy.parties)}
    for key, value in usual.items():
        if key not in tree.entries:
            tree = tree.with_entry(key, from_data(value, BUILT_IN))
    return tree


def _with_topics(tree: Map, policy: Policy) -> Map:
    usual: dict[str, object] = {
        "remedies": {policy.claimant: {"give": "refund"}},
        "goods": {"do": "ship_back"},
        "return_shipping": {"paid_by": policy.claimant},
        "value": {"of": "item_price", "percent": "100%"},
        "outbound_shipping": {"refund": "none"},
    }
    taken = {row.id for row in policy.own_rows}
    for topic, value in usual.items():
        if topic not in tree.entries:  # if the id is taken, one of the two rows would be renamed
            source = UNASKED if topic.upper().replace("_", "-") in taken else BUILT_IN
            tree = tree.with_entry(topic, from_data(value, source))
    tree = tree.with_entry("eligibility", _eligibility(tree.get("eligibility"), policy))
    for topic in (name for name in TOPICS if name in tree.entries):
        tree = tree.with_entry(topic, _decided(topic, tree.entries[topic]))
    return tree


def _eligibility(node: Node | None, policy: Policy) -> Map:
    """Returns the topic with the rows that let deadlines refuse, and the last one, which accepts.

    Beside written rows they are shown but not written: what stands beside `rows` would apply to
    them too.
    """
    built = {row.id for row in policy.eligibility.rows if row.built_in}
    states = tuple(
        as_map({"id": name, "when": {"deadlines": state}, "code": "from_deadline"}, UNASKED)
        for name, state in BY_STATE.items()
        if name in built
    )
    own = node if isinstance(node, Map) else None
    last = (from_data(_YES, UNASKED if own else BUILT_IN),) if "E-YES" in built else ()
    listed = own.get("rows") if own else None
    if own and not (isinstance(listed, Items) and listed.items):
        beside = {row.text_of("id"): row for row in (*states, *last)}
        return replace(own, entries={**own.entries, **beside})
    rows = listed.items if isinstance(listed, Items) else ()
    closing = tuple(row for row in rows if isinstance(row, Map) and "otherwise" in row.entries)
    opening = tuple(row for row in rows if row not in closing)
    source = listed.source if listed else BUILT_IN
    full = Items(source=source, items=(*opening, *states, *closing, *last))
    return (own or Map(source=BUILT_IN, entries={}, keys={})).with_entry("rows", full)


def _decided(topic: str, node: Node) -> Node:
    """Returns the tables of a topic, each with how its ties are settled."""
    if not isinstance(node, Map):
        return node
    if TOPICS[topic].plural:
        parts = {key: _table(topic, part) for key, part in node.entries.items()}
        return replace(node, entries=parts)
    return _table(topic, node)


def _table(topic: str, node: Node) -> Node:
    if not isinstance(node, Map) or "rows" not in node.entries or "decide" in node.entries:
        return node
    listed = node.get("rows")
    if isinstance(listed, Scalar):  # rows agreed with a partner
        return node
    decide = scalar(TOPICS[topic].decide[0], BUILT_IN)
    entries, keys = {"decide": decide, **node.entries}, {**node.keys, "decide": BUILT_IN}
    return replace(node, entries=entries, keys=keys)
