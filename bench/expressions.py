"""The tables as expressions: nested conditionals, in the words of Zen and of CEL."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cel
import zen

from bench.items import Plain
from bench.tables import LEFT, FirstHit, Line, Outcome, Test, Value, outcome

Raw = list[Value]

LATER: Final = ("restocking", "disposition", "shipping", "packaging")
"""The tables that only an accepted line needs."""


def literal(value: Value) -> str:
    """A value as both languages write it."""
    return json.dumps(value)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes tables as one expression; a table that tests another takes in its expression."""

    tables: dict[str, FirstHit]
    both: str
    among: Callable[[str, str], str]
    not_among: Callable[[str, str], str]

    def verdict(self, accepted: str) -> str:
        """Answer and code of an item; `accepted` stands in for those that are accepted."""
        say = _verdict(accepted)
        return self._first_hit(self.tables["eligibility"], say)

    def settled(self) -> str:
        """The whole outcome of an accepted item."""
        parts = [self.value(name) for name in LATER]
        return f'["accept", "ok", {", ".join(parts)}]'

    def value(self, name: str) -> str:
        """What one table says."""
        return self._first_hit(self.tables[name], lambda line: literal(line.says[0]))

    def _first_hit(self, table: FirstHit, say: Callable[[Line], str]) -> str:
        *tested, last = table.lines
        found = say(last)
        for line in reversed(tested):
            holds = self.both.join(self._test(test) for test in line.tests)
            found = f"({holds}) ? {say(line)} : ({found})"
        return found

    def _test(self, test: Test) -> str:
        left = self._left(test.fact)
        if test.op == "in":
            return self.among(left, _listed(test.values))
        if test.op == "not in":
            return self.not_among(left, _listed(test.values))
        return f"{left} {test.op} {literal(test.values[0])}"

    def _left(self, fact: str) -> str:
        if fact == LEFT:
            return f"({self.value('window')}) - waited"
        return f"({self.value('disposition')})" if fact == "goods" else fact


def _verdict(accepted: str) -> Callable[[Line], str]:
    return lambda line: accepted if line.says[0] == "accept" else _listed(line.says)


def _listed(values: tuple[Value, ...]) -> str:
    return f"[{', '.join(map(literal, values))}]"


def read(raw: Raw) -> Outcome:
    """The outcome in a list that an expression gave."""
    return outcome(raw[:2], raw[2:])


def zen_expression(tables: dict[str, FirstHit]) -> Callable[[Plain], Raw]:
    """All tables as one compiled Zen expression."""
    writer = Writer(tables, " and ", lambda x, of: f"{x} in {of}", lambda x, of: f"{x} not in {of}")
    found: Callable[[Plain], Raw] = zen.compile_expression(
        writer.verdict(writer.settled())
    ).evaluate
    return found


def cel_programs(tables: dict[str, FirstHit]) -> tuple[Callable[[Plain], Raw], str]:
    """One CEL program, or one per table where CEL refuses one so deep; and which it is."""
    writer = Writer(tables, " && ", lambda x, of: f"({x} in {of})", lambda x, of: f"!({x} in {of})")
    try:
        return cel.compile(writer.verdict(writer.settled())).execute, "one program"
    except ValueError:
        return _program_per_table(writer), "a program per table"


def _program_per_table(writer: Writer) -> Callable[[Plain], Raw]:
    verdict = cel.compile(writer.verdict('["accept", "ok"]'))
    later = [cel.compile(writer.value(name)) for name in LATER]

    def decide(plain: Plain) -> Raw:
        context = cel.Context(dict(plain))
        found: Raw = verdict.execute(context)
        if found[0] == "accept":
            found += [program.execute(context) for program in later]
        return found

    return decide
