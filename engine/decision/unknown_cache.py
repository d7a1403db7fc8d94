"""What lines come to of which facts were not sent, kept for lines whose cases take the same rows.

Each line is evaluated in all its cases, and the network confirms each: kept is which fact a case is
split by, what topics choose in it, and what there is to tell of all cases together. Amounts are of
what was sent, so that cases in which the same is taken come to the same; where cases might come to
the same by their amounts, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import replace

from engine.decision.building import chosen
from engine.decision.cases import MOST_CASES, MOST_SPLIT
from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluation import Evaluation
from engine.decision.finish import Told
from engine.decision.open_fields import forget_net
from engine.decision.outcome import Outcome, told_by
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import Decision
from engine.decision.template_cache import (
    MOST_KEPT,
    CachedTemplate,
    Key,
    TemplateCache,
    hangs_on_more,
)
from engine.decision.topics.money import money
from engine.decision.topics.sums import figures_of
from engine.decision.unknown_facts import is_certain

_NEW: Final = -2
_NOT_KEPT: Final = -1
"""In place of a slot: what comes of a case is not told by any key."""


class _Kept(NamedTuple):
    """What is told, and the outcome of it; whether facts are asked for, and whether it tells of the
    first case."""

    said: CachedTemplate
    outcome: Outcome
    asks: bool
    of_a_case: bool


@dataclass(slots=True)
class Walk:
    """The cases of one line that were looked at: which facts were sent, the keys of all, and the
    first.

    `sure` are the rows that hold in every case; `spent` are its cases of the budget, of which
    `least` have to be left. `seen` numbers cases in which no row is in doubt, so that one like an
    earlier one has its number for a key.
    """

    evaluation: Evaluation
    alone: bool
    sent: Key
    keys: list[Hashable]
    least: int
    first: Callable[[], Evaluation] | None = None
    root: Key = ()
    sure: int = ~0
    spent: int = 0
    seen: dict[Hashable, int] = field(default_factory=dict)

    def is_known(self, case: Hashable) -> bool:
        """Whether there was such a case before, of which the key then has the number."""
        number = self.seen.get(case)
        if number is None:
            self.seen[case] = len(self.seen)
            return False
        self.keys.append(number)
        return True

    def shown(self, *, of_a_case: bool) -> Evaluation:
        """The evaluation that is told of."""
        if not of_a_case or self.first is None:
            return self.evaluation
        first = self.first()
        first.sure = self.sure
        return first


class UnknownCache:
    """What is kept of one policy.

    Safe under threads: what is told never changes, and of a line that is found not to be told by
    its keys nothing more is kept.
    """

    def __init__(
        self, compiled: CompiledPolicy, frames: TemplateCache, most: int = MOST_KEPT
    ) -> None:
        self._frames = frames
        self._most = 0 if compiled.promises or compiled.whole_return.rows else most
        self._chooses = "remedy" in compiled.slots.numbers
        self._splits: dict[Key, int | None] = {}
        self._kept: dict[Key, _Kept] = {}

    @property
    def kilobytes(self) -> float:
        """The memory that it takes now, estimated."""
        return 1.0 * len(self._splits) + 14.0 * len(self._kept)

    def walk(self, evaluation: Evaluation, key: Key, *, alone: bool) -> Walk | None:
        """Looks at the cases of a line; None where nothing of it can be kept."""
        if not self._most or evaluation.maybe == evaluation.true:
            return None
        sent, left = evaluation.facts.sent, evaluation.budget.left
        walk = Walk(evaluation, alone, tuple(sent), [*sent], max(0, left - MOST_CASES))
        whole = self._look(evaluation, key, walk)
        walk.spent, evaluation.budget.left = left - evaluation.budget.left, left
        if whole:
            return walk
        if left >= MOST_CASES and walk.root in self._splits:  # whatever others spent
            self._splits[walk.root] = _NOT_KEPT
        return None

    def record(self, walk: Walk) -> tuple[Decision, Evaluation] | None:
        """The record of a line and the evaluation that it tells of; None where it is not kept."""
        kept = self._kept.get(tuple(walk.keys))
        if kept is None:
            return None
        evaluation = walk.shown(of_a_case=kept.of_a_case)
        figures = kept.said.figures(evaluation)
        if figures.open:
            return None
        if kept.asks:
            forget_net(figures)
        evaluation.budget.left -= walk.spent
        return kept.said.frame(evaluation, figures), evaluation

    def outcome(self, walk: Walk) -> Outcome | None:
        """The outcome of a line alone; None where it is not kept."""
        kept = self._kept.get(tuple(walk.keys))
        if kept is None:
            return None
        evaluation, main = (
            walk.shown(of_a_case=kept.of_a_case),
            walk.evaluation.compiled.main_deadline,
        )
        tell = next((tell for part, tell in kept.said.deadlines if part == main), None)
        last = tell(evaluation.facts.values).last_day if tell else None
        if kept.asks:
            return replace(kept.outcome, last_day=last)
        figures = figures_of(evaluation, kept.said.rows)
        if figures.open:
            return None
        net, fees = money(figures.net, evaluation), money(figures.fee_total, evaluation)
        return replace(kept.outcome, last_day=last, net=net, fee_total=fees)

    def keep(self, walk: Walk, told: Told, decision: Decision) -> None:
        """Keeps what there is to tell of a line, where its cases tell all of it."""
        if len(self._kept) < self._most and _is_told(walk, told):
            of_a_case = told.evaluation is not walk.evaluation
            said = CachedTemplate.of(told.evaluation, told.builder, told.frame)
            kept = _Kept(said, told_by(decision), told.asks, of_a_case)
            self._kept[tuple(walk.keys)] = kept
        else:
            self._splits[walk.root] = _NOT_KEPT

    def _look(self, evaluation: Evaluation, key: Key, walk: Walk) -> bool:
        """Looks at a case and at all within it; says whether that was possible."""
        if evaluation.budget.left < walk.least:
            return False
        walk.keys.append(key)
        unknown: Key = ()
        if evaluation.maybe != evaluation.true:
            unknown = tuple([value == UNKNOWN for value in evaluation.told])
            walk.keys.append(unknown)
        split = self._split(evaluation, (walk.sent, evaluation.supposed, key, unknown), walk)
        if split == _NOT_KEPT:
            return False
        if split is None:
            walk.first = walk.first or (lambda: evaluation)
            return True
        values = evaluation.values_of(split)
        walk.keys.append(len(values))
        return (
            self._look_within(evaluation, split, values, walk)
            and evaluation.budget.left >= walk.least
        )

    def _look_within(
        self, evaluation: Evaluation, split: int, values: Sequence[int], walk: Walk
    ) -> bool:
        """Looks at the cases of a fact; those in which nothing is left in doubt need no run."""
        alone, chosen_of, sent = walk.alone, self._frames.chosen, evaluation.facts.values
        hangs = self._chooses or split in evaluation.compiled.looked_at
        alike: dict[Hashable, int] = {}  # cases here, of which then the same is unknown
        for value, found in evaluation.cases(split, values, None, alone=alone):
            rows, told, derived, states = found
            number = alike.get((rows, derived))
            if number is not None:
                walk.keys.append(number)
                continue
            walk.sure &= rows
            case = partial(evaluation.supposing, split, value, found, None, alone=alone)
            if not hangs and UNKNOWN not in told:
                if not walk.is_known((rows, derived)):
                    evaluation.engines.confirm(rows, told)
                    walk.keys.append(chosen_of(rows, sent, states, alone))
                    walk.first = walk.first or case
                alike[rows, derived] = walk.seen[rows, derived]
                continue
            other = case()
            if other.maybe == other.true and walk.is_known(other.taken):
                continue
            other.confirm()
            if not self._look(other, self._frames.key(other, alone=alone), walk):
                return False
        return True

    def _split(self, evaluation: Evaluation, key: Key, walk: Walk) -> int | None:
        """The slot whose values are supposed next, if any; `key` is all that this hangs on."""
        if evaluation.maybe == evaluation.true and not self._chooses:
            return None
        walk.root = walk.root or key
        found = self._splits.get(key, _NEW)
        if found == _NEW:
            if len(self._splits) >= self._most:
                return _NOT_KEPT
            found = self._splits[key] = _split_of(evaluation, chosen(evaluation, alone=walk.alone))
        return found


def _split_of(evaluation: Evaluation, rows: OutcomeBuilder) -> int | None:
    doubts = [pair for pair in evaluation.doubts.items() if pair[0] not in evaluation.supposed]
    if hangs_on_more(evaluation, rows):
        return _NOT_KEPT
    if not doubts or (evaluation.before is None and is_certain(evaluation, rows)):
        return None
    if len(evaluation.supposed) >= MOST_SPLIT:
        return _NOT_KEPT
    counted = evaluation.engines.counted
    return next((slot for slot, fact in doubts if fact not in counted), _NOT_KEPT)


def _is_told(walk: Walk, told: Told) -> bool:
    """Whether the keys of all cases tell what comes of them, whatever amounts come to."""
    evaluations = [walk.evaluation, *[evaluation for evaluation, _ in told.cases]]
    found = [chosen(evaluation, alone=walk.alone) for evaluation in evaluations]
    if any(_hangs_on_values(*pair) for pair in zip(evaluations, found, strict=True)):
        return False
    root, *cases = found
    settled = [rows for rows in cases if rows.basis is not None]
    shown = root if told.evaluation is walk.evaluation else cases[0]
    compared = [shown, *settled] if told.builder.basis is not None else settled
    return all(_ground(rows) == _ground(compared[0]) for rows in compared) and _differ(settled)


def _hangs_on_values(evaluation: Evaluation, rows: OutcomeBuilder) -> bool:
    """Whether amounts decide what is taken in a case, or some amount of it is open."""
    return hangs_on_more(evaluation, rows) or bool(figures_of(evaluation, rows).open)


def _ground(rows: OutcomeBuilder) -> tuple[object, ...]:
    """What amounts come of, but for fees."""
    legs = rows.legs if rows.dated else None
    return (rows.basis, rows.pays, rows.outbound_rule, rows.to_take, rows.dated, legs)


def _differ(settled: Sequence[OutcomeBuilder]) -> bool:
    """Whether cases that do not take the same rows of fees differ, whatever these come to."""
    found: dict[object, object] = {}
    for rows in settled:
        charged = [(kind, row) for kind, row in rows.charged]
        taken = sorted((kind, row.body.taken if row else "") for kind, row in charged)
        shape = (rows.verdict.answer, rows.verdict.code, tuple(taken), tuple(rows.legs))
        bits = [(kind, row.asked.bit if row else None) for kind, row in charged]
        if found.setdefault(shape, bits) != bits:
            return False
    return True
