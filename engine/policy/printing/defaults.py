"""Fills in the defaults that a merged policy leaves out, marked as built in."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.context import Context
from engine.policy.editions import PolicyFile
from engine.policy.faults import Source
from engine.policy.inheritance.layers import Heard, laid
from engine.policy.model import Policy
from engine.policy.text import Items, Map, Node, Scalar, as_map, from_data, scalar
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.tables import BY_STATE

BUILT_IN: Final = Source("built in", 0, 0)
"""The source of a value that nobody wrote."""

UNASKED: Final = Source("built in", 0, 1)
"""The source of something that the language adds itself and that cannot be written."""

_LEFT_OUT: Final = ("extends", "changes", "tests", "compare")
_YES: Final = {"id": "E-YES", "otherwise": True, "answer": "accept"}
_HEADER: Final = {
    "applies_by": "ordered",
    "time_zone": "UTC",
    "rounding": "half_up",
    "overpaid": {"by": "offset"},
    "business_days": {"weekend": ["saturday", "sunday"]},
}


def in_full(file: PolicyFile, day: int | None = None) -> Map:
    """Returns the merged tree of the edition in force on an ordinal day (by default the newest).

    Tests and `compare` are left out; agreed values stay names.
    """
    policy = file.policy if day is None else file.on(day)
    merged, quiet = file.merged, Heard(Context(file.file, currency=policy.currency))
    tree = laid(merged.root, merged.layers, policy.effective.first, quiet)
    tree = tree.with_entry("effective", policy.tree.entries["effective"]).without(*_LEFT_OUT)
    return _with_topics(_with_header(tree, policy), policy)


def _with_header(tree: Map, policy: Policy) -> Map:
    usual: dict[str, object] = {"title": policy.id, **_HEADER, "parties": dict(policy.parties)}
    for key, value in usual.items():
        if key not in tree.entries:
            tree = tree.with_entry(key, from_data(value, BUILT_IN))
    return tree


def _with_topics(tree: Map, policy: Policy) -> Map:
    usual: dict[str, object] = {
        "remedies": {policy.claimant: {"give": "refund"}},
        "goods": {"do": "ship_back"},
        "return_shipping": {"paid_by": policy.claimant},
        "value": {"of": "item_price", "percent": "100%"},
        "outbound_shipping": {"refund": "none"},
    }
    taken = {row.id for table in policy.tables() for row in table.rows if not row.built_in}
    for topic, value in usual.items():
        if topic not in tree.entries:  # if the id is taken, one of the two rows would be renamed
            source = UNASKED if topic.upper().replace("_", "-") in taken else BUILT_IN
            tree = tree.with_entry(topic, from_data(value, source))
    tree = tree.with_entry("eligibility", _eligibility(tree.get("eligibility"), policy))
    for topic in (name for name in TOPICS if name in tree.entries):
        tree = tree.with_entry(topic, _decided(topic, tree.entries[topic]))
    return tree


def _eligibility(node: Node | None, policy: Policy) -> Map:
    """Returns the topic with the rows that let deadlines refuse, and the last one, which accepts.

    Beside written rows they are shown but not written: what stands beside `rows` would apply to
    them too.
    """
    built = {row.id for row in policy.eligibility.rows if row.built_in}
    states = tuple(
        as_map({"id": name, "when": {"deadlines": state}, "code": "from_deadline"}, UNASKED)
        for name, state in BY_STATE.items()
        if name in built
    )
    own = node if isinstance(node, Map) else None
    yes = from_data(_YES, UNASKED if own else BUILT_IN)
    last = (yes,) if "E-YES" in built else ()
    listed = own.get("rows") if own else None
    if own and not (isinstance(listed, Items) and listed.items):
        beside = {row.text_of("id"): row for row in (*states, *last)}
        return replace(own, entries={**own.entries, **beside})
    rows = listed.items if isinstance(listed, Items) else ()
    closing = tuple(row for row in rows if isinstance(row, Map) and "otherwise" in row.entries)
    opening = tuple(row for row in rows if row not in closing)
    source = listed.source if listed else BUILT_IN
    full = Items(source=source, items=(*opening, *states, *closing, *last))
    return (own or Map(source=BUILT_IN, entries={}, keys={})).with_entry("rows", full)


def _decided(topic: str, node: Node) -> Node:
    """Returns the tables of a topic, each with how its ties are settled."""
    if not isinstance(node, Map):
        return node
    if TOPICS[topic].plural:
        parts = {key: _table(topic, part) for key, part in node.entries.items()}
        return replace(node, entries=parts)
    return _table(topic, node)


def _table(topic: str, node: Node) -> Node:
    if not isinstance(node, Map) or "rows" not in node.entries or "decide" in node.entries:
        return node
    listed = node.get("rows")
    if isinstance(listed, Scalar):  # rows agreed with a partner
        return node
    decide = scalar(TOPICS[topic].decide[0], BUILT_IN)
    entries, keys = {"decide": decide, **node.entries}, {**node.keys, "decide": BUILT_IN}
    return replace(node, entries=entries, keys=keys)
