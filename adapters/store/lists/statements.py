"""Writes the one statement that reads a page of a declared list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from adapters.identity.principal import Principal
from adapters.store.lists.declared import Filter, ListOf
from adapters.store.lists.numbers import number_of, return_number_of
from adapters.store.tracking import plain
from engine.errors import RequestFault

MOST_BRANCHES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which rows of a list are wanted, and in which order.

    `words` are keyed hashes of the searched words: see `adapters.identity.words`.
    """

    principal: Principal
    sort: str
    filters: Mapping[str, Any] = field(default_factory=dict)
    search: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where a page begins or ends: a row's sort value and key; `after` wants the rows after it."""

    value: object
    key: object
    after: bool = True


class Statement:
    """Builds a statement and collects its values."""

    def __init__(self, of: ListOf, asked: ListQuery, *, hinted: bool) -> None:
        """`hinted`: the database accepts a hint that few rows meet a condition, as SQLite does.

        Raises `RequestFault` `not_allowed` if this kind of partner does not have the list.
        """
        sides = of.sides.get(asked.principal.kind)
        if sides is None:
            raise RequestFault("not_allowed", f"A {asked.principal.kind} has no {of.name}.")
        self.values: dict[str, object] = {}
        self._of, self._asked, self._hinted = of, asked, hinted
        self._names = {"own": sides[0], "other": sides[1], "tenant": self._put(self._tenant)}
        self._source = of.source.format(**self._names)
        self._sort = of.sorts[asked.sort]

    @property
    def _tenant(self) -> str:
        return self._asked.principal.tenant

    def page(self, edges: Sequence[Edge], *, most: int, from_end: bool) -> str:
        """Selects keys and sort values of at most `most` rows between edges, from either end."""
        down = " DESC" if self._sort.descending != from_end else ""
        limit = self._put(most)
        branches = [
            f"SELECT {self._of.key} AS k, {self._sort.by} AS s FROM {self._source}"
            f" WHERE {' AND '.join([*conditions, *self._between(edges)])}"
            f" ORDER BY {self._sort.by}{down}, {self._of.key}{down} LIMIT {limit}"
            for conditions in self._branches(edges)
        ]
        if len(branches) == 1:
            return branches[0]
        # SQLite accepts a LIMIT within a UNION only in a subquery.
        parts = " UNION ALL ".join(
            f"SELECT * FROM ({each}) AS b{at}" for at, each in enumerate(branches)
        )
        return f"{parts} ORDER BY 2{down}, 1{down} LIMIT {limit}"

    def count(self) -> str:
        """Counts the rows of all pages."""
        (conditions,) = self._branches((), most=1)
        return f"SELECT count(*) FROM {self._source} WHERE {' AND '.join(conditions)}"

    def _between(self, edges: Sequence[Edge]) -> Iterator[str]:
        for edge in edges:
            sign = ">" if edge.after != self._sort.descending else "<"
            at = f"{self._put(edge.value)}, {self._put(edge.key)}"
            yield f"({self._sort.by}, {self._of.key}) {sign} ({at})"

    def _branches(self, edges: Sequence[Edge], most: int = MOST_BRANCHES) -> list[list[str]]:
        """The conditions of each branch of the UNION; beyond `most` branches, values share one."""
        ways = [list(each) for each in self._ways(edges)]
        together = [[f"({' OR '.join(way)})"] if len(way) > 1 else way for way in ways]
        parts = list(product(*ways)) if _parts(ways) <= most else list(product(*together))
        return [list(each) for each in parts]

    def _ways(self, edges: Sequence[Edge]) -> Iterator[Sequence[str]]:
        """Each condition, as one alternative per value that the list is split by."""
        yield ["{own} = {tenant}".format(**self._names)]
        if self._of.always:
            yield [self._of.always.format(**self._names)]
        for name, value in self._asked.filters.items():
            by = self._of.filters[name]
            if by.also:
                yield [by.also]
            if not any(self._says_more(edge, by, value) for edge in edges):
                yield self._narrowed(by, value)
        if self._asked.search:
            yield [self._found()]

    def _says_more(self, edge: Edge, by: Filter, value: Any) -> bool:
        """Whether an edge already implies a filter."""
        rising = edge.after != self._sort.descending
        if (by.above if rising else by.below) != self._sort.by:
            return False
        at, bound = str(edge.value), str(by.value(value))
        return at >= bound if rising else at < bound

    def _narrowed(self, by: Filter, value: Any) -> Sequence[str]:
        if not by.many:
            found = self._filled(by.sql, by.value(value))
            return [f"unlikely({found})" if by.few and self._hinted else found]
        values = list(dict.fromkeys(by.value(each) for each in value))
        if not values:
            return ["1 = 0"]
        if by.split:
            return [self._filled(f"{by.sql} = {{value}}", each) for each in values]
        return [f"{by.sql} IN ({', '.join(map(self._put, values))})".format(**self._names)]

    def _found(self) -> str:
        """The search condition: any of the list's search conditions holds."""
        of, kind = self._of, self._asked.principal.kind
        if kind not in of.search:
            raise RequestFault("wrong_filter", f"There is no search in {of.name}.", "search")
        said = " ".join(self._asked.search.split())
        number = number_of(said)
        names = {
            **self._names,
            "text": self._put(said),
            "part": f"upper({self._put(f'%{_escaped(said)}%')})",
            "whole": f"upper({self._put(said)})",
            "plain": self._put(plain(said)),
            "return_number": self._put(return_number_of(said)),
            "in_number": self._put(f"%{_escaped(number)}%" if number else "-"),
            "spread": self._put(f"%{'%'.join(map(_escaped, number))}%"),
        }
        ways = [each.format(**names) for each in of.search[kind] if "{word}" not in each]
        for each in of.search[kind]:
            if "{word}" in each and self._asked.words:
                every = (each.format(**names, word=self._put(one)) for one in self._asked.words)
                ways.append(f"({' AND '.join(every)})")
        return f"({' OR '.join(ways)})"

    def _filled(self, sql: str, value: object) -> str:
        return sql.format(**self._names, value=self._put(value))

    def _put(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def _parts(ways: Sequence[Sequence[str]]) -> int:
    many = 1
    for way in ways:
        many *= len(way)
    return many


def _escaped(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text
