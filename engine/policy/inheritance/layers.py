"""Applies the edits of a chain of policies to its root, for one day: base first, child on top.

An edit is checked against what is beneath it on that day: what its bases permit and what they lock.
An edit of a test is on top of all, and is bound like the policy that wrote the test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from engine.policy.context import Context
from engine.policy.embedded_tests import with_inherited
from engine.policy.faults import Source
from engine.policy.header.agreed import check_redeclared
from engine.policy.inheritance.edits import Touched, apply_edit
from engine.policy.inheritance.paths import Path, at, rows_of, tables
from engine.policy.inheritance.permissions import check_edits
from engine.policy.model import Effective
from engine.policy.readers.spans import read_effective
from engine.policy.text import Map, Node, Scalar, below, to_data

MUST: Final = "must"


class Lock(NamedTuple):
    """A row or promise that may not change, and the table that it stands in."""

    table: Path
    row: Map


def broken_lock(base: Map, after: Map) -> str | None:
    """Returns why a changed tree breaks a lock of its base: a locked row changed or overtaken."""
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
    """Yields the topics and parts without rows."""
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
    """Returns the locked row of a tree, with all that is written beside its table's rows."""
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
    """Returns the groups that a row tests, and those that they test."""
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


_NEVER_INHERITED: Final = ("policy", "version", "title", "for", "effective", "tests", "compare")
_CONSUMED: Final = ("extends", "changes", "tests", "agreed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One named edit, and the days on which it holds; without days it always holds."""

    node: Map
    days: Effective | None = None
    source: Source

    def holds(self, day: int | None) -> bool:
        """Returns whether it holds on an ordinal day; for None, whether it always holds."""
        return self.days is None or (day is not None and self.days.covers(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one policy of a chain, or one test, changes; `child` is the policy's own text.

    `rules` are the permissions that bind it; `base` is the number of layers of its base, if any.
    """

    edits: tuple[Edit, ...]
    rules: tuple[Map, ...] = ()
    child: Map | None = None
    base: int | None = None


@dataclass(slots=True)
class Heard:
    """Collects over all days the faults of edits, and which edits changed anything."""

    ctx: Context
    told: set[tuple[str, Source, str]] = field(default_factory=set)
    changed: set[Source] = field(default_factory=set)

    def quiet(self) -> Context:
        """Returns a context for one day; a fault counts once, however many days show it."""
        return self.ctx.quiet()

    def hear(self, ctx: Context) -> None:
        """Takes over the faults of one day."""
        for each in ctx.faults:
            key = (each.code, each.source, each.sentence)
            if key not in self.told:
                self.told.add(key)
                self.ctx.fault(*key)


def read_edits(nodes: Iterable[Map], ctx: Context) -> tuple[Edit, ...]:
    """Reads edits with their days; leaves out, with a fault, one whose days cannot be read."""
    found: list[Edit] = []
    for node in nodes:
        given = node.get("effective")
        days = ctx.attempt(read_effective, given) if given else None
        if given is None or days is not None:
            found.append(Edit(node=node.without("effective"), days=days, source=node.source))
    return tuple(found)


def laid(root: Map, layers: tuple[Layer, ...], day: int | None, heard: Heard) -> Map:
    """Returns the tree of a chain on an ordinal day; for None, with the edits that always hold."""
    ctx, beneath = heard.quiet(), [root]
    for layer in layers:
        after = _edited(beneath[-1], layer, day, (ctx, heard))
        if layer.base is not None and broken_lock(beneath[layer.base], after):
            _blame(beneath, layer, day, ctx)
        if layer.child is not None:
            after = _under_header(after, beneath[-1], layer.child, ctx)
        beneath.append(after)
    heard.hear(ctx)
    return beneath[-1]


def _edited(tree: Map, layer: Layer, day: int | None, to: tuple[Context, Heard]) -> Map:
    ctx, heard = to
    touched: list[Touched] = []
    for edit in layer.edits:
        if not edit.holds(day):
            continue
        tree, one = apply_edit(tree, edit.node, ctx)
        if one is not None:
            touched.append(one)
            if one.kind != "set" or to_data(one.before) != to_data(one.after):
                heard.changed.add(edit.source)
    check_edits(touched, layer.rules, ctx)
    return tree


def _blame(beneath: list[Map], layer: Layer, day: int | None, ctx: Context) -> None:
    """Adds a fault for the first edit that breaks a lock."""
    tree, quiet = beneath[-1], ctx.quiet()
    for edit in (edit for edit in layer.edits if edit.holds(day)):
        tree = apply_edit(tree, edit.node, quiet)[0]
        if said := broken_lock(beneath[layer.base or 0], tree):
            ctx.fault("locked", edit.source, said)
            return


def _under_header(after: Map, base: Map, child: Map, ctx: Context) -> Map:
    """Returns a changed base under the child's own name, days, tests and permissions."""
    kept = after.without(*_NEVER_INHERITED)
    own = child.without(*_CONSUMED)
    merged = replace(kept, source=child.source, keys=kept.keys | child.keys)
    merged = replace(merged, entries={**own.entries, **kept.entries, **own.entries})
    agreed = _joined(after.get("agreed"), child.get("agreed"))
    check_redeclared(base.get("agreed"), agreed, ctx)
    if agreed:
        merged = merged.with_entry("agreed", agreed)
    tests = with_inherited(base.get("tests"), child.get("tests"), ctx)
    return merged.with_entry("tests", tests) if tests else merged


def _joined(base: Node | None, child: Node | None) -> Node | None:
    return child.over(base) if isinstance(child, Map) and isinstance(base, Map) else child or base
