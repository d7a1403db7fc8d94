"""Turns the short topic `packaging` into rows of `demands`.

packaging: {original_required: true}                 demands: {rows: [{id: PACKAGING, ..}]}
packaging: {rows: [{id: P, original_required: ..}]}  demands: {rows: [{id: P, ..}]}

A table of `packaging` takes its first row that applies while all demands hold, so rows that
require nothing must come last: there they say nothing and fall away.
"""

from __future__ import annotations

from typing import Final

from engine.policy.context import Context
from engine.policy.text import Items, Map, Node, Scalar, scalar
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.rows import OWN_KEYS

REQUIRED: Final = "original_required"
BESIDE_ROWS: Final = ("rows", "decide")
_SHAPE: Final = (
    "`packaging` is one line, as in `packaging: {original_required: true}`, or a table whose rows "
    "say `original_required`, those with `true` first; write any other rule under `demands`."
)


def packaging_in_full(tree: Map, ctx: Context) -> Map:
    """The tree with its packaging rules under `demands`, before the demands that are there."""
    node = tree.get("packaging")
    if node is None:
        return tree
    rows = _table(node, ctx) if isinstance(node, Map) and "rows" in node.entries else _line(node)
    if rows is None:
        ctx.fault("wrong_shape", node.source, _SHAPE)
        return tree.without("packaging")
    demands = tree.get("demands")
    holder = demands if isinstance(demands, Map) else Map(source=node.source, entries={}, keys={})
    items = (*rows, *holder.list_of("rows"))
    full = holder.with_entry("rows", Items(source=node.source, items=items))
    return tree.without("packaging").with_entry("demands", full, node.source)


def _line(node: Node) -> list[Map] | None:
    if not isinstance(node, Map) or REQUIRED not in node.entries:
        return None
    return [_demand(node)]


def _table(node: Map, ctx: Context) -> list[Map] | None:
    listed = node.get("rows")
    if not isinstance(listed, Items) or set(node.entries) - set(BESIDE_ROWS):
        return None
    if node.text_of("decide") not in ("", "first"):
        return None
    rows = [row for row in listed.items if isinstance(row, Map) and REQUIRED in row.entries]
    if len(rows) < len(listed.items):
        return None
    required = [_is_true(row) for row in rows]
    if required != sorted(required, reverse=True):
        said = "Rows of `packaging` with `true` stand first; write other rules under `demands`."
        ctx.fault("wrong_shape", node.source, said)
    for row in rows:
        ctx.only_keys(row, (*OWN_KEYS, *TOPICS["demands"].keys), "a row of `packaging`")
    return [_demand(row.without("otherwise")) for row in rows if _is_true(row)]


def _is_true(row: Map) -> bool:
    given = row.get(REQUIRED)
    return not isinstance(given, Scalar) or given.value is not False


def _demand(row: Map) -> Map:
    """A row of `demands`, with the id and the code that a packaging rule has by default."""
    usual = {
        "id": scalar("PACKAGING", row.source),
        "code": scalar("packaging_not_met", row.source),
    }
    return row.over(Map(source=row.source, entries=dict(usual), keys={}))
