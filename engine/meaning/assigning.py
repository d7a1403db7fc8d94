"""Puts other expressions in the place of some: what is left is asked of the other facts alone."""

from __future__ import annotations

from collections.abc import Mapping

from engine.meaning.graph import Graph, Node, in_order


def replaced(graph: Graph, root: Node, instead: Mapping[Node, Node]) -> Node:
    """The expression with others in the place of some of its parts, simplified."""
    known: dict[Node, Node] = {}
    for node in in_order([root]):
        known[node] = instead.get(node) or graph.again(node, [known.get(e, e) for e in node.args])
    return known[root]
