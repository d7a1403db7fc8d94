"""Keeps what a base locks as it is: rows with `locked: true`, and every promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from engine.policy.changes.paths import Path, at, rows_of, tables
from engine.policy.text import Map, Node, Scalar, below, to_data

MUST: Final = "must"


class Lock(NamedTuple):
    """A row or promise that may not change, and where it stands."""

    table: Path
    row: Map


def broken_lock(base: Map, after: Map) -> str | None:
    """What is wrong with a changed tree that touches or overtakes what its base locks."""
    said = (_broken(lock, base, after) for lock in _locks(base))
    return next((sentence for sentence in said if sentence), None)


def _locks(tree: Map) -> Iterator[Lock]:
    for topic in tree.entries:
        for table in tables(tree, topic):
            for row in rows_of(tree, table):
                if topic == MUST or _locked(row) or _locked(at(tree, table)):
                    yield Lock(table, row)
    for path, line in _lines(tree):
        if _locked(line):
            yield Lock(path, line)


def _lines(tree: Map) -> Iterator[tuple[Path, Map]]:
    """Topics and parts without rows."""
    for topic, node in tree.entries.items():
        if not isinstance(node, Map) or "rows" in node.entries:
            continue
        yield (topic,), node
        for part, child in node.entries.items():
            if isinstance(child, Map) and "rows" not in child.entries:
                yield (topic, part), child


def _broken(lock: Lock, base: Map, after: Map) -> str | None:
    name = lock.row.text_of("id") or ".".join(lock.table)
    clause = lock.row.text_of("clause")
    what = f"`{name}` ({clause})" if clause else f"`{name}`"
    if _around_data(base, lock) != _around_data(after, lock):
        return f"{what} is locked in the base; no child may change it or what stands around it."
    groups = _groups_of(lock.row, base)
    if any(to_data(at(base, path)) != to_data(at(after, path)) for path in groups):
        return f"{what} is locked in the base; no child may change a group that it asks."
    ids = [row.text_of("id") for row in rows_of(base, lock.table)]
    earlier = _before(name, [row.text_of("id") for row in rows_of(after, lock.table)])
    if lock.table[0] != MUST and not set(earlier) <= set(_before(name, ids)):
        return f"{what} is locked in the base; no new row may be asked before it."
    return None


def _around_data(tree: Map, lock: Lock) -> object:
    """The locked row as it stands in a tree, with all that is written beside its table's rows."""
    name = lock.row.text_of("id")
    rows = [row for row in rows_of(tree, lock.table) if row.text_of("id") == name]
    around = at(tree, lock.table)
    return to_data(around and around.without("rows")), [to_data(row) for row in rows]


def _locked(node: Map | None) -> bool:
    given = node.get("locked") if node else None
    return isinstance(given, Scalar) and given.value is True


def _before(name: str, ids: list[str]) -> list[str]:
    return ids[: ids.index(name)] if name in ids else ids


def _groups_of(node: Node, tree: Map) -> list[Path]:
    """The groups that a row asks, and those that they ask."""
    groups = tree.get("groups")
    found: dict[str, None] = {}
    waiting = _asked(node)
    while waiting:
        name = waiting.pop()
        if name not in found and isinstance(groups, Map) and name in groups.entries:
            found[name] = None
            waiting += _asked(groups.entries[name])
    return [("groups", name) for name in found]


def _asked(node: Node) -> list[str]:
    maps = [each for each in below(node) if isinstance(each, Map)]
    said = [each.get(key) for each in maps for key in ("is", "is_not", "never_both")]
    return [name.text for each in said if each for name in below(each) if isinstance(name, Scalar)]
