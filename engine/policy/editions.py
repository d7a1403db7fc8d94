"""From a policy file to its editions: bases merged, edits applied, agreed values filled in.

A file gives one edition, or several if its edits are dated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.dates import day_text
from engine.policy.context import Context, a_map
from engine.policy.faults import Source
from engine.policy.header.agreed import fill
from engine.policy.header.who import read_currency
from engine.policy.inheritance.layers import Edit, FindBase, Heard, Merged, laid, merge
from engine.policy.inheritance.permissions import check_rules
from engine.policy.model import Effective, Policy
from engine.policy.readers.spans import read_effective
from engine.policy.reading import read
from engine.policy.text import Map, Scalar, from_data, size

MOST_EDITIONS: Final = 40
MOST_VALUES: Final = 60_000
"""Values in all editions of one file together."""


def by_days(merged: Merged, ctx: Context) -> list[Map]:
    """Returns one tree for each stretch of days on which the same edits are in force.

    The edits of every policy in the chain count. On each day the base is as it is on that day, with
    the edits of the policy itself on top.
    """
    heard = Heard(ctx)
    quiet = heard.quiet()
    whole = quiet.attempt(read_effective, merged.tree.get("effective"))
    edits = [edit for layer in merged.layers for edit in layer.edits]
    if whole is None or not any(edit.days for edit in edits):
        trees = [laid(merged.root, merged.layers, None, heard)]
    else:
        heard.hear(quiet)  # each edition gets days of its own, so faults in these are reported now
        trees = _editions(merged, whole, edits, heard)
    _refuse_idle(merged, whole, heard)
    return trees


def _editions(merged: Merged, whole: Effective, edits: list[Edit], heard: Heard) -> list[Map]:
    spans = whole.split(day for edit in edits for day in _breaks(edit))
    if len(spans) > MOST_EDITIONS or len(spans) * size(merged.tree) > MOST_VALUES:
        said = f"{len(spans)} editions of a policy of this size are too many for one file."
        heard.ctx.fault("too_large", merged.tree.source, said)
        return [merged.tree]
    trees = [laid(merged.root, merged.layers, span.first, heard) for span in spans]
    return [_dated(tree, span) for tree, span in zip(trees, spans, strict=True)]


def _breaks(edit: Edit) -> list[int]:
    """Returns the days on which an edit comes into force and goes out of force."""
    if edit.days is None:
        return []
    return [edit.days.first, *([edit.days.last + 1] if edit.days.last is not None else [])]


def _dated(tree: Map, span: Effective) -> Map:
    source = tree.entries["effective"].source
    days = {"from": span.first} | ({} if span.last is None else {"until": span.last})
    written = {key: day_text(day) for key, day in days.items()}
    return tree.with_entry("effective", from_data(written, source))


def _refuse_idle(merged: Merged, whole: Effective | None, heard: Heard) -> None:
    """Adds a fault for each edit of the policy itself that changes nothing on any of its days."""
    own = [layer for layer in merged.layers if layer.child is not None][-1:]
    if whole is None or heard.ctx.faults:
        return
    for edit in (edit for layer in own for edit in layer.edits):
        if edit.days is not None and not edit.days.meets(whole):
            said = "This edit holds on no day on which the policy is in force."
            heard.ctx.fault("no_effect", edit.source, said)
        elif edit.source not in heard.changed:
            said = "This edit changes nothing: the policy says so already."
            heard.ctx.fault("no_effect", edit.source, said)


COMPARE: Final = ("with", "never")
"""The keys of `compare`."""

__all__ = ["FindBase", "PolicyFile", "load", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """A policy file that was read: its editions in order of their days, and its text.

    `merged` is the policy before agreed values, so that other terms can be filled in later;
    `compared_with` is the file of the policy named by `compare`: the one that it extends, or
    `with`.
    """

    text: str
    file: str
    merged: Merged
    editions: tuple[Policy, ...]
    compared_with: PolicyFile | None = None

    @property
    def extends_at(self) -> Source | None:
        """Where the policy says what it `extends`."""
        child = self.merged.layers[-1].child if self.merged.layers else None
        return child.key_source("extends") if child else None

    def base_of(self, edition: Policy) -> Policy | None:
        """Returns the base of an edition of this file, as it is on the edition's first day."""
        own = [index for index, each in enumerate(self.merged.layers) if each.child is not None]
        if not own:
            return None
        ctx = Context(self.file, currency=edition.currency)
        layers, day = self.merged.layers[: own[-1]], edition.effective.first
        tree = fill(laid(self.merged.root, layers, day, Heard(ctx)), None, ctx)
        ctx.refuse_faults()
        return read(tree, self.merged.chain[0].partition("#")[0], self.merged.chain[1:])

    @property
    def kilobytes(self) -> float:
        """The memory that it takes, estimated from its number of values to within a third."""
        others = self.compared_with.editions if self.compared_with else ()
        return 8 + 0.45 * sum(size(each.tree) for each in (*self.editions, *others))

    @property
    def policy(self) -> Policy:
        """The newest edition."""
        return self.editions[-1]

    @property
    def effective(self) -> Effective:
        """From the first day of the first edition to the last day of the last."""
        return Effective(first=self.editions[0].effective.first, last=self.policy.effective.last)

    def on(self, day: int | None) -> Policy:
        """Returns the edition in force on an ordinal day, else the nearest; the newest if None."""
        for edition in self.editions:
            if day is not None and edition.effective.covers(day):
                return edition
        early = day is not None and day < self.editions[0].effective.first
        return self.editions[0] if early else self.editions[-1]

    def with_terms(self, agreed: Map | None, edits: tuple[Map, ...] = ()) -> PolicyFile:
        """Returns the same file with values agreed with a partner, and edits (of a test, say)."""
        ctx = Context(self.file)
        found = _settled(self.text, self.merged.with_edits(edits, ctx), agreed, ctx)
        return replace(found, merged=self.merged)


