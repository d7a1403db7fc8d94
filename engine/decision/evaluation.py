"""Evaluates a line: works out in one pass which rows hold and what topics derive.

    line ── generated function ── rows that hold or may hold ── network confirms ── topics choose

A fact that was not sent makes cases: the line is worked out again for each value it could have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.encoding import UNKNOWN
from engine.decision.engines import Engines
from engine.decision.evaluator import Evaluator, Split
from engine.decision.facts import Facts
from engine.decision.figures.amounts import Worth
from engine.decision.figures.clocks import Standing
from engine.decision.figures.counts import facts_in
from engine.decision.rules.row_rules import CompiledCondition
from engine.decision.slots import NOW_CAME
from engine.meaning.lowering.policy import Forced
from engine.policy.conditions import leaves
from engine.policy.model import PRESENCE, Amount, Body, Clock, Quantity, Start

B = TypeVar("B", bound=Body)

Found = Sequence[Any]
"""The result of an evaluator: `Evaluator.rows`."""

MOST_OF_A_REQUEST: Final = 4_096
"""The most cases that are worked out over all lines of a return."""

_FOUND_BY_DEMANDS: Final = ("failed", "missing")


class Budget:
    """Counts down the cases of unknown facts that one request may work out, over all its lines."""

    def __init__(self, cases: int) -> None:
        self.left = cases


class OpenEnds(NamedTuple):
    """The dates, by slot, on which depends which row of a deadline is taken, and whether its state
    is the same for all."""

    dates: dict[int, str]
    state_is_sure: bool


class EvaluatedLine:
    """The facts of a line, and the masks of rows that hold (`true`) or may hold (`maybe`).

    `sure` is the mask of rows that hold in every case of unknown facts; `derived` are the values
    that topics derive, `told` those that the network is told; `states` are the states of its
    deadlines that topics read.
    """

    true = 0
    maybe = 0
    sure = ~0
    supposed: frozenset[int] = frozenset()
    derived: Sequence[int] = ()
    told: Sequence[int] = ()
    states: Sequence[int] = ()
    _slots: Sequence[int] = ()
    _evaluation: Evaluation | None = None
    split: tuple[Split, Found] | None = None
    """How the line was worked out together with its cases of a slot, if it was, and the result."""
    _found: dict[int, tuple[Sequence[int], Sequence[Found]]] | None = None

    def __init__(self, engines: Engines, facts: Facts, budget: Budget | None = None) -> None:
        self.engines = engines
        self.budget = budget
        self.compiled = engines.compiled
        self.facts = facts

    def worth(self, amount: Amount) -> Worth:
        """Works out an amount for this line."""
        return self.engines.worth(amount)(self.facts.values)

    def work_out(self, forced: Forced | None = None, *, alone: bool = True) -> None:
        """Works out the line without asking the network; its answer may be `forced`.

        `alone`: the line is the whole return.
        """
        engines = self.engines
        plainly = alone and forced is None
        evaluator = engines.alone if plainly else engines.evaluator(forced, alone=alone)
        self.take(evaluator, evaluator.work_out(self.facts.values))

    def confirm(self) -> None:
        """Asks the network whether the same rows hold; raises `Disagreement` if not."""
        self.engines.confirm(self.true, self.told)

    def take(self, evaluator: Evaluator, found: Found, maybe: int | None = None) -> None:
        """Takes over the result of an evaluator, and writes derived facts to their slots.

        `maybe` is the mask of the rows that may hold, if it is known already.
        """
        values, self._slots = self.facts.values, evaluator.slots
        self.true, self.told, self.derived, self.states = found
        if maybe is None:
            maybe = evaluator.may_hold.at(values)[0] if UNKNOWN in self.told else self.true
        self.maybe = maybe
        if self.derived:
            evaluator.write(values, self.derived)

    def values_of(self, slot: int) -> list[int]:
        """Returns one value of each kind that the rows distinguish which may hold."""
        return self.engines.values.of(slot, self.maybe)

    def take_split(self, split: Split, found: Found, *, alone: bool) -> None:
        """Takes over the result of a split: the line, and its cases of one slot."""
        self.split = split, found
        evaluator = self.engines.alone if alone else self.engines.evaluator(alone=False)
        self.take(evaluator, found[3][0], found[0])

    def cases_of(
        self, slot: int, forced: Forced | None, *, alone: bool
    ) -> tuple[Sequence[int], Sequence[Found]]:
        """Returns the supposed values of a slot, with the evaluator's result for each."""
        if self._found is None:
            self._found = {}
        if slot not in self._found:
            values = self.values_of(slot)
            self._found[slot] = values, self._cases_of(slot, values, forced, alone=alone)
        return self._found[slot]

    def _cases_of(
        self, slot: int, values: Sequence[int], forced: Forced | None, *, alone: bool
    ) -> Sequence[Found]:
        if self.split is not None and self.split[0].slot == slot:
            split, found = self.split
            return split.some(found[3][1:], values)
        every = self.engines.values.of(slot, ~0)
        return self.engines.evaluator(forced, alone=alone).cases(
            slot, self.started(), values, every
        )

    def started(self) -> list[int]:
        """Returns the values of all slots before topics derived any."""
        values = self.facts.values.copy()
        for slot in self._slots:
            values[slot] = UNKNOWN
        return values

    def opened(self) -> Evaluation:
        """Returns the same evaluation in a form by which topics can choose rows."""
        found = Evaluation(self.engines, self.facts, self.budget)
        found.true, found.maybe, found.states = self.true, self.maybe, self.states
        found.told, found.derived = self.told, self.derived
        found.start, found.split = self.started(), self.split
        if self._found is None:
            self._found = {}
        found._found = self._found
        return found

    @property
    def evaluation(self) -> Evaluation:
        """The same evaluation for topics; made on first use."""
        if self._evaluation is None:
            self._evaluation = self.opened()
        return self._evaluation


