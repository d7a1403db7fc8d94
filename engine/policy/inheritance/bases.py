"""Finds the chain of bases that a policy `extends`, and the edits of each policy in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engine.policy.context import Context, a_map
from engine.policy.dialect import MAX_CHARACTERS, fault
from engine.policy.header import who
from engine.policy.inheritance.layers import Heard, Layer, laid, read_edits
from engine.policy.inheritance.shorthand import expand
from engine.policy.reading import digest_of
from engine.policy.text import Map, Node, Scalar, parse

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
