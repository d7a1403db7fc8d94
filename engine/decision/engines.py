"""The engines of one policy: the generated functions that choose rows, and the network.

The functions choose; the network is asked about every choice and must agree. What they are made of
is made once per policy, on first use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from engine.decision.compiled import compile_policy
from engine.decision.distinguished_values import DistinguishedValues, counted_facts
from engine.decision.evaluator import Evaluator
from engine.decision.figures.amounts import WorthOf, worth_of
from engine.decision.figures.clocks import ClockReader
from engine.decision.lowering import of_a_line, of_slots
from engine.decision.rules.case_question import CaseQuestion
from engine.decision.rules.network import Network
from engine.meaning.lowering.policy import Forced
from engine.policy.model import Amount, Clock, Policy

MOST_ASKED_APART: Final = 64
"""How many lines have each of their cases asked of the network alone, before a question for all
cases at once is built."""

MOST_CASE_QUESTIONS: Final = 8
"""The most questions for all cases at once of one policy."""

_MOST_PATTERNS: Final = 1_024
"""The most sets of slots in doubt together of which lines are counted."""


class Engines:
    """The compiled policy with its network and its evaluators. Safe under threads."""

    def __init__(self, policy: Policy, *, native: bool) -> None:
        self.compiled = compile_policy(policy)
        self.native = native
        question = self.compiled.question
        self.network = (
            Network(question.rules, len(question.used)) if native and question.rules else None
        )
        self.clocks = {
            row.asked.bit: ClockReader(row.body, self.compiled.slots)
            for table in self.compiled.deadlines
            for row in table.rows
        }
        self.values = DistinguishedValues(self.compiled)
        self.openings = {self.compiled.slots.slot(e): e for e in self.compiled.slots.supposed}
        """What is supposed of openings, by slot."""
        self.counted = counted_facts(policy) | self.compiled.of_deadlines
        self._clocks: dict[int, ClockReader] = {}
        self._worths: dict[int, WorthOf] = {}
        self.sums: dict[object, Any] = {}
        """Functions that work out the figures of chosen rows; cached by `topics/sums`."""
        self._evaluators: dict[object, Evaluator] = {}
        self._case_questions: dict[object, CaseQuestion] = {}
        self._lines_in_doubt: Counter[object] = Counter()

    @property
    def kilobytes(self) -> float:
        """Estimates the memory they take now, without the network."""
        splits = sum(each.kilobytes for each in self._evaluators.copy().values())
        return self.compiled.kilobytes + 2.0 * len(self.sums) + splits

    def evaluator(self, forced: Forced | None = None, *, alone: bool = True) -> Evaluator:
        """Returns the evaluator of a line, whose answer may be `forced`; made on first use."""
        key = (alone, forced.answer, forced.code, repr(forced.sets)) if forced else alone
        found = self._evaluators.get(key)
        if found is None:
            found = Evaluator(self.compiled, of_a_line(self.compiled, forced, alone=alone))
            self._evaluators[key] = found
        return found

    @cached_property
    def alone(self) -> Evaluator:
        """The evaluator of a line that is the whole return."""
        return self.evaluator()

    @property
    def at_rest(self) -> Evaluator:
        """The evaluator of the rows alone: it reads derived facts from their slots."""
        found = self._evaluators.get("at rest")
        if found is None:
            found = self._evaluators["at rest"] = Evaluator(self.compiled, of_slots(self.compiled))
        return found

    def confirm(self, rows: int, told: Sequence[int], of: int = ~0) -> None:
        """Asks the network which rows hold; raises `Disagreement` if it differs within mask `of`.

        `told` are the values of the network's fields.
        """
        if self.network is None:
            return
        found = self.network.matches(told) | self.compiled.question.always
        if found != rows and (found ^ rows) & of:
            raise Disagreement(f"rows {found & of:#x} and {rows & of:#x}")

    def confirm_cases(
        self, cases: Sequence[Sequence[Any]], supposed: Iterable[int], *, alone: bool
    ) -> None:
        """Asks the network about the cases of a line; raises `Disagreement` if any differs.

        Each case is its rows with the values of the network's fields, and what else an evaluator
        finds; `supposed` are the slots in which they differ. All are one question, once many lines
        had cases of the same slots.
        """
        if self.network is None:
            return
        if len(cases) == 1:
            self.confirm(*cases[0][:2])
            return
        slots = frozenset(supposed)
        key = alone, slots
        question = self._case_questions.get(key)
        if question is None:
            counted = self._lines_in_doubt
            if key in counted or len(counted) < _MOST_PATTERNS:
                counted[key] += 1
            few = counted[key] <= MOST_ASKED_APART
            if few or len(self._case_questions) >= MOST_CASE_QUESTIONS:
                for rows, told, *_ in cases:
                    self.confirm(rows, told)
                return
            varied = self.evaluator(alone=alone).varied(slots)
            question = self._case_questions[key] = CaseQuestion(self.compiled.question, varied)
        if differs := question.differs(cases):
            raise Disagreement(differs)

    def worth(self, amount: Amount) -> WorthOf:
        """Returns the function that works out an amount of this policy; made once per amount."""
        found = self._worths.get(id(amount))
        if found is None:
            found = self._worths[id(amount)] = worth_of(amount, self.compiled.slots)
        return found

    def clock(self, clock: Clock) -> ClockReader:
        """Returns the reader of a clock that is no row of a deadline; made once per clock."""
        found = self._clocks.get(id(clock))
        if found is None:
            found = self._clocks[id(clock)] = ClockReader(clock, self.compiled.slots)
        return found

    def close(self) -> None:
        """Frees the network."""
        for network in (self.network, *self._case_questions.values()):
            if network is not None:
                network.close()


class Disagreement(Exception):
    """The network and the generated function chose different rows."""
