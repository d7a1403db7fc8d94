"""Splits an expression into terms with integer factors, so that equal terms cancel out."""

from __future__ import annotations

from typing import NamedTuple

from engine.meaning.graph import Graph, Node


class Terms(NamedTuple):
    """The factor of each term, never zero, and a constant."""

    of: dict[Node, int]
    more: int


def terms_of(root: Node) -> Terms:
    """Splits sums, differences and multiples into terms; anything else is a term of its own."""
    of: dict[Node, int] = {}
    more = 0
    waiting = [(root, 1)]
    while waiting:
        node, times = waiting.pop()
        if node.op == "const":
            more += times * node.value
        elif node.op in ("add", "sub"):
            one, other = node.args
            waiting += [(other, times if node.op == "add" else -times), (one, times)]
        elif node.op == "mul" and node.args[1].op == "const":
            waiting.append((node.args[0], times * node.args[1].value))
        else:
            of[node] = of.get(node, 0) + times
    return Terms({node: times for node, times in of.items() if times}, more)


def summed(graph: Graph, of: dict[Node, int]) -> Node:
    """Returns terms with their factors as one expression, the same for any order of the terms."""
    sides, terms = [], sorted(of.items(), key=lambda each: each[0].id)
    for sign in (1, -1):
        parts = [graph.mul(t, graph.const(sign * n)) for t, n in terms if sign * n > 0]
        total = parts[0] if parts else graph.zero
        for each in parts[1:]:
            total = graph.add(total, each)
        sides.append(total)
    return graph.sub(*sides)
