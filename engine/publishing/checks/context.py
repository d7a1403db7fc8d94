"""One edition under checks: its example returns, its questions, and the words for examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from engine.comparing.returns import value_text
from engine.decision.compiled import CompiledPolicy, CompiledRow, CompiledTable
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.rules.explained_test import number_text
from engine.meaning.asking import Answer
from engine.meaning.graph import Node
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import Effective, Policy, Row
from engine.policy.vocabulary import FactType
from engine.publishing.checks.asked import Asked, Each
from engine.publishing.checks.rank import outweighs
from engine.publishing.checks.search.sampler import Sampler, Score, Tried, searched
from engine.publishing.checks.search.values import Given

AnyRow = CompiledRow[Any]
AnyTable = CompiledTable[Any]
"""A table of any topic, which says of what type the bodies of its rows are."""
FIRST: Final = ("first", "only_one")
"""Tie rules under which the first row that holds is taken."""

_MOST_SHOWN: Final = 8
ALWAYS_SHOWN: Final = ("ordered", "delivered", "requested")


@dataclass
class CheckContext:
    """An edition with what its checks share; `days` are those of the whole file."""

    policy: Policy
    days: Effective
    _none: dict[str, list[Each]] = field(default_factory=dict)
    _free: dict[str, list[Node]] = field(default_factory=dict)

    @cached_property
    def bench(self) -> Sampler:
        """Tries returns under the edition."""
        return Sampler(self.policy)

    @cached_property
    def seeds(self) -> list[Given]:
        """The example returns."""
        return self.bench.seeds()

    @property
    def compiled(self) -> CompiledPolicy:
        """The compiled plan of the edition."""
        return self.bench.compiled

    @cached_property
    def asked(self) -> Asked:
        """Answers questions about all returns of the edition."""
        return Asked(self.bench, self.days)

    @cached_property
    def asked_of_values(self) -> Asked:
        """Answers questions about returns that send a value for every fact."""
        return Asked(self.bench, self.days, null=False)

    def free(self, table: AnyTable) -> list[Node]:
        """Returns where each row of a table is taken."""
        if table.name not in self._free:
            self._free[table.name] = [
                self.asked.where(table.table.topic, [row.row], self.beating(table, index)[1][-1])
                for index, row in enumerate(table.rows)
            ]
        return self._free[table.name]

    def beating(self, table: AnyTable, index: int) -> tuple[list[AnyRow], list[Each]]:
        """Returns the rows that beat one where both hold, and where the first N of them do not."""
        decide, row = table.table.decide, table.rows[index]
        if decide in FIRST:
            if table.name not in self._none:
                self._none[table.name] = self.asked.none_of(each.row for each in table.rows)
            return list(table.rows[:index]), self._none[table.name][: index + 1]
        by = [
            other
            for at, other in enumerate(table.rows)
            if at != index
            and decide != "add_up"
            and outweighs(other.body, row.body, decide, earlier=at < index)
        ]
        return by, self.asked.none_of(each.row for each in by)

    def tables(self) -> tuple[AnyTable, ...]:
        """Returns all tables in the order of evaluation."""
        compiled = self.compiled
        return (
            *compiled.deadlines,
            compiled.eligibility,
            *compiled.limits,
            compiled.demands,
            *compiled.remedies,
            compiled.goods,
            compiled.return_shipping,
            compiled.value,
            *compiled.fees,
            compiled.outbound_shipping,
            compiled.after_refusal,
            compiled.whole_return,
        )

    def look(self, score: Score, first: Iterable[str] = (), *, most: int = 400) -> Tried | None:
        """Finds a return whose score is zero, from the example returns on."""
        return searched(self.bench, self.seeds, score, first, most=most)

    def rows_of(self, *topics: str) -> Iterator[AnyRow]:
        """Yields the rows of some topics in the order of evaluation."""
        return (row for table in self.tables_of(*topics) for row in table.rows)

    def tables_of(self, *topics: str) -> list[AnyTable]:
        """Returns the tables of some topics in the order of evaluation."""
        return [table for table in self.tables() if table.table.topic in topics]

    # --- examples -------------------------------------------------------------------------------

    def winner(self, table: AnyTable, tried: Tried) -> AnyRow | None:
        """Returns the row of a table that decided a return."""
        return next((row for chosen, row in tried.builder.chosen if chosen is table), None)

    def said(self, given: Mapping[str, object], facts: Iterable[str]) -> str:
        """Describes a return in words: the facts that a check is about, as they were sent."""
        names = self._sent_as(facts) or list(given)
        shown = [f"{name} {value_text(given[name])}" for name in names if name in given]
        for name in (name for name in names if name not in given):
            assumed = self.policy.facts[name].if_not_sent
            shown.append(f"{name} {'not sent' if assumed is None else value_text(assumed)}")
        more = len(shown) - _MOST_SHOWN
        listed = ", ".join(shown[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"a return with {listed}"

    def _sent_as(self, facts: Iterable[str]) -> list[str]:
        """Returns the facts that a request sends for what tests read; for clocks, their days."""
        clocks = {"deadlines", *(table.part for table in self.compiled.deadlines)}
        found: list[str] = []
        for name in (fact.partition("#")[0] for fact in facts):
            part, _, field = name.partition(".")
            if name in self.policy.facts:
                found.append(name)
            elif part == "days_since" and field:
                found += [field, "requested"]
            elif part in clocks:
                found += ALWAYS_SHOWN
        return list(dict.fromkeys(found))

    def value(self, key: str, number: int) -> str:
        """Formats a value of a slot as a person would write it."""
        if number in (ABSENT, UNKNOWN):
            return "null" if number == ABSENT else "not sent"
        if "#" in key:
            return "there" if number else "not there"
        fact = self.compiled.slots.fact(key)
        if fact.type is FactType.WORD:
            return self.compiled.slots.word(key, number)
        return number_text(fact.type, number, self.policy.currency)

    # --- findings -------------------------------------------------------------------------------

    def of_row(self, code: str, row: Row, sentence: str, tried: Tried | None = None) -> Fault:
        """Builds a finding about a row; only a warning if the row comes from a base."""
        inherited = row.source.file != self.policy.file
        return Fault(
            code=code,
            source=row.source,
            sentence=sentence,
            level=Level.WARNING if inherited else Level.ERROR,
            example=tried.given if tried else None,
        )

    def of_answer(
        self,
        answer: Answer[Tried],
        says: Callable[[Tried], str],
        unknown: str = "",
        **fault: Any,
    ) -> Iterator[Fault]:
        """Yields the finding of a question: of the return that shows it, or what is `unknown`.

        Nothing is found if there is provably no such return.
        """
        if answer.shown is not None:
            yield Fault(sentence=says(answer.shown), example=answer.shown.given, **fault)
        elif unknown and not answer.never:
            yield Fault(sentence=unknown, **fault)


def facts_of(*rows: Row) -> list[str]:
    """Returns the facts that rows test, in the order written."""
    return list(dict.fromkeys(leaf.fact for row in rows for leaf in leaves(row.when)))


def listed(names: Iterable[str]) -> str:
    """Lists names in backticks, joined by "and"."""
    every = [f"`{name}`" for name in names]
    return " and ".join([", ".join(every[:-1]), every[-1]] if len(every) > 1 else every)
