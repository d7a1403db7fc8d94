"""Caches templates for lines with unknown facts, for lines whose cases take the same rows.

Each line is evaluated in all its cases, and the network confirms each. Cached is which fact a case
is split by, what topics choose in it, and the template of all cases together. Amounts depend only
on what was sent, so cases that take the same rows have equal outcomes; if cases that take different
rows could have equal amounts, nothing is cached.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

from msgspec.structs import replace

from engine.decision.building import chosen
from engine.decision.cases import MOST_CASES, MOST_SPLIT
from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import UNKNOWN
from engine.decision.engines import MOST_ASKED_APART
from engine.decision.evaluation import MOST_OF_A_REQUEST, Budget, EvaluatedLine, Evaluation, Found
from engine.decision.finish import FinishedLine
from engine.decision.open_fields import forget_net
from engine.decision.outcome import Outcome, recorded_outcome
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import Decision
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

_MOST_VALUES: Final = 16
"""The most kinds of values of a slot whose cases are worked out with each line."""

_NEW: Final = -2
_NOT_KEPT: Final = -1
"""Instead of a slot: the outcome of a case does not follow from any key."""


class _Kept(NamedTuple):
    """A template with its outcome; `asks`: facts are asked for; `of_a_case`: it is filled from the
    first case, not from what was sent."""

    cached: CachedTemplate
    outcome: Outcome
    asks: bool
    of_a_case: bool


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


@dataclass(slots=True)
class Walk:
    """The cases of one line, with the `key` of all.

    `cases` are the rows of the line and of each case, with the fields of the network, and `slots`
    those in which they differ. `sure` is the mask of the rows that hold in every case, `first` the
    first case. `spent` counts its cases of the budget, of which `least` must be left.
    `looked_at` are the keys of cases by the rows that they take: as in `Cases`, a case that takes
    the rows of an earlier one is not looked at again.
    """

    line: EvaluatedLine
    budget: Budget
    alone: bool
    cases: list[tuple[int, Sequence[int]]]
    least: int
    slots: set[int] = field(default_factory=set)
    looked_at: dict[Hashable, Key] = field(default_factory=dict)
    first: _First | None = None
    root: Key = ()
    key: Key = ()
    sure: int = ~0
    spent: int = 0

    def shown(self, *, of_a_case: bool) -> EvaluatedLine:
        """Returns the line or the case that fills the template."""
        if not of_a_case or self.first is None:
            return self.line
        first = self.first.evaluation(alone=self.alone)
        first.sure = self.sure
        return first

    def priced(self, *, of_a_case: bool) -> EvaluatedLine:
        """Returns a line with the values that the amounts of the line or the first case read."""
        first = self.first if of_a_case else None
        return first.priced(alone=self.alone) if first is not None else self.line


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
        self._looked_at = len(compiled.looked_at)
        self._numbers: dict[Hashable, int] = {}
        self._read: dict[Hashable, int] = {}
        self._next = count()
        self._splits: dict[Key, int | None] = {}
        self._kept: dict[Key, _Kept] = {}
        self._expected: dict[Key, int] = {}
        self._seen: dict[Key, int] = {}

    @property
    def kilobytes(self) -> float:
        """Estimates the memory it takes now."""
        numbers = 0.3 * (len(self._numbers) + len(self._read))
        return numbers + 1.0 * len(self._splits) + 14.0 * len(self._kept)

    def walk(self, line: EvaluatedLine, key: Key, *, alone: bool) -> Walk | None:
        """Works out the cases of a line, and has the network confirm the line and its cases.

        Returns None if nothing of it can be cached; raises `Disagreement`.
        """
        budget = line.budget = line.budget or Budget(MOST_OF_A_REQUEST)
        left = budget.left
        cases: list[tuple[int, Sequence[int]]] = [(line.true, line.told)]
        walk = Walk(line, budget, alone, cases, max(0, left - MOST_CASES))
        whole = self._look(line, key, walk) if self._most else None
        line.engines.confirm_cases(cases, walk.slots, alone=alone)
        walk.spent, budget.left = left - budget.left, left
        if whole is not None:
            walk.key = (*line.facts.sent, whole)
            if line.cases_of_all_kinds is None:
                self._expect(walk)
            return walk
        if left >= MOST_CASES and walk.root in self._splits:
            self._splits[walk.root] = _NOT_KEPT  # unless other lines used up the budget
        return None

    def expected(self, sent: Iterable[str], *, alone: bool) -> int | None:
        """Returns the slot that is in doubt in most lines of which these facts were sent."""
        return self._expected.get((alone, *sent)) if self._expected else None

    def _expect(self, walk: Walk) -> None:
        """Counts the slots that alone are in doubt in lines of which the same facts were sent."""
        line, key = walk.line, (walk.alone, *walk.line.facts.sent)
        if len(walk.slots) != 1 or key in self._expected or len(self._seen) >= _MOST_FORMS:
            return
        (slot,) = walk.slots
        seen = self._seen[key] = self._seen.get(key, 0) + 1
        few = len(line.engines.values.of(slot, ~0)) <= _MOST_VALUES
        if seen > MOST_ASKED_APART and few:
            self._expected[key] = slot

    def record(self, walk: Walk) -> tuple[Decision, EvaluatedLine] | None:
        """Returns the record of a line and the case it shows; None if it is not cached."""
        kept = self._kept.get(walk.key)
        if kept is None:
            return None
        line = walk.shown(of_a_case=kept.of_a_case)
        figures = kept.cached.figures(line)
        if figures.open:
            return None
        if kept.asks:
            forget_net(figures)
        walk.budget.left -= walk.spent
        return kept.cached.template(line, figures), line

    def outcome(self, walk: Walk) -> Outcome | None:
        """Returns the outcome of a line without its record; None if it is not cached."""
        kept = self._kept.get(walk.key)
        if kept is None:
            return None
        line = walk.priced(of_a_case=kept.of_a_case)
        main = line.compiled.main_deadline
        tell = next((tell for part, tell in kept.cached.deadlines if part == main), None)
        last = tell(line.facts.values).last_day if tell else None
        if kept.asks:
            return replace(kept.outcome, last_day=last)
        figures = kept.cached.amounts(line, {})
        if figures.open:
            return None
        net, fees = money(figures.net, line), money(figures.fee_total, line)
        return replace(kept.outcome, last_day=last, net=net, fee_total=fees)

    def keep(self, walk: Walk, line: FinishedLine, decision: Decision) -> None:
        """Caches the template of a line, if it depends on nothing but the keys of its cases."""
        if len(self._kept) < self._most and _depends_only_on_keys(walk, line):
            of_a_case = line.evaluation is not walk.line.evaluation
            cached = CachedTemplate.of(line.evaluation, line.builder, line.template)
            kept = _Kept(cached, recorded_outcome(decision), line.asks, of_a_case)
            self._kept[walk.key] = kept
        else:
            self._splits[walk.root] = _NOT_KEPT

    def _look(self, line: EvaluatedLine, key: Key, walk: Walk) -> Key | None:
        """Returns the key of a line or a case with all cases within; None if it has none."""
        if walk.budget.left < walk.least:
            return None
        unknown: Key = ()
        if line.maybe != line.true:
            unknown = tuple([value == UNKNOWN for value in line.told])
        split = self._split(line, (tuple(line.facts.sent), line.supposed, key, unknown), walk)
        if split == _NOT_KEPT:
            return None
        if split is None:
            walk.first = walk.first or _First(line)
            return key, unknown
        walk.slots.add(split)
        values = line.values_of(split)
        walk.budget.left -= len(values)
        if walk.budget.left < walk.least:
            return None
        within = self._look_within(line, split, values, walk)
        return None if within is None else (key, unknown, within)

    def _look_within(
        self, line: EvaluatedLine, split: int, values: Sequence[int], walk: Walk
    ) -> Key | None:
        """Returns the keys of the cases of a fact; of the only fact in doubt, each key once.

        That of a case in which no row is in doubt is the number of what topics read of it.
        """
        alone, numbers = walk.alone, self._numbers
        value_is_read = self._doubts_no_row or split in line.compiled.looked_at
        found: list[Hashable] = []
        cases = _cases(line, split, values, alone=alone)
        for value, case in zip(values, cases, strict=True):
            rows, told, _, states = case
            walk.sure &= rows
            walk.cases.append((rows, told))
            if value_is_read or UNKNOWN in told:
                other = line.evaluation.supposing(split, value, case, None, alone=alone)
                key = self._look_once(other, walk)
                if key is None:
                    return None
                found.append(key)
            else:
                number = numbers.get((rows, states))
                found.append(self._number(rows, states, line) if number is None else number)
                if walk.first is None:
                    walk.first = _First(line, split, value, case)
        if walk.budget.left < walk.least:
            return None
        return tuple(dict.fromkeys(found) if len(walk.slots) == 1 else found)

    def _look_once(self, case: Evaluation, walk: Walk) -> Key | None:
        """Returns the key of a case, which is that of an earlier case that takes the same rows."""
        taken = case.taken if case.maybe == case.true else None
        key = walk.looked_at.get(taken) if taken is not None else None
        if key is None:
            key = self._look(case, self._templates.key(case, alone=walk.alone), walk)
            if key is not None and taken is not None:
                walk.looked_at[taken] = key
        return key

    def _number(self, rows: int, states: Sequence[int], line: EvaluatedLine) -> Hashable:
        """Returns a number for what topics read of a case in which no row is in doubt.

        The values that they read are those of the line, whose key holds them.
        """
        read = self._templates.chosen(rows, line.facts.values, states, True)
        read = read[: len(read) - self._looked_at]
        if len(self._numbers) >= _MOST_NUMBERS:
            return self._read.get(read, read)
        found = self._read.setdefault(read, next(self._next))
        self._numbers[rows, states] = found
        return found

    def _split(self, line: EvaluatedLine, key: Key, walk: Walk) -> int | None:
        """Returns the slot whose values are supposed next, if any; it depends on `key` alone."""
        if line.maybe == line.true and not self._doubts_no_row:
            return None
        walk.root = walk.root or key
        found = self._splits.get(key, _NEW)
        if found == _NEW:
            if len(self._splits) >= self._most:
                return _NOT_KEPT
            evaluation = line.evaluation
            found = self._splits[key] = _split_of(evaluation, chosen(evaluation, alone=walk.alone))
        return found


def _cases(
    line: EvaluatedLine, slot: int, values: Sequence[int], *, alone: bool
) -> Sequence[Found]:
    known = line.cases_of_all_kinds
    if known is not None and known[0] == slot:
        return [known[1][value] for value in values]
    return line.cases_of(slot, None, alone=alone)[1]


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
