"""Lays the edits of a chain of policies over its root, for one day: base first, child on top.

An edit is held against what stands beneath it on that day: what its bases permit and what they
lock. An edit of a test lies on top of all, and is bound as the policy is that wrote the test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from engine.policy.changes.edits import Touched, apply_edit
from engine.policy.changes.locks import broken_lock
from engine.policy.changes.permissions import check_edits
from engine.policy.context import Context
from engine.policy.faults import Source
from engine.policy.header.agreed import check_redeclared
from engine.policy.model import Effective
from engine.policy.shapes.spans import read_effective
from engine.policy.text import Map, Node, to_data
from engine.policy.trials import with_inherited

_NEVER_INHERITED: Final = ("policy", "version", "title", "for", "effective", "tests", "compare")
_CONSUMED: Final = ("extends", "changes", "tests", "agreed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One named edit, and the days on which it holds: always, without any."""

    node: Map
    days: Effective | None = None
    source: Source

    def holds(self, day: int | None) -> bool:
        """Whether it holds on an ordinal day; without one, whether it always holds."""
        return self.days is None or (day is not None and self.days.covers(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one policy of a chain, or one test, changes; `child` is the policy's own text.

    `rules` are the permissions that bind it; `base` says how many layers its base has, if any.
    """

    edits: tuple[Edit, ...]
    rules: tuple[Map, ...] = ()
    child: Map | None = None
    base: int | None = None


@dataclass(slots=True)
class Heard:
    """What became of edits on the days looked at: faults, and which of them changed anything."""

    ctx: Context
    told: set[tuple[str, Source, str]] = field(default_factory=set)
    changed: set[Source] = field(default_factory=set)

    def quiet(self) -> Context:
        """A context for one day, whose faults count once however many days show them."""
        return Context(self.ctx.file, currency=self.ctx.currency)

    def hear(self, ctx: Context) -> None:
        """Takes over the faults of one day."""
        for each in ctx.faults:
            key = (each.code, each.source, each.sentence)
            if key not in self.told:
                self.told.add(key)
                self.ctx.fault(*key)


def read_edits(nodes: Iterable[Map], ctx: Context) -> tuple[Edit, ...]:
    """The edits with their days; one whose days cannot be read is left out, with a fault."""
    found: list[Edit] = []
    for node in nodes:
        given = node.get("effective")
        days = read_effective(given, ctx) if given else None
        if given is None or days is not None:
            bare = node.without("effective")
            found.append(Edit(node=bare, days=days, source=node.source))
    return tuple(found)


def laid(root: Map, layers: tuple[Layer, ...], day: int | None, heard: Heard) -> Map:
    """The tree of a chain on an ordinal day; without one, with the edits that always hold."""
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
            heard.changed |= {edit.source} if _changes(one) else set()
    check_edits(touched, layer.rules, ctx)
    return tree


def _changes(touched: Touched) -> bool:
    return touched.kind != "set" or to_data(touched.before) != to_data(touched.after)


def _blame(beneath: list[Map], layer: Layer, day: int | None, ctx: Context) -> None:
    """Names the first edit that touches what is locked."""
    tree, quiet = beneath[-1], Context(ctx.file, currency=ctx.currency)
    for edit in (edit for edit in layer.edits if edit.holds(day)):
        tree = apply_edit(tree, edit.node, quiet)[0]
        if said := broken_lock(beneath[layer.base or 0], tree):
            ctx.fault("locked", edit.source, said)
            return


def _under_header(after: Map, base: Map, child: Map, ctx: Context) -> Map:
    """A changed base under the child's own name, days, tests and permissions."""
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
