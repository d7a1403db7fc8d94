"""Values that may be unknown or absent: a number with two conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Graph, Node

UNKNOWN: Final = -(2**62)
"""The number of a fact that was not sent; one below the smallest known value."""

ABSENT: Final = UNKNOWN + 1
"""The number of a fact that is known to be absent (`null`): a delivery that has not happened."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value; its `number` counts only if it is neither unknown nor absent."""

    unknown: Node
    absent: Node
    number: Node

    def known(self, graph: Graph) -> Node:
        """Returns the condition that there is a number."""
        return graph.all(graph.no(self.unknown), graph.no(self.absent))


def known(graph: Graph, number: Node) -> Value:
    """Returns a value that is known."""
    return Value(graph.false, graph.false, number)


def nothing(graph: Graph) -> Value:
    """Returns a value that is known to be absent."""
    return Value(graph.false, graph.true, graph.zero)


def not_sent(graph: Graph) -> Value:
    """Returns a value that is unknown for every return."""
    return Value(graph.true, graph.false, graph.zero)


def as_tested(value: Value) -> Value:
    """Returns an amount as rows test it: unknown as long as it is open (absent)."""
    return Value(value.absent, value.unknown, value.number)


def chosen(graph: Graph, when: Node, then: Value, other: Value) -> Value:
    """Returns one value if a condition holds, else another."""
    return Value(
        graph.choice(when, then.unknown, other.unknown),
        graph.choice(when, then.absent, other.absent),
        graph.choice(when, then.number, other.number),
    )


def unknown_if(graph: Graph, when: Node, value: Value) -> Value:
    """Returns the value, unknown if a condition holds."""
    absent = graph.all(value.absent, graph.no(when))
    return Value(graph.any(value.unknown, when), absent, value.number)


def opened(graph: Graph, when: Node, value: Value) -> Value:
    """Returns the value, absent if a condition does not hold."""
    return Value(value.unknown, graph.any(graph.no(when), value.absent), value.number)
