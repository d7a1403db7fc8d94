"""Caches templates for lines with unknown facts, for lines whose cases take the same rows.

Each line is evaluated in all its cases, and the network confirms each. Cached is which fact a case
is split by, what topics choose in it, and the template of all cases together. Amounts depend only
on what was sent, so cases that take the same rows have equal outcomes; if cases that take different
rows could have equal amounts, nothing is cached.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from operator import and_
from typing import Final, NamedTuple

from msgspec.structs import replace

from engine.decision.building import chosen
from engine.decision.cases import MOST_CASES, MOST_SPLIT
from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import UNKNOWN
from engine.decision.engines import MOST_ASKED_APART
from engine.decision.evaluation import MOST_OF_A_REQUEST, Budget, EvaluatedLine, Evaluation, Found
from engine.decision.evaluator import MOST_AT_ONCE, Split
from engine.decision.finish import FinishedLine
from engine.decision.open_fields import forget_net
from engine.decision.outcome import Outcome, recorded_outcome
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import Deadline, Decision
from engine.decision.rules.row_rules import picker
from engine.decision.template_cache import (
    MOST_KEPT,
    CachedTemplate,
    Key,
    TemplateCache,
    amounts_or_readings_decide,
)
from engine.decision.topics.money import money
from engine.decision.topics.sums import figures_of
from engine.decision.unknown_facts import is_certain

_MOST_NUMBERS: Final = 8_192
"""The most sets of rows whose numbers are cached."""

_MOST_FORMS: Final = 64
"""The most sets of facts sent together for which it is counted which slot is in doubt."""

_NEW: Final = -2
_NOT_KEPT: Final = -1
"""Instead of a slot: the outcome of a case does not follow from any key."""


class _Kept(NamedTuple):
    """A template with its outcome, without the last day that `tell` finds; `asks`: facts are asked
    for; `of_a_case`: it is filled from the first case, not from what was sent. `spent` counts the
    cases."""

    cached: CachedTemplate
    outcome: Outcome
    tell: Callable[[list[int]], Deadline] | None
    asks: bool
    of_a_case: bool
    spent: int


class _First(NamedTuple):
    """The first case of a line: the line itself or a case of it, with one more supposed value, and
    the evaluator's result for that, if any."""

    line: EvaluatedLine
    slot: int = -1
    value: int = UNKNOWN
    found: Found = ()

    def evaluation(self, *, alone: bool) -> Evaluation:
        """Returns the case in a form by which topics can choose rows."""
        if not self.found:
            return self.line.evaluation
        pair = self.slot, self.value
        return self.line.evaluation.supposing(*pair, self.found, None, alone=alone)

    def priced(self, *, alone: bool) -> EvaluatedLine:
        """Returns a line that has the values by which the amounts of the case are worked out: what
        was sent and what topics derive, without supposed values."""
        line = self.line
        if not self.found:
            return line
        case = EvaluatedLine(line.engines, line.facts.copied(line.facts.values))
        line.engines.evaluator(alone=alone).write(case.facts.values, self.found[2])
        return case


class Walk:
    """The cases of one line, with what is kept of such a line.

    `cases` are the line and each case as an evaluator finds them, `first` is the first case, and
    `key` that of all. `spent` counts the cases of the budget.
    """

    kept: _Kept | None = None
    first: _First | None = None
    root: Key = ()
    key: Key = ()
    spent = 0

    def __init__(self, line: EvaluatedLine, cases: Sequence[Found], *, alone: bool) -> None:
        self.line = line
        self.cases = cases
        self.alone = alone

    def record(self) -> tuple[Decision, EvaluatedLine] | None:
        """Returns the record of the line and the case it shows; None if it is not cached."""
        if (kept := self.kept) is None:
            return None
        line = self.line
        if kept.of_a_case and self.first is not None:
            line = self.first.evaluation(alone=self.alone)
            line.sure = reduce(and_, [rows for rows, *_ in self.cases[1:]])
        figures = kept.cached.figures(line)
        if figures.open:
            return None
        if kept.asks:
            forget_net(figures)
        if self.line.budget is not None:
            self.line.budget.left -= self.spent
        return kept.cached.template(line, figures), line

    def outcome(self) -> Outcome | None:
        """Returns the outcome of the line without its record; None if it is not cached."""
        if (kept := self.kept) is None:
            return None
        line = self.line
        if kept.of_a_case and self.first is not None:
            line = self.first.priced(alone=self.alone)
        last = kept.tell(line.facts.values).last_day if kept.tell else None
        if kept.asks:
            return replace(kept.outcome, last_day=last) if last else kept.outcome
        figures = kept.cached.amounts(line, {})
        if figures.open:
            return None
        net, fees = money(figures.net, line), money(figures.fee_total, line)
        return replace(kept.outcome, last_day=last, net=net, fee_total=fees)


