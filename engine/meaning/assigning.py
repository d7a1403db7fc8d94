"""Replaces parts of an expression, so that what is left depends on other facts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.meaning.graph import Graph, Node, in_order


def replaced(graph: Graph, root: Node, instead: Mapping[Node, Node]) -> Node:
    """Returns the expression with some of its parts replaced, simplified."""
    return all_replaced(graph, [root], instead)[0]


def all_replaced(graph: Graph, roots: Sequence[Node], instead: Mapping[Node, Node]) -> list[Node]:
    """Returns the expressions with some of their parts replaced, simplified."""
    known: dict[Node, Node] = {}
    for node in in_order(roots):
        known[node] = instead.get(node) or graph.again(node, [known.get(e, e) for e in node.args])
    return [known[root] for root in roots]
