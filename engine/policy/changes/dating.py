"""Splits a policy with dated edits into editions: one tree for each stretch of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.dates import day_text
from engine.policy.changes.edits import apply_edit
from engine.policy.context import Context
from engine.policy.model import Effective
from engine.policy.shapes.spans import read_effective
from engine.policy.text import Map, Node, scalar, size

MOST_EDITIONS: Final = 40
MOST_VALUES: Final = 60_000
"""Values in all editions of one file together."""


@dataclass(frozen=True, slots=True)
class _Dated:
    """An edit and the days on which it holds."""

    edit: Map
    days: Effective


def by_days(tree: Map, dated: tuple[Map, ...], ctx: Context) -> list[Map]:
    """One tree per stretch of days on which the same dated edits are in force."""
    given = tree.get("effective")
    whole = read_effective(given, Context(ctx.file)) if given else None
    if not dated or whole is None:
        return [tree]
    edits = [each for edit in dated if (each := _dated(edit, whole, ctx))]
    starts = sorted({whole.first, *(day for each in edits for day in _breaks(each.days, whole))})
    if len(starts) > MOST_EDITIONS or len(starts) * size(tree) > MOST_VALUES:
        said = f"{len(starts)} editions of a policy of this size are too many for one file."
        ctx.fault("too_large", tree.source, said)
        return [tree]
    ends = [*(day - 1 for day in starts[1:]), whole.last]
    spans = [Effective(first=day, last=end) for day, end in zip(starts, ends, strict=True)]
    return [_edition(tree, span, edits, ctx) for span in spans]


def _dated(edit: Map, whole: Effective, ctx: Context) -> _Dated | None:
    node = edit.entries["effective"]
    days = read_effective(node, ctx)
    if days is None:
        return None
    after_end = whole.last is not None and days.first > whole.last
    if after_end or (days.last is not None and days.last < whole.first):
        said = "This edit holds on no day on which the policy is in force."
        ctx.fault("no_effect", node.source, said)
    return _Dated(edit.without("effective"), days)


def _breaks(days: Effective, whole: Effective) -> list[int]:
    """The days on which an edit begins to hold, and no longer holds."""
    found = [days.first, *([days.last + 1] if days.last is not None else [])]
    return [day for day in found if whole.covers(day)]


def _edition(tree: Map, span: Effective, edits: list[_Dated], ctx: Context) -> Map:
    source = tree.entries["effective"].source
    entries: dict[str, Node] = {"from": scalar(day_text(span.first), source)}
    if span.last is not None:
        entries["until"] = scalar(day_text(span.last), source)
    found = tree.with_entry("effective", Map(source=source, entries=entries, keys={}))
    for each in edits:
        if each.days.covers(span.first):
            found = apply_edit(found, each.edit, ctx)[0]
    return found