@dataclass(slots=True)
class _Search:
    """A search through the cases of a line, and within these through the cases of further facts.

    `cases` collects them as an evaluator finds them, and `slots` those in which they differ; of the
    `budget`, `least` must be left. `looked_at` are the keys of cases by the rows that they take: as
    in `Cases`, a case that takes the rows of an earlier one is not looked at again.
    """

    budget: Budget
    least: int
    cases: list[Found]
    alone: bool
    slots: set[int] = field(default_factory=set)
    looked_at: dict[Hashable, Key] = field(default_factory=dict)
    first: _First | None = None
    root: Key = ()


class UnknownCache:
    """The templates of one policy for lines with unknown facts.

    Safe under threads: an entry never changes, and nothing more is cached for a line once it is
    found to depend on more than its keys.
    """

    def __init__(
        self, compiled: CompiledPolicy, templates: TemplateCache, most: int = MOST_KEPT
    ) -> None:
        self._templates = templates
        self._most = 0 if compiled.promises or compiled.whole_return.rows else most
        slots = compiled.slots
        self._doubts_no_row = "remedy" in slots.numbers or bool(slots.openings)
        self._looked_at = compiled.looked_at
        self._looked = picker([*compiled.looked_at])
        self._numbers: dict[Hashable, int] = {}
        self._read: dict[Hashable, int] = {}
        self._next = count(1)
        self._splits: dict[Key, int | None] = {}
        self._kept: dict[Key, _Kept] = {}
        self._expected: dict[Key, Split] = {}
        self._seen: dict[Key, int] = {}

    @property
    def kilobytes(self) -> float:
        """Estimates the memory it takes now."""
        numbers = 0.3 * (len(self._numbers) + len(self._read))
        return numbers + 1.0 * len(self._splits) + 14.0 * len(self._kept)

    def expected(self, sent: Iterable[str], *, alone: bool) -> Split | None:
        """Returns how to split lines of which these facts were sent, if most of them are in doubt
        because of the same slot."""
        return self._expected.get((alone, *sent)) if self._expected else None

    def seen(self, line: EvaluatedLine, split: Split, found: Found, *, alone: bool) -> Walk | None:
        """Returns the walk of a line that was split, if it is cached by what was found; has the
        network confirm the line and its cases then. Raises `Disagreement`."""
        kept = self._kept.get(self._short(line, split, found))
        if kept is None or (line.budget is not None and line.budget.left < kept.spent):
            return None
        line.engines.confirm_cases(found[3], (split.slot,), alone=alone)
        walk = Walk(line, found[3], alone=alone)
        walk.kept, walk.spent = kept, kept.spent
        if kept.of_a_case:
            walk.first = _First(line, split.slot, split.values[0], found[3][1])
        return walk

    def _short(self, line: EvaluatedLine, split: Split, found: Found) -> Key:
        """Returns the key of a line that was split; empty if it has none.

        It tells what the long key tells, because nothing but the slot is unknown.
        """
        _, more, unknown, _, masks_and_states = found
        if more or not split.number:
            return ()
        return split.number, unknown, self._looked(line.facts.values), masks_and_states

    def walk(self, line: EvaluatedLine, key: Key, *, alone: bool) -> Walk | None:
        """Works out the cases of a line, and has the network confirm the line and its cases.

        Returns None if nothing of it can be cached; raises `Disagreement`.
        """
        budget = line.budget = line.budget or Budget(MOST_OF_A_REQUEST)
        left = budget.left
        search = _Search(budget, max(0, left - MOST_CASES), [(line.true, line.told)], alone)
        whole = self._look(line, key, search) if self._most else None
        line.engines.confirm_cases(search.cases, search.slots, alone=alone)
        spent, budget.left = left - budget.left, left
        if whole is None:
            if left >= MOST_CASES and search.root in self._splits:
                self._splits[search.root] = _NOT_KEPT  # unless other lines used up the budget
            return None
        walk = Walk(line, search.cases, alone=alone)
        walk.root, walk.first, walk.spent = search.root, search.first, spent
        walk.key = (*line.facts.sent, whole)
        walk.kept = self._kept.get(walk.key)
        if line.split is None:
            self._expect(walk, search.slots)
        elif walk.kept is not None:
            self._keep(walk, walk.kept)
        return walk

    def _expect(self, walk: Walk, slots: set[int]) -> None:
        """Counts the slots that alone are in doubt in lines of which the same facts were sent."""
        line, key = walk.line, (walk.alone, *walk.line.facts.sent)
        if len(slots) != 1 or key in self._expected or len(self._seen) >= _MOST_FORMS:
            return
        (slot,) = slots
        seen = self._seen[key] = self._seen.get(key, 0) + 1
        values = line.engines.values.of(slot, ~0)
        if seen > MOST_ASKED_APART and len(values) <= MOST_AT_ONCE:
            split = line.engines.evaluator(alone=walk.alone).split(slot, values)
            number = 0 if self._is_read(slot) else next(self._next)
            self._expected[key] = split._replace(number=number)

    def keep(self, walk: Walk, line: FinishedLine, decision: Decision) -> None:
        """Caches the template of a line, if it depends on nothing but the keys of its cases."""
        if len(self._kept) < self._most and _depends_only_on_keys(walk, line):
            cached = CachedTemplate.of(line.evaluation, line.builder, line.template)
            main = line.evaluation.compiled.main_deadline
            kept = _Kept(
                cached=cached,
                outcome=replace(recorded_outcome(decision), last_day=None),
                tell=dict(cached.deadlines).get(main) if main else None,
                asks=line.asks,
                of_a_case=line.evaluation is not walk.line.evaluation,
                spent=walk.spent,
            )
            self._keep(walk, kept)
        elif walk.root:
            self._splits[walk.root] = _NOT_KEPT

    def _keep(self, walk: Walk, kept: _Kept) -> None:
        short = self._short(walk.line, *walk.line.split) if walk.line.split else ()
        if len(self._kept) < self._most:
            self._kept[short or walk.key] = kept._replace(spent=walk.spent)

    def _look(self, line: EvaluatedLine, key: Key, search: _Search) -> Key | None:
        """Returns the key of a line or a case with all cases within; None if it has none."""
        if search.budget.left < search.least:
            return None
        unknown: Key = ()
        if line.maybe != line.true:
            unknown = tuple([value == UNKNOWN for value in line.told])
        split = self._split(line, (tuple(line.facts.sent), line.supposed, key, unknown), search)
        if split == _NOT_KEPT:
            return None
        if split is None:
            search.first = search.first or _First(line)
            return key, unknown
        search.slots.add(split)
        values = line.values_of(split)
        search.budget.left -= len(values)
        if search.budget.left < search.least:
            return None
        within = self._look_within(line, split, values, search)
        return None if within is None else (key, unknown, within)

    def _look_within(
        self, line: EvaluatedLine, split: int, values: Sequence[int], search: _Search
    ) -> Key | None:
        """Returns the keys of the cases of a fact; of the only fact in doubt, each key once.

        That of a case in which no row is in doubt is the number of what topics read of it.
        """
        alone, numbers = search.alone, self._numbers
        value_is_read = self._is_read(split)
        found: list[Hashable] = []
        _, cases = line.cases_of(split, None, alone=alone)
        for value, case in zip(values, cases, strict=True):
            rows, told, _, states = case
            search.cases.append(case)
            if value_is_read or UNKNOWN in told:
                other = line.evaluation.supposing(split, value, case, None, alone=alone)
                key = self._look_once(other, search)
                if key is None:
                    return None
                found.append(key)
            else:
                number = numbers.get((rows, states))
                found.append(self._number(rows, states, line) if number is None else number)
                if search.first is None:
                    search.first = _First(line, split, value, case)
        if search.budget.left < search.least:
            return None
        return tuple(dict.fromkeys(found) if len(search.slots) == 1 else found)

    def _look_once(self, case: Evaluation, search: _Search) -> Key | None:
        """Returns the key of a case, which is that of an earlier case that takes the same rows."""
        taken = case.taken if case.maybe == case.true else None
        key = search.looked_at.get(taken) if taken is not None else None
        if key is None:
            key = self._look(case, self._templates.key(case, alone=search.alone), search)
            if key is not None and taken is not None:
                search.looked_at[taken] = key
        return key

    def _is_read(self, slot: int) -> bool:
        """Whether topics read the value of a slot, so that cases of the same rows differ."""
        return self._doubts_no_row or slot in self._looked_at

    def _number(self, rows: int, states: Sequence[int], line: EvaluatedLine) -> Hashable:
        """Returns a number for what topics read of a case in which no row is in doubt.

        The values that they read are those of the line, whose key holds them.
        """
        read = self._templates.chosen(rows, line.facts.values, states, True)
        read = read[: len(read) - len(self._looked_at)]
        if len(self._numbers) >= _MOST_NUMBERS:
            return self._read.get(read, read)
        found = self._read.setdefault(read, next(self._next))
        self._numbers[rows, states] = found
        return found

    def _split(self, line: EvaluatedLine, key: Key, search: _Search) -> int | None:
        """Returns the slot whose values are supposed next, if any; it depends on `key` alone."""
        if line.maybe == line.true and not self._doubts_no_row:
            return None
        search.root = search.root or key
        found = self._splits.get(key, _NEW)
        if found == _NEW:
            if len(self._splits) >= self._most:
                return _NOT_KEPT
            evaluation = line.evaluation
            found = self._splits[key] = _split_of(
                evaluation, chosen(evaluation, alone=search.alone)
            )
        return found


