"""Works out exactly for which numbers of its only fact a test of a sum holds.

Such a sum is linear over each of a few ranges, apart from rounding. Where the line does not decide
whether the test holds, every number is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final, NamedTuple

from engine.meaning.code import worked_out
from engine.meaning.graph import Node, in_order
from engine.meaning.spans import Span, union

_MOST_PIECES: Final = 60
_MOST_TRIED: Final = 4_000
"""The most numbers that are tried for one test."""
_MOST_SPANS: Final = 60


class Piece(NamedTuple):
    """From `first` to `last`, the sum is `slope` times the fact, plus `low` to `high`."""

    first: int
    last: int
    slope: Fraction
    low: Fraction
    high: Fraction


class Unsolved(Exception):
    """There are too many pieces, or the expression is not linear."""


def pieces_of(root: Node, low: int, high: int) -> list[Piece]:
    """Returns the pieces of an expression of one fact, whose range is `low` to `high`.

    Raises `Unsolved` for anything but sums, multiples, shares, and the greater or lesser of two.
    """
    found: dict[Node, list[Piece]] = {}
    for node in in_order([root]):
        parts = [found[each] for each in node.parts]
        found[node] = made = _pieces(node, parts, (low, high))
        if len(made) > _MOST_PIECES:
            raise Unsolved
    return found[root]


def numbers_for(test: Node, pieces: Sequence[Piece]) -> Span:
    """Returns the numbers of the fact for which a test of the sum holds; raises `Unsolved`."""
    found: list[tuple[int, int]] = []
    tried: list[int] = []
    for each in pieces:
        for first, last, holds in _decided(test, each):
            if holds is None:
                if len(tried) + last - first >= _MOST_TRIED:
                    raise Unsolved
                tried += range(first, last + 1)
            elif holds:
                found.append((first, last))
    fact = next(node for node in in_order([test]) if node.op == "fact").args[0]
    passes = worked_out([test]) if tried else None
    found += [(each, each) for each in tried if passes and passes({fact: each})[0]]
    span = union(found)
    if len(span) > _MOST_SPANS:
        raise Unsolved
    return span


# --- lines ----------------------------------------------------------------------------------------


def _pieces(node: Node, parts: list[list[Piece]], ends: tuple[int, int]) -> list[Piece]:
    op, args = node.op, node.args
    nothing, one = Fraction(0), Fraction(1)
    if op == "const":
        number = Fraction(node.value)
        return [Piece(*ends, nothing, number, number)]
    if op == "fact":
        return [Piece(*ends, one, nothing, nothing)]
    if op == "mul" and args[1].op == "const":
        return [_times(each, Fraction(args[1].value)) for each in parts[0]]
    if op == "div":
        return [_rounded(_times(each, Fraction(1, args[1].value))) for each in parts[0]]
    millionths = getattr(args[0], "millionths", None) if op == "step" else None
    if millionths is not None:
        return [_rounded(_times(each, Fraction(millionths, 1_000_000))) for each in parts[0]]
    if op not in ("add", "sub", "max", "min"):
        raise Unsolved
    return [made for pair in _overlaid(*parts) for made in _joined(op, *pair)]


def _times(piece: Piece, by: Fraction) -> Piece:
    low, high = sorted((piece.low * by, piece.high * by))
    return piece._replace(slope=piece.slope * by, low=low, high=high)


def _rounded(piece: Piece) -> Piece:
    return piece._replace(low=piece.low - 1, high=piece.high + 1)


def _over(piece: Piece, first: int, last: int) -> Piece:
    return piece._replace(first=first, last=last)


def _overlaid(one: list[Piece], other: list[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """Yields both over the ranges in which each is one piece."""
    at = step = 0
    while at < len(one) and step < len(other):
        first = max(one[at].first, other[step].first)
        last = min(one[at].last, other[step].last)
        yield _over(one[at], first, last), _over(other[step], first, last)
        done = one[at].last == last, other[step].last == last
        at, step = at + done[0], step + done[1]


def _joined(op: str, one: Piece, other: Piece) -> Iterator[Piece]:
    """Yields the pieces of a sum, a difference, or the greater or lesser of two, over one range."""
    if op == "add":
        low, high = one.low + other.low, one.high + other.high
        yield one._replace(slope=one.slope + other.slope, low=low, high=high)
        return
    (less,) = _joined("add", one, _times(other, Fraction(-1)))
    if op == "sub":
        yield less
        return
    for first, last, above in _against(less, 0):
        if above is None:
            yield _either(op, _over(one, first, last), _over(other, first, last))
        else:
            yield _over(one if above == (op == "max") else other, first, last)


def _either(op: str, one: Piece, other: Piece) -> Piece:
    """Returns one piece for both if it is unknown which is greater, with bounds wide enough."""
    slope = other.slope - one.slope
    ends = [slope * at for at in (one.first, one.last)]
    if op == "max":
        return one._replace(high=max(one.high, other.high + max(ends)))
    return one._replace(low=min(one.low, other.low + min(ends)))


# --- tests ----------------------------------------------------------------------------------------


def _decided(test: Node, piece: Piece) -> Iterator[tuple[int, int, bool | None]]:
    """Yields ranges, each with whether the test holds there; None: each number must be tried."""
    if test.op == "le":
        for first, last, above in _against(piece, test.args[1].value + 1):
            yield first, last, None if above is None else not above
        return
    left = [piece]
    for number in test.args[1]:
        waiting, left = left, []
        for own in waiting:
            for first, last, same in _equal(own, number):
                if same is False:
                    left.append(_over(own, first, last))
                else:
                    yield first, last, same


def _equal(piece: Piece, number: int) -> Iterator[tuple[int, int, bool | None]]:
    """Yields ranges, each with whether a piece equals a number there; None if unknown."""
    for first, last, above in _against(piece, number):
        if above is False:
            yield first, last, False
            continue
        for start, end, beyond in _against(_over(piece, first, last), number + 1):
            unsure = beyond is None or above is None
            yield start, end, False if beyond else None if unsure else True


def _against(piece: Piece, number: int) -> Iterator[tuple[int, int, bool | None]]:
    """Yields ranges, each with whether a piece is at least a number there; None if unknown."""
    first, last, slope, low, high = piece
    if not slope:
        yield first, last, True if low >= number else False if high < number else None
        return
    surely, never = (number - low) / slope, (number - high) / slope
    if slope > 0:
        start, end = ceil(never), ceil(surely)  # below `start` never, from `end` on surely
        ranges = ((first, start - 1, False), (start, end - 1, None), (end, last, True))
    else:
        start, end = floor(surely), floor(never)
        ranges = ((first, start, True), (start + 1, end, None), (end + 1, last, False))
    for begin, stop, above in ranges:
        if max(begin, first) <= min(stop, last):
            yield max(begin, first), min(stop, last), above
