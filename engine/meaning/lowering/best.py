"""Chooses the best of ranked rows, such as deadlines by their end.

The conditions grow with the number of rows, not with its square: rows whose ranks differ by a
constant have a known order, and of groups with different orders only the best rows are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.meaning.graph import Graph, Node, offset

Ranked = tuple[Node, Node]
"""A condition, and its rank."""

_Row = tuple[int, Node, Node]
"""The index of a condition among all, the condition, and its rank."""


@dataclass(frozen=True, slots=True)
class _Leader:
    """The best of some rows: whether there is one, its rank, and its index."""

    some: Node
    rank: Node
    place: Node


def best(graph: Graph, ranked: Sequence[Ranked], *, greatest: bool) -> list[Node]:
    """Returns for each condition when it is the one with the best rank; the first among equals."""
    rows = [(place, *each) for place, each in enumerate(ranked) if each[0] is not graph.false]
    found = _Choosing(graph, greatest).of(rows)
    return [found.get(place, graph.false) for place in range(len(ranked))]


@dataclass(frozen=True, slots=True)
class _Choosing:
    graph: Graph
    greatest: bool

    def of(self, rows: Sequence[_Row]) -> dict[int, Node]:
        """Returns when each of some rows is the best of them, by its index."""
        groups: dict[Node, list[_Row]] = {}
        for row in rows:
            groups.setdefault(self._key(row[2]), []).append(row)
        firsts = [self._of_a_group(key, group) for key, group in groups.items()]
        if len(firsts) > 1:
            leaders = [
                self._leader([(place, first[place], rank) for place, _, rank in group])
                for first, group in zip(firsts, groups.values(), strict=True)
            ]
            leads = list(self._leading(leaders))
            firsts = [
                {place: self.graph.all(lead, when) for place, when in first.items()}
                for first, lead in zip(firsts, leads, strict=True)
            ]
        return {place: when for first in firsts for place, when in first.items()}

    def _key(self, rank: Node) -> Node:
        """Returns the key of a rank's group: its condition, or its part without the constant."""
        if rank.op == "if":
            return rank.parts[0]
        return self.graph.zero if rank.op == "const" else offset(rank)[0]

    def _of_a_group(self, key: Node, rows: Sequence[_Row]) -> dict[int, Node]:
        """Returns the same for rows of one key."""
        if not key.truth:
            return self._in_known_order(rows)
        then, other = (
            self.of([(place, when, rank.args[side]) for place, when, rank in rows])
            for side in (1, 2)
        )
        return {place: self.graph.choice(key, then[place], other[place]) for place in then}

    def _in_known_order(self, rows: Sequence[_Row]) -> dict[int, Node]:
        graph, sign = self.graph, -1 if self.greatest else 1

        def order(row: _Row) -> tuple[int, int]:
            rank = row[2]
            return sign * (rank.value if rank.op == "const" else offset(rank)[1]), row[0]

        found, better = {}, graph.false
        for place, when, _ in sorted(rows, key=order):
            found[place] = graph.all(when, graph.no(better))
            better = graph.any(better, when)
        return found

    def _leader(self, firsts: Sequence[_Row]) -> _Leader:
        """Joins rows of which at most one holds into one leader."""
        graph = self.graph
        last, _, rank = firsts[-1]
        place = graph.const(last)
        for number, when, own in reversed(firsts[:-1]):
            rank = graph.choice(when, own, rank)
            place = graph.choice(when, graph.const(number), place)
        return _Leader(graph.any(*[when for _, when, _ in firsts]), rank, place)

    def _leading(self, leaders: Sequence[_Leader]) -> Iterator[Node]:
        """Yields when the leader of each group is better than all others."""
        graph, best_yet, takes = self.graph, leaders[0], [leaders[0].some]
        for each in leaders[1:]:
            better = graph.any(graph.no(best_yet.some), self._beats(each, best_yet))
            take = graph.all(each.some, better)
            takes.append(take)
            best_yet = _Leader(
                graph.any(best_yet.some, each.some),
                graph.choice(take, each.rank, best_yet.rank),
                graph.choice(take, each.place, best_yet.place),
            )
        later = graph.false
        found = []
        for take in reversed(takes):
            found.append(graph.all(take, graph.no(later)))
            later = graph.any(later, take)
        return reversed(found)

    def _beats(self, one: _Leader, other: _Leader) -> Node:
        graph = self.graph
        low, high = (other.rank, one.rank) if self.greatest else (one.rank, other.rank)
        equal_and_first = graph.all(graph.le(low, high), graph.lt(one.place, other.place))
        return graph.any(graph.lt(low, high), equal_and_first)