class Evaluation(EvaluatedLine):
    """An evaluation by which topics choose rows.

    `doubts` collects by slot the unknown facts that leave a table undecided, `unsure` these tables
    with their facts, and `unsettled` those of them for which no fact can be sent, with the bodies
    of the rows that may apply. `standings` are the deadlines that have a row, `open_ends` those of
    which it is open which row that is. `supposed` are the slots with a supposed value, which only
    rows read; `before` is the evaluation of what was sent.
    """

    budget: Budget
    before: Evaluation | None = None

    def __init__(self, engines: Engines, facts: Facts, budget: Budget | None = None) -> None:
        super().__init__(engines, facts, budget or Budget(MOST_OF_A_REQUEST))
        self.start = facts.values.copy()
        self.stood: dict[int, Standing] = {}
        self.doubts: dict[int, str] = {}
        self.unsure: dict[str, tuple[str, ...]] = {}
        self.unsettled: dict[str, list[Any]] = {}
        self.standings: Mapping[str, Standing] = {}
        self.open_ends: dict[str, OpenEnds] = {}
        self._supposed: dict[tuple[int, int], Evaluation] = {}

    def again(self, values: list[int] | None = None) -> Evaluation:
        """Returns a new evaluation of the same facts, or of other values; not worked out yet."""
        taken = self.start if values is None else values
        return Evaluation(self.engines, self.facts.copied(taken), self.budget)

    def as_sent(self) -> Evaluation:
        """Returns a new evaluation of what was sent, without supposed values; not worked out."""
        return (self.before or self).again()

    def cases(
        self, slot: int, forced: Forced | None, *, alone: bool
    ) -> Iterator[tuple[int, Found]]:
        """Yields each supposed value of a slot with the evaluator's result for it.

        Each is one case of the budget; it stops when the budget is spent.
        """
        for pair in zip(*self.cases_of(slot, forced, alone=alone), strict=True):
            self.budget.left -= 1
            if self.budget.left < 0:
                return
            yield pair

    def supposing(
        self, slot: int, value: int, found: Found, forced: Forced | None, *, alone: bool
    ) -> Evaluation:
        """Returns the case with one more supposed value; `found` is the evaluator's result."""
        case = self._supposed.get((slot, value))
        if case is not None:
            return case
        case = self._supposed[slot, value] = self.again()
        case.start[slot] = case.facts.values[slot] = value
        case.supposed, case.before = self.supposed | {slot}, self.before or self
        case.stood = {} if slot in self.engines.openings else self.stood
        case.take(self.engines.evaluator(forced, alone=alone), found)
        return case

    def started(self) -> list[int]:
        """Returns the values of all slots before topics derived any, with the supposed ones."""
        return self.start

    @property
    def evaluation(self) -> Evaluation:
        """Itself."""
        return self

    @property
    def undecided(self) -> tuple[str, ...]:
        """The unknown facts that leave a table undecided."""
        return tuple(dict.fromkeys(self.doubts.values()))

    def evaluate(self, forced: Forced | None = None, *, alone: bool = True) -> Evaluation:
        """Works out the line and has the network confirm it; raises `Disagreement`."""
        self.work_out(forced, alone=alone)
        self.confirm()
        return self

    def take(self, evaluator: Evaluator, found: Found, maybe: int | None = None) -> None:
        """Takes over the result of an evaluator; amounts still see supposed facts as unknown."""
        super().take(evaluator, found, maybe)
        for slot in self.supposed:
            if slot != self.compiled.slots.numbers["wanted"] and slot not in self.engines.openings:
                self.facts.values[slot] = UNKNOWN

    @property
    def taken(self) -> tuple[object, ...]:
        """What topics read when they choose rows: cases of one line with the same `taken` agree."""
        compiled, true = self.compiled, self.true
        firsts = tuple([(hit := true & mask) & -hit for mask in compiled.firsts])
        wanted = self.facts.value("wanted")
        return (true & compiled.each, firsts, self.derived, self.states, wanted)

    def look_again(self, table: CompiledTable[B]) -> Evaluation:
        """Works out the rows of one table again, from slots that topics have filled since."""
        evaluator, values = self.engines.at_rest, self.facts.values
        rows, told, *_ = evaluator.work_out(values)
        self.engines.confirm(rows, told, table.mask)
        self.true = rows & table.mask
        self.maybe = evaluator.may_hold.at(values)[0] & table.mask
        return self

    def stand(self, row: CompiledRow[Clock]) -> Standing:
        """Reads a clock; cases share the result, because of all supposed values clocks read only
        whether they open too late."""
        bit = row.asked.bit
        found = self.stood.get(bit)
        if found is None:
            found = self.stood[bit] = self.engines.clocks[bit].stand(self.facts.values)
        return found

    def holds(self, asked: CompiledCondition) -> bool | None:
        """Whether a condition holds; None if that depends on an unknown fact."""
        if self.true & asked.mask:
            return True
        return None if self.maybe & asked.mask else False

    def pick(self, table: CompiledTable[B]) -> CompiledRow[B] | None:
        """Returns the first row that applies; notes the table as undecided if another could."""
        if table.only is not None:
            return table.only
        true, maybe = self.true, self.maybe
        hit = true & table.mask
        first = hit & -hit
        if maybe != true:
            open_ = maybe & ~true & table.mask
            if open_ and (not first or open_ & (first - 1)):
                self.note(table, self.candidates(table))
        return table.by_mask[first] if first else None

    def candidates(self, table: CompiledTable[B]) -> list[CompiledRow[B]]:
        """Returns the rows that could be the first to apply: one if certain, none if no row can."""
        hit = self.true & table.mask
        first = hit & -hit
        open_ = self.maybe & ~self.true & table.mask
        if first:
            open_ &= first - 1
        found = [row for row in table.rows if row.asked.mask & open_] if open_ else []
        return [*found, table.by_mask[first]] if first else found

    def possible(self, table: CompiledTable[B]) -> list[CompiledRow[B]]:
        """Returns every row that applies or could apply, in order."""
        return _rows(table, (self.true | self.maybe) & table.mask)

    def applying(self, table: CompiledTable[B]) -> list[CompiledRow[B]]:
        """Returns every row that applies, in order; notes those that depend on unknown facts."""
        hit = self.true & table.mask
        if self.maybe & table.mask != hit:
            self.note(table, [row for row in table.rows if self.holds(row.asked) is None])
        return _rows(table, hit)

    def note(self, table: CompiledTable[B], rows: Sequence[CompiledRow[B]]) -> None:
        """Notes the unknown facts that leave a table undecided.

        If it depends on a figure that is open, these are the facts from which it is worked out.
        """
        names: dict[int, str] = {}
        for row in rows:
            names |= self._unknown(row.asked)
        found: dict[int, str] = {}
        for slot, name in names.items():
            found |= self._sources(name) if self._amounts(name) else {slot: name}
        if not found:
            self.unsettled[table.name] = [row.body for row in rows]
        self.doubts |= found
        self.unsure[table.name] = tuple(dict.fromkeys((found or names).values()))

    def _sources(self, figure: str) -> dict[int, str]:
        """Returns the unknown facts from which a figure is worked out, by slot."""
        slots = self.compiled.slots
        found: dict[int, str] = {}
        for name in sorted({name for each in self._amounts(figure) for name in facts_in(each)}):
            slot = slots.numbers[name]
            if self.facts.values[slot] == UNKNOWN:
                found |= {slot: name} if slots.can_be_sent(name) else self._sources(name)
        return found

    def _amounts(self, figure: str) -> list[Quantity]:
        """Returns the amounts that may make up a figure: the base, fees, or what a limit leaves."""
        compiled, (part, _, field) = self.compiled, figure.partition(".")
        if figure == "base":
            tables: list[CompiledTable[Any]] = [compiled.value, *compiled.remedies]
            return [row.body.of for table in tables for row in self.possible(table)]
        if part in ("fees", "fee_total"):
            fees = [table for table in compiled.fees if field in ("", table.part)]
            return [row.body.fee for table in fees for row in self.possible(table)]
        limits = [table for table in compiled.limits if table.part == part]
        bodies = [row.body for table in limits for row in self.possible(table)]
        return [
            each
            for body in bodies
            for each in (body.used, body.adds, body.at_most, body.under, body.at_least)
            if each is not None
        ]

    def note_open_pause(self, table: CompiledTable[B]) -> None:
        """Notes that the row of a deadline depends on today's date, because a pause is not over."""
        self.doubts[self.compiled.slots.numbers[NOW_CAME]] = "deadlines"
        self.unsure[table.name] = ("deadlines",)

    def note_opening(self, table: CompiledTable[B], openings: tuple[int, ...]) -> None:
        """Notes that the state of a deadline depends on dates from which its clock opens."""
        names = {slot: self.engines.openings[slot] for slot in openings}
        self.doubts |= names
        self.unsure[table.name] = tuple(names.values())

    def note_open_ends(
        self, table: CompiledTable[B], starts: Iterable[Start], *, state_is_sure: bool
    ) -> None:
        """Notes that the row of a deadline depends on dates from which clocks run, and its state
        too unless it is sure. Rows that read them are in doubt by themselves."""
        found = self._unsent(starts)
        self.open_ends[table.part] = OpenEnds(found, state_is_sure)
        self.unsure[table.name] = tuple(found.values())

    def note_states(self) -> None:
        """Notes that an answer depends on how deadlines stand."""
        for ends in self.open_ends.values():
            self.doubts |= {} if ends.state_is_sure else ends.dates

    def _unsent(self, starts: Iterable[Start]) -> dict[int, str]:
        """Returns the dates of some starts that were not sent, by slot."""
        slots = self.compiled.slots
        dates = {slots.slot(each.fact): each.fact for start in starts for each in start.dates}
        return {slot: name for slot, name in dates.items() if self.start[slot] == UNKNOWN}

    def doubt(self, asked: CompiledCondition) -> bool:
        """Notes the unknown facts on which a condition depends that is no row's `when`.

        Returns whether there are any. Facts that a topic would have worked out, had the line not
        been refused, are left out.
        """
        found = {
            slot: fact
            for slot, fact in self._unknown(asked).items()
            if self.compiled.slots.can_be_sent(fact)
            or fact in self.compiled.of_deadlines
            or slot in self.engines.openings
        }
        self.doubts |= found
        return bool(found)

    def waits(self, asked: CompiledCondition) -> Iterable[str]:
        """Returns the unknown facts on which a condition depends; none if it is decided."""
        return self._unknown(asked).values() if self.holds(asked) is None else ()

    def _unknown(self, asked: CompiledCondition) -> dict[int, str]:
        """Returns the unknown facts on which a condition depends, by slot.

        Tests of `known` and `unknown` depend on none. Tests of `failed` and `missing` depend on
        the facts that the named demands test, those of a deadline on the dates of its clock.
        """
        values, slots = self.facts.values, self.compiled.slots
        found: dict[int, str] = {}
        for leaf in leaves(asked.condition):
            slot = slots.of_leaf(leaf)
            if leaf.op in PRESENCE or values[slot] != UNKNOWN or slot in self.supposed:
                continue
            if leaf.fact in self.compiled.of_deadlines:
                found |= self._of_clocks(leaf.fact) or {slot: leaf.fact}
            elif leaf.fact not in _FOUND_BY_DEMANDS:
                found[slot] = leaf.fact
            for row in self.compiled.demands.rows if leaf.fact in _FOUND_BY_DEMANDS else ():
                if row.inner is not None and leaf.words[0] in (row.row.id, *row.body.need):
                    found |= self._unknown(row.inner)
        return found

    def _of_clocks(self, fact: str) -> dict[int, str]:
        """Returns the dates that were not sent on which a fact about deadlines depends, or what is
        supposed of them, by slot; none if it depends on today's date."""
        part, _, field = fact.partition(".")
        ends = [each for name, each in self.open_ends.items() if part in (name, "deadlines")]
        if ends:
            return {slot: date for each in ends for slot, date in each.dates.items()}
        named = self.standings.get(part)
        standings = self.standings.values() if named is None else (named,)
        if field in ("", "state"):
            openings = [slot for standing in standings for slot in standing.unopened]
            return {slot: self.engines.openings[slot] for slot in openings}
        starts = [start for standing in standings for start in standing.awaited_for(field)]
        return self._unsent(starts)


def _rows(table: CompiledTable[B], mask: int) -> list[CompiledRow[B]]:
    """Returns the rows of a mask, in their order."""
    found: list[CompiledRow[B]] = []
    while mask:
        low = mask & -mask
        found.append(table.by_mask[low])
        mask ^= low
    return found
