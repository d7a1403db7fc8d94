"""Replaces parts of an expression, so that what is left depends on other facts only."""

from __future__ import annotations

from collections.abc import Mapping

from engine.meaning.graph import Graph, Node, in_order


def replaced(graph: Graph, root: Node, instead: Mapping[Node, Node]) -> Node:
    """Returns the expression with some of its parts replaced, simplified."""
    known: dict[Node, Node] = {}
    for node in in_order([root]):
        known[node] = instead.get(node) or graph.again(node, [known.get(e, e) for e in node.args])
    return known[root]
