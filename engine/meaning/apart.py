"""Bounds how far numbers can be above each other, from a region and from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from math import inf
from typing import Final

from engine.meaning.graph import Node, offset
from engine.meaning.lowering.amounts import Share
from engine.meaning.lowering.days import EndOfDay, FromFirst, Later, Rolled
from engine.meaning.reach import reach_from
from engine.meaning.regions import Path

_DAY: Final = 86_400
_FAR: Final = 10**14
"""A bound this far out counts as no bound."""
_WHOLE: Final = 1_000_000
_ROUNDS: Final = 8
_MOST: Final = 60
"""The most numbers that are compared; with more, nothing is concluded."""


class Apart:
    """Upper bounds of differences: `_most[i][j]` bounds number i minus number j; number 0 is zero.

    A number plus a constant shares the entry of the number itself.
    """

    def __init__(self, path: Path, zero: Node) -> None:
        self._at: dict[Node, int] = {zero: 0}
        self._zero = zero
        ends = [(self._ends(variable), cells) for variable, cells in path]
        for node in _below([each for pair, _ in ends for each in pair]):
            self._at.setdefault(node, len(self._at))
        self._made = [each for each in self._at if each.parts]
        size = len(self._at)
        self._most = [[0.0 if at == to else inf for to in range(size)] for at in range(size)]
        self._moved = False
        for (one, other), cells in ends:
            self._bound(one, other, cells[-1][1])
            self._bound(other, one, -cells[0][0])

    def _ends(self, variable: Node) -> tuple[Node, Node]:
        """Returns both sides of a difference, or a number and zero."""
        if variable.op != "sub":
            return variable, self._zero
        one, other = variable.args
        return one, other

    def contradict(self) -> bool:
        """Whether the bounds contradict: some number would have to be below itself."""
        for _ in range(_ROUNDS if len(self._at) <= _MOST else 0):
            self._add_up()
            if any(row[at] < 0 for at, row in enumerate(self._most)):
                return True
            self._moved = False
            for node in self._made:
                self._of_parts(node)
            for one, other in permutations(self._made, 2):
                if one.op == other.op:
                    self._of_pair(one, other)
            if not self._moved:
                break
        return False

    def _add_up(self) -> None:
        """Adds up the bounds along every chain (Floyd-Warshall)."""
        for at, through in enumerate(self._most):
            known = [(to, far) for to, far in enumerate(through) if far != inf and to != at]
            for row in (row for row in self._most if row[at] != inf):
                more = row[at]
                for to, far in known:
                    row[to] = min(row[to], more + far)

    # --- bounds of two numbers --------------------------------------------------------------------

    def _place(self, node: Node) -> tuple[int, int]:
        base, more = offset(node)
        return (0, node.value) if node.op == "const" else (self._at[base], more)

    def _far(self, one: Node, other: Node) -> float:
        """Returns how far one number can be above another."""
        (at, more), (to, off) = self._place(one), self._place(other)
        return self._most[at][to] + more - off

    def _bound(self, one: Node, other: Node, most: float) -> None:
        (at, more), (to, off) = self._place(one), self._place(other)
        if most < _FAR and most - more + off < self._most[at][to]:
            self._most[at][to] = most - more + off
            self._moved = True

    # --- bounds from parts ------------------------------------------------------------------------

    def _of_parts(self, node: Node) -> None:
        op, zero = node.op, self._zero
        if op in ("add", "sub"):
            one, other = node.args
            total, part = (node, one) if op == "add" else (one, node)
            self._of_sum(total, part, other)
            self._of_sum(total, other, part)
        elif op in ("max", "min", "if"):
            self._of_either(node)
        elif op == "step" and isinstance(node.args[0], Later | FromFirst | Rolled):
            step, day = node.args
            near, far = reach_from(step, -self._far(zero, day), self._far(day, zero))
            self._bound(node, day, far)
            self._bound(day, node, -near)
        elif op == "step" and isinstance(node.args[0], Share) and node.args[0].millionths >= 0:
            self._of_share(node, node.args[0])

    def _of_sum(self, total: Node, one: Node, other: Node) -> None:
        """Bounds a sum: it is as far above one term as the other term is above zero."""
        zero = self._zero
        self._bound(total, one, self._far(other, zero))
        self._bound(one, total, self._far(zero, other))
        self._bound(other, zero, self._far(total, one))
        self._bound(zero, other, self._far(one, total))

    def _of_share(self, node: Node, share: Share) -> None:
        """Bounds a share: it grows with its whole, and a share of at most 100% is at most that."""
        whole, zero = node.args[1], self._zero
        most, least = self._far(whole, zero), -self._far(zero, whole)
        if most < _FAR:
            self._bound(node, zero, share(int(most)))
        if least > -_FAR:
            self._bound(zero, node, -share(int(least)))
        if least >= 0 and share.millionths <= _WHOLE:
            self._bound(node, whole, 0)
        if share.millionths:  # a larger whole would give at least one minor unit more
            more = _WHOLE / share.millionths
            self._bound(whole, zero, _above((self._far(node, zero) + 1) * more))
            self._bound(zero, whole, _above((self._far(zero, node) + 1) * more))

    def _of_either(self, node: Node) -> None:
        """Bounds the greater, the lesser, or either of two numbers."""
        one, other = node.args[-2:]
        for each in (one, other):
            if node.op == "max":
                self._bound(each, node, 0)
            if node.op == "min":
                self._bound(node, each, 0)
        for each in self._at:
            if node.op != "min":
                self._bound(node, each, max(self._far(one, each), self._far(other, each)))
            if node.op != "max":
                self._bound(each, node, max(self._far(each, one), self._far(each, other)))

    def _of_pair(self, one: Node, other: Node) -> None:
        """Bounds how far a number can be above another of the same operation, by their parts."""
        if one.op == "step":
            self._of_steps(one, other)
        elif one.op in ("add", "sub"):
            (first, second), (third, fourth) = one.args, other.args
            if one.op == "sub":
                self._bound(one, other, self._far(first, third) + self._far(fourth, second))
                return
            for a, b in ((third, fourth), (fourth, third)):
                self._bound(one, other, self._far(first, a) + self._far(second, b))

    def _of_steps(self, one: Node, other: Node) -> None:
        """Bounds two steps: the same step from an earlier day never ends later than from a later
        one, and a longer step never ends earlier."""
        (step, day), (rival, since) = one.args, other.args
        if self._far(day, since) <= 0 and self._no_farther(one, other):
            self._bound(one, other, 0)
        if step == rival and self._no_farther(one, other) and self._far(one, other) < 0:
            self._bound(day, since, -1)
        if isinstance(step, EndOfDay) and isinstance(rival, EndOfDay):
            # days differ in length
            self._bound(day, since, _down(self._far(one, other)))

    def _no_farther(self, one: Node, other: Node) -> bool:
        """Whether a step from the same day or amount goes no farther than another."""
        step, rival = one.args[0], other.args[0]
        if step == rival:
            return not isinstance(step, FromFirst) or step.count > 0
        if isinstance(step, Later) and isinstance(rival, Later):
            kinds = [(each.length.unit, each.sign, each.calendar) for each in (step, rival)]
            longer = (rival.length.count - step.length.count) * step.sign
            return kinds[0] == kinds[1] and longer >= 0
        if isinstance(step, Share) and isinstance(rival, Share):
            less = step.millionths <= rival.millionths and step.rounding == rival.rounding
            return less and self._far(self._zero, other.args[1]) <= 0
        return False


def _below(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yields the numbers that some numbers are made of, themselves included, but no constants."""
    waiting = list(nodes)
    while waiting:
        node = offset(waiting.pop())[0]
        if node.op != "const":
            yield node
            waiting += [each for each in node.parts if not each.truth]


def _above(number: float) -> float:
    return number if number == inf else int(number) + 2


def _down(seconds: float) -> float:
    return seconds // _DAY + 2 if seconds != inf else inf
