"""Turns the short forms of the language into the full ones; positions stay as written.

window: {days: 30, ..}              deadlines: {request: {within: 30 days, ..}}
remedy: {to_retailer: credit}       remedies: {retailer: {give: account_credit}}
shipping: {return_paid_by: ..}      return_shipping: {paid_by: ..}
packaging: {original_required: ..}  demands: {rows: [{id: PACKAGING, original_required: ..}]}
disposition: {goods: keep}          goods: {do: keep}
fees: {rows: ..} or {fee: ..}       fees: {fee: {..}}
eligible: true                      answer: accept
overpaid: billed                    overpaid: {by: billed}
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.context import Context, Unreadable
from engine.policy.header.who import overpaid_in_full
from engine.policy.text import Items, Map, Node, Scalar, as_map, scalar
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.rows import OWN_KEYS
from engine.policy.words import PARTIES, ROLES, SHORT_FIELDS

REQUIRED: Final = "original_required"
BESIDE_ROWS: Final = ("rows", "decide")
_SHAPE: Final = (
    "`packaging` is one line, as in `packaging: {original_required: true}`, or a table whose rows "
    "say `original_required`, those with `true` first; write any other rule under `demands`."
)


def packaging_in_full(tree: Map, ctx: Context) -> Map:
    """Moves the packaging rules of a tree into `demands`, before the demands that are there.

    A `packaging` table takes its first row that applies, while all demands must hold. So rows that
    require nothing must come last, where they say nothing and are left out.
    """
    node = tree.get("packaging")
    if node is None:
        return tree
    rows = ctx.attempt(_packaging, node)
    if rows is None:
        return tree.without("packaging")
    demands = tree.get("demands")
    holder = demands if isinstance(demands, Map) else as_map({}, node.source)
    items = (*rows, *holder.list_of("rows"))
    full = holder.with_entry("rows", Items(source=node.source, items=items))
    return tree.without("packaging").with_entry("demands", full, node.source)


def _packaging(node: Node, ctx: Context) -> list[Map]:
    """Reads a line or a table of `packaging` as rows of `demands`."""
    table = node if isinstance(node, Map) else as_map({}, node.source)
    listed = table.get("rows")
    if listed is None and REQUIRED in table.entries:
        return [_demand(table)]
    items = table.list_of("rows")
    rows = [row for row in items if isinstance(row, Map) and REQUIRED in row.entries]
    alone = set(table.entries) <= set(BESIDE_ROWS) and table.text_of("decide") in ("", "first")
    if not isinstance(listed, Items) or not alone or len(rows) < len(items):
        raise Unreadable("wrong_shape", node.source, _SHAPE)
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
    """Returns a row of `demands` with the id and the code that a packaging rule has by default."""
    usual = as_map({"id": "PACKAGING", "code": "packaging_not_met"}, row.source)
    return row.over(replace(usual, keys={}))  # no key of these is written


SHORT_TOPICS: Final = {
    "window": ("deadlines", "request"),
    "shipping": ("return_shipping",),
    "disposition": ("goods",),
}
"""Short topic names and the full ones; `remedy` is not here, since it depends on the claimant."""

SINGULAR: Final = ("return_shipping", "goods", "eligibility")
TO: Final = tuple(f"to_{party}" for party in (*PARTIES, *ROLES))
"""Keys of `remedy` that name the party and say what it is given."""
GIVES: Final = {"credit": "account_credit"}


def expand(tree: Map, claimant: str, ctx: Context) -> Map:
    """Returns the same policy written in full; a short form beside its full form is a fault."""
    for short, place in SHORT_TOPICS.items():
        tree = _moved(tree, short, place, ctx)
    tree = _remedy(tree, claimant, ctx)
    tree = packaging_in_full(tree, ctx)
    if "overpaid" in tree.entries:
        tree = tree.with_entry("overpaid", overpaid_in_full(tree.entries["overpaid"]))
    return _fields(_one_fee(tree), ctx)


def in_full(topic: str, field: str, node: Node) -> tuple[str, Node]:
    """Returns a field of a topic, and its value, in full form."""
    full = SHORT_FIELDS.get((topic, field), field)
    if not isinstance(node, Scalar):
        return full, node
    if (topic, field) == ("deadlines", "days") and type(node.value) is int:
        return full, scalar(f"{node.text} days", node.source)
    if (topic, field) == ("eligibility", "eligible") and isinstance(node.value, bool):
        return full, scalar("accept" if node.value else "refuse", node.source)
    return full, node


def row_in_full(topic: str, row: Node, ctx: Context) -> Node:
    """Returns a row, or the defaults beside rows, with short field names in full."""
    if not isinstance(row, Map):
        return row
    names = {key: SHORT_FIELDS.get((topic, key), key) for key in row.entries}
    for key, full in names.items():
        if key != full and full in row.entries:
            said = f"`{key}` is the short form of `{full}`; write only one of them."
            ctx.fault("written_twice", row.key_source(key), said)
    entries = {names[key]: in_full(topic, key, child)[1] for key, child in row.entries.items()}
    keys = {names.get(key, key): source for key, source in row.keys.items()}
    if isinstance(rows := entries.get("rows"), Items):
        items = tuple(row_in_full(topic, item, ctx) for item in rows.items)
        entries["rows"] = replace(rows, items=items)
    return replace(row, entries=entries, keys=keys)


def _moved(tree: Map, short: str, place: tuple[str, ...], ctx: Context) -> Map:
    node, topic, source = tree.get(short), place[0], tree.key_source(short)
    if node is None:
        return tree
    holder = tree.get(topic)
    if len(place) == 1 and holder is None:
        return tree.renamed({short: topic})
    if len(place) == 2 and (holder is None or isinstance(holder, Map)):
        parts = holder or as_map({}, source)
        if place[1] not in parts.entries:
            full = parts.with_entry(place[1], node, source)
            whole = tree.without(short) if holder else tree.renamed({short: topic})
            return whole.with_entry(topic, full)
    full_name = ".".join(place)
    said = f"`{short}` is the short form of `{full_name}`; write only one of them."
    ctx.fault("written_twice", source, said)
    return tree.without(short)


def _remedy(tree: Map, claimant: str, ctx: Context) -> Map:
    node, source = tree.get("remedy"), tree.key_source("remedy")
    if node is None:
        return tree
    if not isinstance(node, Map) or "remedies" in tree.entries:
        said = "`remedy` is a map, as in `remedy: {to_retailer: credit}`"
        ctx.fault("wrong_shape", source, f"{said}, and stands in place of `remedies`.")
        return tree.without("remedy")
    party, written = claimant, [key for key in node.entries if key in TO]
    if len(written) + ("give" in node.entries) > 1:
        said = "`remedy` says what one party is given; write several legs under `remedies`."
        ctx.fault("wrong_shape", source, said)
    for key in written[:1]:
        party = key.removeprefix("to_")
        given = node.entries[key]
        if isinstance(given, Scalar) and given.text in GIVES:
            given = scalar(GIVES[given.text], given.source)
        node = node.renamed({key: "give"}).with_entry("give", given)
    wrapped = Map(source=node.source, entries={party: node}, keys={party: source})
    return tree.renamed({"remedy": "remedies"}).with_entry("remedies", wrapped)


def _one_fee(tree: Map) -> Map:
    """Wraps `fees` that are a table or a line into the one part `fee`."""
    fees = tree.get("fees")
    if not isinstance(fees, Map):
        return tree
    line = "fee" in fees.entries and not isinstance(fees.entries["fee"], Map)
    if not line and "rows" not in fees.entries:
        return tree
    wrapped = Map(source=fees.source, entries={"fee": fees}, keys={"fee": fees.source})
    return tree.with_entry("fees", wrapped)


def _fields(tree: Map, ctx: Context) -> Map:
    for topic in SINGULAR:
        if topic in tree.entries:
            tree = tree.with_entry(topic, row_in_full(topic, tree.entries[topic], ctx))
    deadlines = tree.get("deadlines")
    if isinstance(deadlines, Map):
        parts = {
            key: row_in_full("deadlines", part, ctx) for key, part in deadlines.entries.items()
        }
        tree = tree.with_entry("deadlines", replace(deadlines, entries=parts))
    return tree
