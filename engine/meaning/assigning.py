"""Puts values of facts into an expression: what is left is asked of the other facts alone."""

from __future__ import annotations

from collections.abc import Mapping

from engine.meaning.graph import Graph, Node


def assigned(graph: Graph, root: Node, facts: Mapping[str, Node]) -> Node:
    """The expression with others in the place of some facts."""
    known: dict[Node, Node] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        if node in known:
            waiting.pop()
            continue
        missing = [each for each in node.parts if each not in known]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if node.op == "fact" and node.args[0] in facts:
            known[node] = facts[node.args[0]]
        elif node.parts:
            args = [known[each] if isinstance(each, Node) else each for each in node.args]
            known[node] = graph.again(node, args)
        else:
            known[node] = node
    return known[root]
