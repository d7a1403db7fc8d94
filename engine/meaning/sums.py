"""What a sum of amounts and of shares of them can come to, where it is known how large they are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from engine.meaning.graph import Node
from engine.meaning.regions import Path

_FAR: Final = 10**14
"""A bound that lies as far out is taken for none."""
_WHOLE: Final = 1_000_000


class _Sum(NamedTuple):
    """So much of each term, and what roundings may add: more than `low`, less than `high`."""

    of: Mapping[Node, Fraction]
    low: Fraction
    high: Fraction


def out_of_reach(path: Path, always: Path) -> bool:
    """Whether some sum of a region is more, or less, than its terms can come to there."""
    ends = {variable: (cells[0][0], cells[-1][1]) for variable, cells in (*always, *path)}
    for variable, cells in path:
        if variable.op in ("add", "sub"):
            low, high = _between(_sum(variable), ends)
            if (low is not None and cells[-1][1] < low) or (
                high is not None and cells[0][0] > high
            ):
                return True
    return False


def _between(
    total: _Sum, ends: Mapping[Node, tuple[int, int]]
) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most that a sum can be; None where that is not known."""
    low: Fraction | None = total.low
    high: Fraction | None = total.high
    for term, share in total.of.items():
        pair = ends.get(term, (-_FAR, _FAR))
        least, most = pair if share > 0 else pair[::-1]
        low = None if low is None or abs(least) >= _FAR else low + share * least
        high = None if high is None or abs(most) >= _FAR else high + share * most
    return low, high


def _sum(node: Node) -> _Sum:
    """An expression as a sum; what it does not look into is a term of its own."""
    if node.op == "const":
        return _Sum({}, Fraction(node.value), Fraction(node.value))
    if node.op in ("add", "sub"):
        one, other = (_sum(each) for each in node.args)
        return _joined(one, _times(other, Fraction(1 if node.op == "add" else -1)))
    if node.op == "mul" and node.args[1].op == "const":
        return _times(_sum(node.args[0]), Fraction(node.args[1].value))
    millionths = getattr(node.args[0], "millionths", None) if node.op == "step" else None
    if millionths is None:
        return _Sum({node: Fraction(1)}, Fraction(0), Fraction(0))
    exact = _times(_sum(node.args[1]), Fraction(millionths, _WHOLE))
    return _Sum(exact.of, exact.low - 1, exact.high + 1)


def _joined(one: _Sum, other: _Sum) -> _Sum:
    of = dict(one.of)
    for term, share in other.of.items():
        of[term] = of.get(term, Fraction(0)) + share
    there = {term: share for term, share in of.items() if share}
    return _Sum(there, one.low + other.low, one.high + other.high)


def _times(one: _Sum, by: Fraction) -> _Sum:
    low, high = (one.low * by, one.high * by) if by >= 0 else (one.high * by, one.low * by)
    return _Sum({term: share * by for term, share in one.of.items()}, low, high)
