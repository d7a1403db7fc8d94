"""Splits sums into terms, so that equal terms cancel out, and bounds them by their terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from engine.meaning.graph import Graph, Node
from engine.meaning.reach import reach
from engine.meaning.regions import Path

_FAR: Final = 10**14
"""A bound this far out counts as no bound."""
_WHOLE: Final = 1_000_000


class _Sum(NamedTuple):
    """The factor of each term, and the range `low` to `high` that roundings and steps add."""

    of: Mapping[Node, Fraction]
    low: Fraction
    high: Fraction


def out_of_reach(path: Path, always: Path) -> bool:
    """Whether a region demands a sum that is more, or less, than its terms can give there."""
    ends = {variable: (cells[0][0], cells[-1][1]) for variable, cells in (*always, *path)}
    for variable, cells in path:
        if variable.op in ("add", "sub"):
            low, high = between(variable, lambda term: ends.get(term, (-_FAR, _FAR)))
            if (low is not None and cells[-1][1] < low) or (
                high is not None and cells[0][0] > high
            ):
                return True
    return False


def between(
    root: Node, ends: Callable[[Node], tuple[int, int]]
) -> tuple[Fraction | None, Fraction | None]:
    """Returns the least and the most that a sum can be, from the ends of its terms, or None."""
    total = _sum(root)
    low: Fraction | None = total.low
    high: Fraction | None = total.high
    for term, share in total.of.items():
        pair = ends(term)
        least, most = pair if share > 0 else pair[::-1]
        low = None if low is None or abs(least) >= _FAR else low + share * least
        high = None if high is None or abs(most) >= _FAR else high + share * most
    return low, high


def _sum(root: Node) -> _Sum:
    """Splits an expression into a sum; what it cannot split is a term of its own."""
    of: dict[Node, Fraction] = {}
    low = high = Fraction(0)
    waiting = [(root, Fraction(1))]
    while waiting:
        node, share = waiting.pop()
        millionths = getattr(node.args[0], "millionths", None) if node.op == "step" else None
        if node.op == "const":
            low, high = low + share * node.value, high + share * node.value
        elif node.op in ("add", "sub"):
            one, other = node.args
            waiting += [(one, share), (other, share if node.op == "add" else -share)]
        elif node.op == "mul" and node.args[1].op == "const":
            waiting.append((node.args[0], share * node.args[1].value))
        elif millionths is not None:
            waiting.append((node.args[1], share * Fraction(millionths, _WHOLE)))
            low, high = low - abs(share), high + abs(share)
        elif node.op == "step" and (days := reach(node.args[0])):
            waiting.append((node.args[1], share))
            near, far = sorted((share * days[0], share * days[1]))
            low, high = low + near, high + far
        else:
            of[node] = of.get(node, Fraction(0)) + share
    return _Sum({term: share for term, share in of.items() if share}, low, high)


# --- terms with integer factors -------------------------------------------------------------------


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
        sides.append(graph.sum(parts))
    return graph.sub(*sides)
