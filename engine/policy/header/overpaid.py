"""Reads `overpaid`: what becomes of money that was paid and turns out not to be owed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Overpaid
from engine.policy.shapes import choices as c
from engine.policy.shapes.keys import Fields, MapOf, Need
from engine.policy.shapes.spans import length_of_dates
from engine.policy.text import Map, Node, Scalar

KEY: Final = "overpaid"
_BY: Final = "by"


def _build(read: Fields, _node: Map, _ctx: Context) -> Overpaid:
    return Overpaid(**read)


OVERPAID: Final = MapOf(
    what="`overpaid`",
    keys={_BY: c.one_of(w.OVERPAID, "offset or billed"), "within": length_of_dates},
    build=_build,
    rules=(
        Need(
            keys=(_BY, "within"),
            sentence="`overpaid` needs `by`, as in `overpaid: {by: billed, within: 30 days}`.",
        ),
    ),
)
"""Reads `{by: billed, within: 30 days}`."""


def read_overpaid(node: Node | None, ctx: Context) -> Overpaid:
    """How a claim is settled; offset without a deadline by default."""
    return (OVERPAID(node, ctx) if node else None) or Overpaid()


def overpaid_in_full(node: Node) -> Node:
    """`billed` as `{by: billed}`."""
    if not isinstance(node, Scalar):
        return node
    return Map(source=node.source, entries={_BY: node}, keys={_BY: node.source})


def with_overpaid_in_full(tree: Map) -> Map:
    """The tree with `overpaid` as a map, so that edits find its fields."""
    node = tree.get(KEY)
    if node is None:
        return tree
    return replace(tree, entries={**tree.entries, KEY: overpaid_in_full(node)})
