"""Splits a policy with dated edits into editions: one tree for each stretch of days.

The edits of every policy in the chain count. On each day the base is as it is on that day, and the
edits of the policy itself lie on top.
"""

from __future__ import annotations

from typing import Final

from engine.dates import day_text
from engine.policy.changes.bases import Merged
from engine.policy.changes.layers import Edit, Heard, laid
from engine.policy.context import Context
from engine.policy.model import Effective
from engine.policy.shapes.spans import read_effective
from engine.policy.text import Map, Node, scalar, size

MOST_EDITIONS: Final = 40
MOST_VALUES: Final = 60_000
"""Values in all editions of one file together."""


def by_days(merged: Merged, ctx: Context) -> list[Map]:
    """One tree per stretch of days on which the same edits are in force."""
    given = merged.tree.get("effective")
    heard = Heard(ctx)
    quiet = heard.quiet()
    whole = read_effective(given, quiet) if given else None
    edits = [edit for layer in merged.layers for edit in layer.edits]
    if whole is None or not any(edit.days for edit in edits):
        trees = [laid(merged.root, merged.layers, None, heard)]
    else:
        heard.hear(quiet)  # the days are cut up here, and nobody reads them as they were written
        trees = _editions(merged, whole, edits, heard)
    _refuse_idle(merged, whole, heard)
    return trees


def _editions(merged: Merged, whole: Effective, edits: list[Edit], heard: Heard) -> list[Map]:
    starts = sorted({whole.first, *(day for edit in edits for day in _breaks(edit, whole))})
    if len(starts) > MOST_EDITIONS or len(starts) * size(merged.tree) > MOST_VALUES:
        said = f"{len(starts)} editions of a policy of this size are too many for one file."
        heard.ctx.fault("too_large", merged.tree.source, said)
        return [merged.tree]
    ends = [*(day - 1 for day in starts[1:]), whole.last]
    spans = [Effective(first=day, last=end) for day, end in zip(starts, ends, strict=True)]
    trees = [laid(merged.root, merged.layers, span.first, heard) for span in spans]
    return [_dated(tree, span) for tree, span in zip(trees, spans, strict=True)]


def _breaks(edit: Edit, whole: Effective) -> list[int]:
    """The days on which an edit begins to hold, and no longer holds."""
    if edit.days is None:
        return []
    found = [edit.days.first, *([edit.days.last + 1] if edit.days.last is not None else [])]
    return [day for day in found if whole.covers(day)]


def _dated(tree: Map, span: Effective) -> Map:
    source = tree.entries["effective"].source
    entries: dict[str, Node] = {"from": scalar(day_text(span.first), source)}
    if span.last is not None:
        entries["until"] = scalar(day_text(span.last), source)
    return tree.with_entry("effective", Map(source=source, entries=entries, keys={}))


def _refuse_idle(merged: Merged, whole: Effective | None, heard: Heard) -> None:
    """A fault for each edit of the policy itself that changes nothing on any of its days."""
    own = [layer for layer in merged.layers if layer.child is not None][-1:]
    if whole is None or heard.ctx.faults:
        return
    for edit in (edit for layer in own for edit in layer.edits):
        if edit.days is not None and not _meet(edit.days, whole):
            said = "This edit holds on no day on which the policy is in force."
            heard.ctx.fault("no_effect", edit.source, said)
        elif edit.source not in heard.changed:
            said = "This edit changes nothing: the policy says so already."
            heard.ctx.fault("no_effect", edit.source, said)


def _meet(one: Effective, other: Effective) -> bool:
    ends = [each.last for each in (one, other) if each.last is not None]
    return max(one.first, other.first) <= min(ends, default=max(one.first, other.first))
