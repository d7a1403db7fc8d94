"""Turns the short forms of the language into the full ones; positions stay where they were written.

window: {days: 30, ..}              deadlines: {request: {within: 30 days, ..}}
remedy: {to_retailer: credit}       remedies: {retailer: {give: account_credit}}
shipping: {return_paid_by: ..}      return_shipping: {paid_by: ..}
packaging: {original_required: ..}  demands: {rows: [{id: PACKAGING, original_required: ..}]}
disposition: {goods: keep}          goods: {do: keep}
fees: {rows: ..} or {fee: ..}       fees: {fee: {..}}
eligible: true                      answer: accept
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.context import Context
from engine.policy.text import Items, Map, Node, Scalar, scalar
from engine.policy.words import PARTIES, ROLES

PATHS: Final = {
    "window": ("deadlines", "request"),
    "shipping": ("return_shipping",),
    "disposition": ("goods",),
}
"""Short topic names in the paths of edits; `remedy` depends on the claimant."""

FIELDS: Final = {
    ("deadlines", "days"): "within",
    ("return_shipping", "return_paid_by"): "paid_by",
    ("goods", "goods"): "do",
    ("eligibility", "eligible"): "answer",
}
"""Short field names, by topic."""

_GIVES = {"credit": "account_credit"}


def expand(tree: Map, claimant: str, ctx: Context) -> Map:
    """The same policy written in full; a short form beside its full form is a fault."""
    for short, (topic, *part) in PATHS.items():
        tree = _moved(tree, short, topic, part[0] if part else None, ctx)
    tree = _remedy(tree, claimant, ctx)
    tree = _packaging(tree, ctx)
    fees = tree.get("fees")
    if isinstance(fees, Map) and (
        "rows" in fees.entries or ("fee" in fees.entries and not isinstance(fees.entries["fee"], Map))
    ):
        tree = tree.with_entry(
            "fees", Map(source=fees.source, entries={"fee": fees}, keys={"fee": fees.source})
        )
    return _fields(tree)


def in_full(topic: str, field: str, node: Node) -> tuple[str, Node]:
    """One field of a topic in its full form."""
    full = FIELDS.get((topic, field), field)
    if (
        (topic, field) == ("deadlines", "days")
        and isinstance(node, Scalar)
        and type(node.value) is int
    ):
        return full, scalar(f"{node.text} days", node.source)
    if (
        (topic, field) == ("eligibility", "eligible")
        and isinstance(node, Scalar)
        and isinstance(node.value, bool)
    ):
        return full, scalar("accept" if node.value else "refuse", node.source)
    return full, node


def row_in_full(topic: str, row: Node) -> Node:
    """A row, or the defaults beside rows, with short field names written in full."""
    if not isinstance(row, Map):
        return row
    pairs = {key: in_full(topic, key, child) for key, child in row.entries.items()}
    entries = {full: child for full, child in pairs.values()}
    keys = {pairs[key][0]: source for key, source in row.keys.items() if key in pairs}
    if "rows" in entries and isinstance(rows := entries["rows"], Items):
        entries["rows"] = replace(
            rows, items=tuple(row_in_full(topic, item) for item in rows.items)
        )
    return replace(row, entries=entries, keys=keys)


def _moved(tree: Map, short: str, topic: str, part: str | None, ctx: Context) -> Map:
    node = tree.get(short)
    if node is None:
        return tree
    holder = tree.get(topic)
    taken = holder is not None and (
        part is None or not isinstance(holder, Map) or part in holder.entries
    )
    if taken:
        ctx.fault(
            "written_twice",
            tree.key_source(short),
            f"`{short}` is the short form of "
            f"`{topic}{'.' + part if part else ''}`; write only one of them.",
        )
        return tree.without(short)
    source = tree.key_source(short)
    if part is None:
        return tree.renamed({short: topic})
    entries = {**(holder.entries if isinstance(holder, Map) else {}), part: node}
    keys = {**(holder.keys if isinstance(holder, Map) else {}), part: source}
    full = Map(source=holder.source if holder else source, entries=entries, keys=keys)
    if holder is not None:
        return tree.without(short).with_entry(topic, full)
    return tree.renamed({short: topic}).with_entry(topic, full, source)


def _remedy(tree: Map, claimant: str, ctx: Context) -> Map:
    node = tree.get("remedy")
    if node is None:
        return tree
    if not isinstance(node, Map):
        ctx.fault(
            "wrong_shape", node.source, "`remedy` is a map, as in `remedy: {to_retailer: credit}`."
        )
        return tree.without("remedy")
    party = claimant
    for key in [
        key for key in node.entries if key.startswith("to_") and key[3:] in (*PARTIES, *ROLES)
    ]:
        party = key[3:]
        given = node.entries[key]
        if isinstance(given, Scalar) and given.text in _GIVES:
            given = replace(given, text=_GIVES[given.text], value=_GIVES[given.text])
        node = node.renamed({key: "give"}).with_entry("give", given)
    wrapped = Map(
        source=node.source, entries={party: node}, keys={party: tree.key_source("remedy")}
    )
    if "remedies" in tree.entries:
        ctx.fault(
            "written_twice",
            tree.key_source("remedy"),
            "`remedy` is the short form of `remedies`; write only one of them.",
        )
        return tree.without("remedy")
    return tree.renamed({"remedy": "remedies"}).with_entry("remedies", wrapped)


def _packaging(tree: Map, ctx: Context) -> Map:
    node = tree.get("packaging")
    if node is None:
        return tree
    if (
        not isinstance(node, Map)
        or "rows" in node.entries
        or "original_required" not in node.entries
    ):
        ctx.fault(
            "wrong_shape",
            node.source,
            "`packaging` is one line, as in `packaging: {original_required: true}`; "
            "write packaging rules with rows under `demands`.",
        )
        return tree.without("packaging")
    row = Map(
        source=node.source,
        entries={
            "id": scalar("PACKAGING", node.source),
            "code": scalar("packaging_not_met", node.source),
            **node.entries,
        },
        keys=node.keys,
    )
    demands = tree.get("demands")
    rows = demands.get("rows") if isinstance(demands, Map) else None
    items = (row, *(rows.items if isinstance(rows, Items) else ()))
    full = Map(
        source=node.source, entries={"rows": Items(source=node.source, items=items)}, keys={}
    )
    tree = tree.without("packaging")
    if isinstance(demands, Map):
        full = demands.with_entry("rows", full.entries["rows"])
    return tree.with_entry("demands", full, node.source)


def _fields(tree: Map) -> Map:
    for topic in ("return_shipping", "goods", "eligibility"):
        if topic in tree.entries:
            tree = tree.with_entry(topic, row_in_full(topic, tree.entries[topic]))
    deadlines = tree.get("deadlines")
    if isinstance(deadlines, Map):
        parts = {key: row_in_full("deadlines", part) for key, part in deadlines.entries.items()}
        tree = tree.with_entry("deadlines", replace(deadlines, entries=parts))
    return tree
