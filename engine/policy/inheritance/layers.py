"""Finds the chain of bases that a policy `extends`, and applies the edits, from base to child.

An edit is checked against what is beneath it on a day: what its bases permit and what they lock. An
edit of a test is on top of all, and is bound like the policy that wrote the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

from engine.policy.context import Context, a_map
from engine.policy.dialect import MAX_CHARACTERS, fault
from engine.policy.embedded_tests import with_inherited
from engine.policy.faults import Source
from engine.policy.header import who
from engine.policy.header.agreed import check_redeclared
from engine.policy.inheritance.edits import Path, Touched, apply_edit, at, rows_of, tables
from engine.policy.inheritance.permissions import check_edits
from engine.policy.inheritance.shorthand import expand
from engine.policy.model import Effective
from engine.policy.readers.spans import read_effective
from engine.policy.reading import digest_of
from engine.policy.text import Map, Node, Scalar, below, parse, to_data

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


# --- layers ---------------------------------------------------------------------------------------


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
        days = ctx.attempt(read_effective, given)
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
        edited = ctx.attempt(partial(apply_edit, tree), edit.node)
        if edited is not None:
            tree, one = edited
            touched.append(one)
            if one.kind != "set" or to_data(one.before) != to_data(one.after):
                heard.changed.add(edit.source)
    check_edits(touched, layer.rules, ctx)
    return tree


def _blame(beneath: list[Map], layer: Layer, day: int | None, ctx: Context) -> None:
    """Adds a fault for the first edit that breaks a lock."""
    tree, quiet = beneath[-1], ctx.quiet()
    for edit in (edit for edit in layer.edits if edit.holds(day)):
        edited = quiet.attempt(partial(apply_edit, tree), edit.node)
        tree = edited[0] if edited else tree
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


# --- the chain of bases ---------------------------------------------------------------------------


FindBase = Callable[[str, int], str | None]
"""Returns the text of a published policy by its id and version, or None."""

MOST_BASES: Final = 5
MOST_EDITS: Final = 300

KEYS: Final = (
    "policy",
    "version",
    "title",
    "extends",
    "for",
    "effective",
    "changes",
    "tests",
    "compare",
    "agreed",
    "partners_may",
)
REFERENCE = re.compile(r"(.{1,200})@([0-9]{1,9})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A policy as its root and the layers of its chain; `tree` has the edits that always hold.

    `chain` names every base with its digest, nearest first; `rules` are what they let it change.
    """

    tree: Map
    root: Map
    layers: tuple[Layer, ...] = ()
    chain: tuple[str, ...] = ()
    rules: tuple[Map, ...] = ()

    def with_edits(self, edits: tuple[Map, ...], ctx: Context) -> Merged:
        """Returns the policy under a test's edits, bound like the policy that wrote the test."""
        if not edits:
            return self
        bases = [name.partition("#")[0] for name in self.chain]
        author = edits[0].source.file
        above = bases[bases.index(author) + 1 :] if author in bases else bases
        on_top = Layer(
            edits=read_edits(edits, ctx),
            rules=tuple(rules for rules in self.rules if rules.source.file in above),
            base=len(above) - 1 if above else None,
        )
        return replace(self, layers=(*self.layers, on_top))


@dataclass(frozen=True, slots=True)
class _Seen:
    """The chain so far: the bases that were named, and the characters that were read."""

    references: tuple[str, ...] = ()
    characters: int = 0


def merge(text: str, file: str, ctx: Context, find_base: FindBase) -> Merged:
    """Merges the bases of a policy text into it; raises `PolicyFaults` if one is missing."""
    return _merged(parse(text, file), ctx, find_base, _Seen((), len(text)))


def _merged(tree: Map, ctx: Context, find_base: FindBase, seen: _Seen) -> Merged:
    if "extends" in tree.entries:
        return _extended(tree, ctx, find_base, seen)
    if "changes" in tree.entries:
        said = "`changes` belong to a policy that `extends` a base."
        ctx.fault("unknown_key", tree.key_source("changes"), said)
        tree = tree.without("changes")
    claimant = who.read_parties(tree.get("parties"), Context(ctx.file))["claimant"]
    full = expand(tree, claimant, ctx)
    return Merged(tree=full, root=full)


def _extended(tree: Map, ctx: Context, find_base: FindBase, seen: _Seen) -> Merged:
    ctx.only_keys(tree, KEYS, "a policy that `extends` a base (it changes the base by `changes`)")
    reference = _reference(tree.entries["extends"], seen, ctx)
    base_tree, characters = _base(tree.entries["extends"], reference, seen, find_base, ctx)
    base = _merged(base_tree, ctx, find_base, _Seen((*seen.references, reference), characters))
    ctx.currency = who.read_currency(base.tree.get("currency"), ctx, tree.source)
    own = base_tree.get("partners_may")
    rules = (own, *base.rules) if isinstance(own, Map) else base.rules
    edits = read_edits(_edits(tree.get("changes"), ctx), ctx)
    layers = (*base.layers, Layer(edits=edits, rules=rules, child=tree, base=len(base.layers)))
    name = f"{reference}#{pin_of(base_tree)}"
    return Merged(
        tree=laid(base.root, layers, None, Heard(Context(ctx.file, currency=ctx.currency))),
        root=base.root,
        layers=layers,
        chain=(name, *base.chain),
        rules=rules,
    )


def pin_of(tree: Map) -> str:
    """Returns the name by which children pin a base: the beginning of the digest of its content."""
    return digest_of(tree, ())[:16]


def _reference(node: Node, seen: _Seen, ctx: Context) -> str:
    said = node.text if isinstance(node, Scalar) else ""
    if not REFERENCE.match(said):
        sentence = f"`{said[:80]}` does not name a base; write `policy@version`, pinned."
        ctx.fault("wrong_type", node.source, sentence)
    elif said in seen.references or len(seen.references) >= MOST_BASES:
        sentence = f"`extends` goes round in a circle, or over more than {MOST_BASES} bases."
        ctx.fault("circular", node.source, sentence)
    ctx.refuse_faults()
    return said


def _base(
    node: Node, reference: str, seen: _Seen, find_base: FindBase, ctx: Context
) -> tuple[Map, int]:
    name, _, version = reference.rpartition("@")
    text = find_base(name, int(version))
    if text is None:
        said = f"There is no policy `{name[:80]}` of version {version} to extend."
        ctx.fault("unknown_base", node.source, said)
        ctx.refuse_faults()
        raise fault("unknown_base", node.source, said)
    characters = seen.characters + len(text)
    if characters > MAX_CHARACTERS:
        said = f"With its bases the policy has more than {MAX_CHARACTERS:,} characters."
        raise fault("too_large", node.source, said)
    return parse(text, reference), characters


def _edits(node: Node | None, ctx: Context) -> tuple[Map, ...]:
    items = ctx.items_of(node, "`changes`") if node else ()
    if node and len(items) > MOST_EDITS:
        ctx.fault("too_large", node.source, f"At most {MOST_EDITS} edits are read.")
        return ()
    edits = ctx.each(a_map("An edit"), items)
    for edit in edits:
        _need_why(edit, ctx)
    return edits


def _need_why(edit: Map, ctx: Context) -> None:
    why = edit.get("why")
    if why is None:
        ctx.fault("missing_key", edit.source, "An edit needs a `why`.")
    elif not isinstance(why, Scalar) or not isinstance(why.value, str) or not why.text.strip():
        said = "`why` says in words why the base is changed, as in `why: contract section 4`."
        ctx.fault("wrong_type", why.source, said)
