"""Asks the network once about all cases of a line that differ in a few fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from engine.decision.encoding import Rule, Test
from engine.decision.rules.agreement import holds
from engine.decision.rules.network import Network
from engine.decision.rules.row_rules import Question
from engine.meaning.code import function_of

_MOST_VALUES: Final = 1_024
"""The most values of one field for which the rules they pass are cached."""


class CaseQuestion:
    """The question of a policy without the tests of some fields, in which the cases of a line vary.

    The network answers which rules pass all their other tests. A rule holds in a case if it also
    passes its tests of the varied fields, which are looked up for each value.
    """

    def __init__(self, question: Question, varied: Collection[int]) -> None:
        """`varied` are numbers of fields; raises `NetworkFault` if the native code fails."""
        numbered = _numbered(question.rules, question.always)
        tests: defaultdict[int, list[tuple[int, Test]]] = defaultdict(list)
        rules: list[Rule] = []
        self._always = 0
        for number, rule in numbered.items():
            others = tuple(test for test in rule.tests if test.field not in varied)
            if others:
                rules.append(Rule(number, others))
            else:
                self._always |= 1 << number
            for test in rule.tests:
                if test.field in varied:
                    tests[test.field].append((number, test))
        first = sum(1 << number for number, rule in numbered.items() if number == rule.row)
        self._rows = first | question.always
        self._further = {1 << n: 1 << rule.row for n, rule in numbered.items() if n != rule.row}
        self._network = Network(rules, len(question.used)) if rules else None
        every = sum(1 << number for number in numbered)
        passing = [_Passing(every, of_field) for of_field in tests.values()]
        found = " & ".join(["h", *(f"p{at}[case[1][{field}]]" for at, field in enumerate(tests))])
        unlike = f"(case, n) for case in cases if (n := {found} | p{len(tests)}) != case[0]"
        given = [*passing, question.always]
        self._unlike = function_of("h, cases", [f"return [{unlike}]"], given)

    def differs(self, cases: Sequence[Sequence[Any]]) -> str:
        """Compares the rows of cases, each with its fields, with those that the network finds.

        What a case holds beyond is not looked at. The cases may differ in the varied fields only.
        Returns what differs, or "".
        """
        hits = self._always | (self._network.matches(cases[0][1]) if self._network else 0)
        for case, passed in self._unlike(hits, cases):
            further = passed & ~self._rows
            found = passed & self._rows | self._of_further(further)
            if found != case[0]:
                return f"rows {found:#x} and {case[0]:#x}"
        return ""

    def _of_further(self, rules: int) -> int:
        rows = 0
        while rules:
            rows |= self._further[rules & -rules]
            rules &= rules - 1
        return rows

    def close(self) -> None:
        """Frees the native memory that no other network uses."""
        if self._network is not None:
            self._network.close()


class _Passing(dict[int, int]):
    """The mask of the rules that pass their tests of one field, by its value."""

    def __init__(self, every: int, tests: Iterable[tuple[int, Test]]) -> None:
        super().__init__()
        self._every = every
        self._tests = tuple(tests)

    def __missing__(self, value: int) -> int:
        found = self._every
        for number, test in self._tests:
            if not holds(test, value):
                found &= ~(1 << number)
        if len(self) < _MOST_VALUES:
            self[value] = found
        return found


def _numbered(rules: Sequence[Rule], always: int) -> dict[int, Rule]:
    """Returns the rules by number: the first rule of each row has the number of the row, others
    have one that is no row's, nor of those that `always` hold."""
    found: dict[int, Rule] = {}
    free = max(always.bit_length(), *(1 + rule.row for rule in rules))
    for rule in rules:
        if rule.row in found:
            found[free] = rule
            free += 1
        else:
            found[rule.row] = rule
    return found
