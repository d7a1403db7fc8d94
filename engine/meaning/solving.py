"""A graph that simplifies tests of sums as far as possible.

Terms on both sides cancel out, and a test of a sum of one fact becomes a test of the fact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from engine.meaning.graph import Graph, Node, in_order
from engine.meaning.pieces import Piece, Unsolved, numbers_for, pieces_of
from engine.meaning.regions import Domain
from engine.meaning.sums import between, summed, terms_of
from engine.meaning.variables import inside
from engine.meaning.ways import apart

_TESTS: Final = ("le", "in")


class SolvingGraph(Graph):
    """Solves tests over the domains of facts; `solved` says for which facts."""

    def __init__(self, domain: Callable[[Node], Domain], solved: Callable[[str], bool]) -> None:
        self._domain = domain
        self._solved = solved
        self._plain: dict[Node, Node] = {}
        self._pieces: dict[Node, list[Piece] | None] = {}
        super().__init__()

    def _make(self, op: str, *args: Any) -> Node:
        made = super()._make(op, *args)
        if op not in _TESTS or not args[0].parts:
            return made
        found = self._plain.get(made)
        if found is None:
            self._plain[made] = made  # making the simpler form may ask for this one again
            found = self._plain[made] = self._plainly(made)
        return found

    def _plainly(self, test: Node) -> Node:
        """Returns the test with fewer terms, as a test of one fact, or decided for all returns."""
        variable = test.args[0]
        if variable.op in ("add", "sub", "mul"):
            found = self._cancelled(test)
            if found is not test:
                return found
        ops = [each for each in in_order([variable]) if not each.parts or each.truth]
        facts = [each for each in ops if each.op == "fact"]
        if any(each.op not in ("fact", "const") for each in ops):
            return test
        if facts and all(self._solved(str(each.args[0])) for each in facts):
            if len(facts) == 1 and (plain := self._of_one_fact(test, facts[0])) is not None:
                return plain
            opened = apart(self, test, variable)
            if opened is not test:
                return opened
        return self._by_reach(test)

    def _cancelled(self, test: Node) -> Node:
        """Returns the test with like terms combined; the term made first is never subtracted."""
        of, more = terms_of(test.args[0])
        first = min(of, key=lambda each: each.id, default=self.zero)
        turned = of.get(first, 1) < 0
        base = summed(self, {term: -n if turned else n for term, n in of.items()})
        if turned:
            return self._turned(test, base, more)
        return test if base is test.args[0] else self._asked(test, self.plus(base, more))

    def _asked(self, test: Node, variable: Node) -> Node:
        numbers = test.args[1]
        return self.le(variable, numbers) if test.op == "le" else self.among(variable, numbers)

    def _turned(self, test: Node, other: Node, more: int) -> Node:
        """Turns a test of `more` minus an expression into a test of the expression."""
        numbers = test.args[1]
        if test.op == "le":
            return self.no(self.le(other, self.const(more - numbers.value - 1)))
        return self.among(other, [more - number for number in numbers])

    def _of_one_fact(self, test: Node, fact: Node) -> Node | None:
        """Returns the test as one of the fact alone; None if that would take too many numbers."""
        variable, domain = test.args[0], self._domain(fact)
        try:
            if variable not in self._pieces:
                self._pieces[variable] = None
                self._pieces[variable] = pieces_of(variable, domain.low, domain.high)
            pieces = self._pieces[variable]
            if pieces is not None:
                return inside(self, fact, numbers_for(test, pieces), domain.low, domain.high)
        except Unsolved:
            pass
        return None

    def _by_reach(self, test: Node) -> Node:
        """Decides a test that no, or every, possible sum of its terms passes."""
        low, high = between(test.args[0], self._ends)
        numbers = test.args[1] if test.op == "in" else (test.args[1].value,)
        most = max(numbers)
        if test.op == "le" and high is not None and high <= most:
            return self.true
        beyond = low is not None and low > most
        below = test.op == "in" and high is not None and high < min(numbers)
        return self.false if beyond or below else test

    def _ends(self, term: Node) -> tuple[int, int]:
        domain = self._domain(term)
        return domain.low, domain.high
