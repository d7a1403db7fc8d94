"""From a policy file to its editions: bases merged, edits applied, agreed values filled in.

A file gives one edition, or several where edits are dated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.policy.changes.agreements import fill
from engine.policy.changes.bases import FindBase, Merged, merge
from engine.policy.changes.dating import by_days
from engine.policy.changes.edits import apply_edit
from engine.policy.changes.permissions import check_edits, check_rules
from engine.policy.context import Context
from engine.policy.header.who import read_currency
from engine.policy.model import Policy
from engine.policy.reading import read
from engine.policy.text import Map, Scalar

__all__ = ["FindBase", "PolicyFile", "load", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """A policy file that was read: its editions in order of their days, and its text.

    `merged` is the tree before agreed values, so that other terms can be filled in later;
    `compared_with` the policy that `compare` holds it against: the one it extends, or `with`.
    """

    text: str
    file: str
    merged: Map
    chain: tuple[str, ...]
    dated: tuple[Map, ...]
    editions: tuple[Policy, ...]
    compared_with: Policy | None = None
    rules: tuple[Map, ...] = ()

    @property
    def policy(self) -> Policy:
        """The newest edition."""
        return self.editions[-1]

    def on(self, day: int | None) -> Policy:
        """The edition in force on the ordinal `day`, else the nearest one."""
        for edition in self.editions:
            if day is not None and edition.effective.covers(day):
                return edition
        early = day is not None and day < self.editions[0].effective.first
        return self.editions[0] if early else self.editions[-1]

    def with_terms(self, agreed: Map | None, edits: tuple[Map, ...] = ()) -> PolicyFile:
        """The same file with values agreed with a partner, and further edits (of a test, say)."""
        merged = Merged(tree=self.merged, chain=self.chain, dated=self.dated, rules=self.rules)
        return _Terms(agreed, edits).settle(self.text, self.file, merged, Context(self.file))


def nobody(_name: str, _version: int) -> str | None:
    """Finds no base; for policies that stand alone."""
    return None


def load(
    text: str, file: str, find_base: FindBase = nobody, agreed: Map | None = None
) -> PolicyFile:
    """Reads a policy text with its bases; raises `PolicyFaults` with every fault found."""
    ctx = Context(file)
    merged = merge(text, file, ctx, find_base)
    found = _Terms(agreed).settle(text, file, merged, ctx)
    return replace(found, compared_with=_compared_with(merged, find_base, ctx))


def _compared_with(merged: Merged, find_base: FindBase, ctx: Context) -> Policy | None:
    compare = merged.tree.get("compare")
    if compare is None:
        return None
    rules = ctx.map_of(compare, "`compare`")
    named = rules.get("with") if rules else None
    nearest = merged.chain[0].partition("#")[0] if merged.chain else ""
    reference = named.text if isinstance(named, Scalar) else nearest
    name, _, version = reference.rpartition("@")
    text = find_base(name, int(version)) if version.isdecimal() else None
    if rules is not None:
        ctx.only_keys(rules, ("with", "never"), "`compare`")
    if text is None:
        said = f"`compare` finds no policy `{reference[:80]}`; name one by `with: policy@version`."
        ctx.fault("unknown_base", compare.source, said)
    ctx.refuse_faults()
    return load(str(text), reference, find_base).policy


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for one partner or one test: agreed values and further edits."""

    agreed: Map | None
    edits: tuple[Map, ...] = ()

    def settle(self, text: str, file: str, merged: Merged, ctx: Context) -> PolicyFile:
        ctx.currency = read_currency(merged.tree.get("currency"), Context(file), merged.tree.source)
        tree = self._edited(merged, ctx)
        dated = (*merged.dated, *(edit for edit in self.edits if "effective" in edit.entries))
        check_rules(tree.get("partners_may"), tree, ctx)
        trees = [fill(each, self.agreed, ctx) for each in by_days(tree, dated, ctx)]
        ctx.refuse_faults()
        editions = tuple(read(each, file, merged.chain) for each in trees)
        return PolicyFile(
            text=text,
            file=file,
            merged=merged.tree,
            chain=merged.chain,
            dated=merged.dated,
            editions=editions,
            rules=merged.rules,
        )

    def _edited(self, merged: Merged, ctx: Context) -> Map:
        tree, touched = merged.tree, []
        for edit in self.edits:
            after, one = apply_edit(tree, edit.without("effective"), ctx)
            touched += [one] if one else []
            tree = tree if "effective" in edit.entries else after
        if merged.chain:  # a child's own edits are what its bases permit, in a test too
            check_edits(touched, merged.rules, ctx)
        return tree