def nobody(_name: str, _version: int) -> str | None:
    """Finds no base; for policies that stand alone."""
    return None


def load(
    text: str, file: str, find_base: FindBase = nobody, agreed: Map | None = None
) -> PolicyFile:
    """Reads a policy text with its bases; raises `PolicyFaults` with every fault found."""
    ctx = Context(file)
    merged = merge(text, file, ctx, find_base)
    found = _settled(text, merged, agreed, ctx)
    return replace(found, compared_with=_compared_with(merged, find_base, ctx))


def as_if_permitted(text: str, file: str, find_base: FindBase, edit: Source) -> PolicyFile:
    """Returns the policy with only one of its own edits, even if its bases do not permit it.

    It only serves to show what the edit does, and must never be published.
    """
    ctx = Context(file)
    merged = merge(text, file, ctx, find_base)
    own = merged.layers[-1]
    one = replace(own, edits=tuple(each for each in own.edits if each.source == edit), rules=())
    return _settled(text, replace(merged, layers=(*merged.layers[:-1], one)), None, ctx)


def _compared_with(merged: Merged, find_base: FindBase, ctx: Context) -> PolicyFile | None:
    compare = merged.tree.get("compare")
    if compare is None:
        return None
    rules = ctx.attempt(a_map("`compare`"), compare)
    named = rules.get("with") if rules else None
    nearest = merged.chain[0].partition("#")[0] if merged.chain else ""
    reference = named.text if isinstance(named, Scalar) else nearest
    name, _, version = reference.rpartition("@")
    text = find_base(name, int(version)) if version.isdecimal() else None
    if rules is not None:
        ctx.only_keys(rules, COMPARE, "`compare`")
    if text is None:
        said = f"`compare` finds no policy `{reference[:80]}`; name one by `with: policy@version`."
        ctx.fault("unknown_base", compare.source, said)
    ctx.refuse_faults()
    return load(str(text), reference, find_base)


def _settled(text: str, merged: Merged, agreed: Map | None, ctx: Context) -> PolicyFile:
    """Returns the file with its editions under the values agreed with one partner."""
    ctx.currency = read_currency(merged.tree.get("currency"), Context(ctx.file), merged.tree.source)
    check_rules(merged.tree.get("partners_may"), merged.tree, ctx)
    trees = [fill(each, agreed, ctx) for each in by_days(merged, ctx)]
    ctx.refuse_faults()
    editions = tuple(read(each, ctx.file, merged.chain) for each in trees)
    return PolicyFile(text=text, file=ctx.file, merged=merged, editions=editions)
