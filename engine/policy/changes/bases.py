"""Merges a policy that `extends` a base: the chain of bases, the edits, and its own header."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engine.policy.changes.agreements import check_redeclared
from engine.policy.changes.cases import with_inherited
from engine.policy.changes.edits import apply_edit
from engine.policy.changes.locks import broken_lock
from engine.policy.changes.permissions import check_edits
from engine.policy.changes.shorthand import expand
from engine.policy.context import Context
from engine.policy.dialect import MAX_CHARACTERS, fault
from engine.policy.header import who
from engine.policy.reading import digest_of
from engine.policy.text import Map, Node, Scalar, parse, to_data

FindBase = Callable[[str, int], str | None]
"""Gives the text of a published policy by id and version, or None."""

MOST_BASES: Final = 5
MOST_EDITS: Final = 300

_KEYS: Final = (
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
_NEVER_INHERITED: Final = ("policy", "version", "title", "for", "effective", "tests", "compare")
_CONSUMED: Final = ("extends", "changes", "tests", "agreed")
_REFERENCE = re.compile(r"(.{1,200})@([0-9]{1,9})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A policy's tree with its bases and undated edits; dated edits wait in `dated`.

    `chain` names every base with its digest, nearest first; `rules` are their `partners_may`.
    """

    tree: Map
    chain: tuple[str, ...] = ()
    dated: tuple[Map, ...] = ()
    rules: tuple[Map, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """The chain so far: what was named, and how much text was read."""

    references: tuple[str, ...] = ()
    characters: int = 0


def merge(text: str, file: str, ctx: Context, find_base: FindBase) -> Merged:
    """The policy of a text with its bases merged in; raises `PolicyFaults` if one is missing."""
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
    return Merged(tree=full, rules=_rules_of(full))


def _extended(tree: Map, ctx: Context, find_base: FindBase, seen: _Seen) -> Merged:
    ctx.only_keys(tree, _KEYS, "a policy that `extends` a base (it changes the base by `changes`)")
    reference = _reference(tree.entries["extends"], seen, ctx)
    base_tree, characters = _base(tree.entries["extends"], reference, seen, find_base, ctx)
    further = _Seen((*seen.references, reference), characters)
    base = _merged(base_tree, ctx, find_base, further)
    ctx.currency = who.read_currency(base.tree.get("currency"), ctx, tree.source)
    edits = _edits(tree.get("changes"), ctx)
    after = _edited(base, edits, ctx)
    own = _own_header(after, base.tree, tree, ctx)
    name = f"{reference}#{digest_of(base_tree, ())[:16]}"
    return Merged(
        tree=own,
        chain=(name, *base.chain),
        dated=(*base.dated, *(edit for edit in edits if "effective" in edit.entries)),
        rules=(*_rules_of(tree), *base.rules),
    )


def _reference(node: Node, seen: _Seen, ctx: Context) -> str:
    said = node.text if isinstance(node, Scalar) else ""
    if not _REFERENCE.match(said):
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


def _rules_of(tree: Map) -> tuple[Map, ...]:
    rules = tree.get("partners_may")
    return (rules,) if isinstance(rules, Map) else ()


def _edits(node: Node | None, ctx: Context) -> tuple[Map, ...]:
    items = ctx.items_of(node, "`changes`") if node else ()
    if node and len(items) > MOST_EDITS:
        ctx.fault("too_large", node.source, f"At most {MOST_EDITS} edits are read.")
        return ()
    found = [ctx.map_of(item, "An edit") for item in items]
    edits = tuple(edit for edit in found if edit is not None)
    for edit in edits:
        if "why" not in edit.entries:
            ctx.fault("missing_key", edit.source, "An edit needs a `why`.")
    return edits


def _edited(base: Merged, edits: tuple[Map, ...], ctx: Context) -> Map:
    """The base after its undated edits; every edit is held against permissions and locks."""
    tree, touched = base.tree, []
    for edit in edits:
        after, one = apply_edit(tree, edit.without("effective"), ctx)
        if one is None:
            continue
        touched.append(one)
        if "effective" in edit.entries:
            _check_lock(base.tree, after, edit, ctx)
            continue
        if to_data(after) == to_data(tree):
            said = f"This edit of `{one.where}` changes nothing: it says so already."
            ctx.fault("no_effect", edit.source, said)
        tree = after
    check_edits(touched, base.rules, ctx)
    if broken_lock(base.tree, tree):
        _blame(base.tree, edits, ctx)
    return tree


def _blame(base: Map, edits: tuple[Map, ...], ctx: Context) -> None:
    """Names the first edit that touches what is locked."""
    tree, quiet = base, Context(ctx.file)
    for edit in edits:
        if "effective" not in edit.entries:
            tree = apply_edit(tree, edit, quiet)[0]
            if _check_lock(base, tree, edit, ctx):
                return


def _check_lock(base: Map, after: Map, edit: Map, ctx: Context) -> bool:
    said = broken_lock(base, after)
    if said:
        ctx.fault("locked", edit.source, said)
    return said is not None


def _own_header(after: Map, base: Map, child: Map, ctx: Context) -> Map:
    """The changed base under the child's own name, days and tests."""
    kept = after.without(*_NEVER_INHERITED)
    own = child.without(*_CONSUMED)
    merged = replace(kept, source=child.source, keys=kept.keys | child.keys)
    merged = replace(merged, entries={**own.entries, **kept.entries, **own.entries})
    check_redeclared(base.get("agreed"), child.get("agreed"), ctx)
    agreed = _joined(base.get("agreed"), child.get("agreed"))
    if agreed:
        merged = merged.with_entry("agreed", agreed)
    tests = with_inherited(base.get("tests"), child.get("tests"), ctx)
    return merged.with_entry("tests", tests) if tests else merged


def _joined(base: Node | None, child: Node | None) -> Node | None:
    return child.over(base) if isinstance(child, Map) and isinstance(base, Map) else child or base
