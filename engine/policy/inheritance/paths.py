"""Finds what a path such as `window.W-BASE.days` names in a policy's tree, and replaces it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from engine.policy.inheritance.shorthand import SHORT_TOPICS
from engine.policy.text import Items, Map, Node, Scalar

Path = tuple[str, ...]

MOST_STEPS: Final = 8


class FoundRow(NamedTuple):
    """A row in the tree: the path of its table (`must` is one too), the row and its position."""

    table: Path
    row: Map
    position: int


def path_of(node: Node, tree: Map) -> Path:
    """Returns a written path with the short names of topics in full; empty if it is no path."""
    said = tuple(node.text.split(".")) if isinstance(node, Scalar) else ()
    if not said or len(said) > MOST_STEPS or not all(said):
        return ()
    if said[0] in SHORT_TOPICS:
        return (*SHORT_TOPICS[said[0]], *said[1:])
    parts = tree.get("remedies")
    if said[0] == "remedy" and isinstance(parts, Map) and parts.entries:
        return ("remedies", next(iter(parts.entries)), *said[1:])
    fees = tree.get("fees")
    only_fee = isinstance(fees, Map) and list(fees.entries) == ["fee"]
    if said[0] == "fees" and only_fee and said[1:2] != ("fee",):
        return ("fees", "fee", *said[1:])
    return said


def at(tree: Map, path: Path) -> Map | None:
    """Returns the map at a path."""
    node: Node | None = tree
    for key in path:
        node = node.get(key) if isinstance(node, Map) else None
    return node if isinstance(node, Map) else None


def put(tree: Map, path: Path, node: Node) -> Map:
    """Returns the tree with a node at a path that is not empty."""
    *above, last = path
    if not above:
        return tree.with_entry(last, node)
    holder = at(tree, tuple(above)) or Map(source=node.source, entries={}, keys={})
    return put(tree, tuple(above), holder.with_entry(last, node))


def tables(tree: Map, topic: str) -> list[Path]:
    """Returns the paths of all tables of a topic."""
    holder = tree.get(topic)
    if isinstance(holder, Items):
        return [(topic,)]
    if not isinstance(holder, Map):
        return []
    if "rows" in holder.entries:
        return [(topic,)]
    inner = {part: node for part, node in holder.entries.items() if isinstance(node, Map)}
    return [(topic, part) for part, node in inner.items() if "rows" in node.entries]


def items_of(tree: Map, table: Path) -> Items | None:
    """Returns the list of rows of a table."""
    if len(table) == 1 and isinstance(node := tree.get(table[0]), Items):
        return node
    holder = at(tree, table) if table else None
    rows = holder.get("rows") if holder else None
    return rows if isinstance(rows, Items) else None


def rows_of(tree: Map, table: Path) -> tuple[Map, ...]:
    """The rows of a table."""
    return tuple(row for row in listed(tree, table) if isinstance(row, Map))


def find_row(tree: Map, path: Path) -> FoundRow | None:
    """Returns the row that a path names by its id; the part in between may be left out."""
    for name in path[1:]:
        for table in tables(tree, path[0]):
            if len(path) > 2 and len(table) > 1 and path[1] not in (table[1], name):
                continue
            for position, row in enumerate(listed(tree, table)):
                if isinstance(row, Map) and row.text_of("id") == name:
                    return FoundRow(table, row, position)
    return None


def with_items(tree: Map, table: Path, items: tuple[Node, ...]) -> Map:
    """Returns the tree with other rows in a table."""
    before = items_of(tree, table)
    full = replace(before, items=items) if before else Items(source=tree.source, items=items)
    holder = at(tree, table)
    return put(tree, table, full if holder is None else holder.with_entry("rows", full))


def names_in(tree: Map) -> list[str]:
    """Returns all topics, parts and row ids, for hints."""
    found = list(tree.entries)
    for topic, node in tree.entries.items():
        found += node.entries if isinstance(node, Map) else ()
        found += [
            row.text_of("id") for table in tables(tree, topic) for row in rows_of(tree, table)
        ]
    return found


def listed(tree: Map, table: Path) -> tuple[Node, ...]:
    """Returns the items of a table's list; none if there is no list."""
    found = items_of(tree, table)
    return found.items if found else ()