def _split_of(evaluation: Evaluation, rows: OutcomeBuilder) -> int | None:
    doubts = [pair for pair in evaluation.doubts.items() if pair[0] not in evaluation.supposed]
    if amounts_or_readings_decide(evaluation, rows):
        return _NOT_KEPT
    if not doubts or (evaluation.before is None and is_certain(evaluation, rows)):
        return None
    if len(evaluation.supposed) >= MOST_SPLIT:
        return _NOT_KEPT
    counted = evaluation.engines.counted
    return next((slot for slot, fact in doubts if fact not in counted), _NOT_KEPT)


def _depends_only_on_keys(walk: Walk, line: FinishedLine) -> bool:
    """Whether the outcome follows from the keys of all cases, whatever the amounts are."""
    evaluations = [walk.line.evaluation, *[evaluation for evaluation, _ in line.cases]]
    found = [chosen(evaluation, alone=walk.alone) for evaluation in evaluations]
    if any(_depends_on_amounts(*pair) for pair in zip(evaluations, found, strict=True)):
        return False
    root, *cases = found
    settled = [rows for rows in cases if rows.basis is not None]
    shown = root if line.evaluation is walk.line.evaluation else cases[0]
    compared = [shown, *settled] if line.builder.basis is not None else settled
    return all(
        _amount_sources(rows) == _amount_sources(compared[0]) for rows in compared
    ) and _differ(settled)


def _depends_on_amounts(evaluation: Evaluation, rows: OutcomeBuilder) -> bool:
    """Whether amounts or readings decide which rows are taken, or an amount is open."""
    return amounts_or_readings_decide(evaluation, rows) or bool(figures_of(evaluation, rows).open)


def _amount_sources(rows: OutcomeBuilder) -> tuple[object, ...]:
    """Returns everything from which amounts are worked out, except fees."""
    legs = rows.legs if rows.dated else None
    return (rows.basis, rows.pays, rows.outbound_rule, rows.to_take, rows.dated, legs)


def _differ(settled: Sequence[OutcomeBuilder]) -> bool:
    """Whether cases with different fee rows have different outcomes, whatever the amounts are."""
    found: dict[object, object] = {}
    for rows in settled:
        charged = [(kind, row) for kind, row in rows.charged]
        taken = sorted((kind, row.body.taken if row else "") for kind, row in charged)
        shape = (rows.verdict.answer, rows.verdict.code, tuple(taken), tuple(rows.legs))
        bits = [(kind, row.asked.bit if row else None) for kind, row in charged]
        if found.setdefault(shape, bits) != bits:
            return False
    return True
