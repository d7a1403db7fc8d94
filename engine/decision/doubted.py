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

from engine.decision.cases import MOST_CASES, MOST_SPLIT
from engine.decision.draft import Draft
from engine.decision.drafting import chosen
from engine.decision.encoding import UNKNOWN
from engine.decision.finish import Told
from engine.decision.frames import MOST_KEPT, Frames, Kept, Key, hangs_on_more
from engine.decision.in_doubt import is_certain
from engine.decision.outcome import Outcome, told_by
from engine.decision.plan import Plan
from engine.decision.record import Decision
from engine.decision.run import Run
from engine.decision.topics.money import money
from engine.decision.topics.sums import figures_of
from engine.decision.unsure import forget_net

_NEW: Final = -2
_NOT_KEPT: Final = -1
"""In place of a slot: what comes of a case is not told by any key."""


class _Kept(NamedTuple):
    """What is told, and the outcome of it; whether facts are asked for, and whether it tells of the
    first case."""

    said: Kept
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

    run: Run
    alone: bool
    sent: Key
    keys: list[Hashable]
    least: int
    first: Callable[[], Run] | None = None
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

    def shown(self, *, of_a_case: bool) -> Run:
        """The evaluation that is told of."""
        if not of_a_case or self.first is None:
            return self.run
        first = self.first()
        first.sure = self.sure
        return first


class Doubted:
    """What is kept of one policy.

    Safe under threads: what is told never changes, and of a line that is found not to be told by
    its keys nothing more is kept.
    """

    def __init__(self, plan: Plan, frames: Frames, most: int = MOST_KEPT) -> None:
        self._frames = frames
        self._most = 0 if plan.promises or plan.whole_return.rows else most
        self._chooses = "remedy" in plan.slots.numbers
        self._splits: dict[Key, int | None] = {}
        self._kept: dict[Key, _Kept] = {}

    @property
    def kilobytes(self) -> float:
        """The memory that it takes now, estimated."""
        return 1.0 * len(self._splits) + 14.0 * len(self._kept)

    def walk(self, run: Run, key: Key, *, alone: bool) -> Walk | None:
        """Looks at the cases of a line; None where nothing of it can be kept."""
        if not self._most or run.maybe == run.true:
            return None
        sent, left = run.facts.sent, run.budget.left
        walk = Walk(run, alone, tuple(sent), [*sent], max(0, left - MOST_CASES))
        whole = self._look(run, key, walk)
        walk.spent, run.budget.left = left - run.budget.left, left
        if whole:
            return walk
        if left >= MOST_CASES and walk.root in self._splits:  # whatever others spent
            self._splits[walk.root] = _NOT_KEPT
        return None

    def record(self, walk: Walk) -> tuple[Decision, Run] | None:
        """The record of a line and the evaluation that it tells of; None where it is not kept."""
        kept = self._kept.get(tuple(walk.keys))
        if kept is None:
            return None
        run = walk.shown(of_a_case=kept.of_a_case)
        figures = kept.said.figures(run)
        if figures.open:
            return None
        if kept.asks:
            forget_net(figures)
        run.budget.left -= walk.spent
        return kept.said.frame(run, figures), run

    def outcome(self, walk: Walk) -> Outcome | None:
        """The outcome of a line alone; None where it is not kept."""
        kept = self._kept.get(tuple(walk.keys))
        if kept is None:
            return None
        run, main = walk.shown(of_a_case=kept.of_a_case), walk.run.plan.main_deadline
        tell = next((tell for part, tell in kept.said.deadlines if part == main), None)
        last = tell(run.facts.values).last_day if tell else None
        if kept.asks:
            return replace(kept.outcome, last_day=last)
        figures = figures_of(run, kept.said.rows)
        if figures.open:
            return None
        net, fees = money(figures.net, run), money(figures.fee_total, run)
        return replace(kept.outcome, last_day=last, net=net, fee_total=fees)

    def keep(self, walk: Walk, told: Told, decision: Decision) -> None:
        """Keeps what there is to tell of a line, where its cases tell all of it."""
        if len(self._kept) < self._most and _is_told(walk, told):
            of_a_case = told.run is not walk.run
            said = Kept.of(told.run, told.draft, told.frame)
            kept = _Kept(said, told_by(decision), told.asks, of_a_case)
            self._kept[tuple(walk.keys)] = kept
        else:
            self._splits[walk.root] = _NOT_KEPT

    def _look(self, run: Run, key: Key, walk: Walk) -> bool:
        """Looks at a case and at all within it; says whether that was possible."""
        if run.budget.left < walk.least:
            return False
        walk.keys.append(key)
        unknown: Key = ()
        if run.maybe != run.true:
            unknown = tuple([value == UNKNOWN for value in run.told])
            walk.keys.append(unknown)
        split = self._split(run, (walk.sent, run.supposed, key, unknown), walk)
        if split == _NOT_KEPT:
            return False
        if split is None:
            walk.first = walk.first or (lambda: run)
            return True
        values = run.values_of(split)
        walk.keys.append(len(values))
        return self._look_within(run, split, values, walk) and run.budget.left >= walk.least

    def _look_within(self, run: Run, split: int, values: Sequence[int], walk: Walk) -> bool:
        """Looks at the cases of a fact; those in which nothing is left in doubt need no run."""
        alone, chosen_of, sent = walk.alone, self._frames.chosen, run.facts.values
        hangs = self._chooses or split in run.plan.looked_at
        alike: dict[Hashable, int] = {}  # cases here, of which then the same is unknown
        for value, found in run.cases(split, values, None, alone=alone):
            rows, told, derived, states = found
            number = alike.get((rows, derived))
            if number is not None:
                walk.keys.append(number)
                continue
            walk.sure &= rows
            case = partial(run.supposing, split, value, found, None, alone=alone)
            if not hangs and UNKNOWN not in told:
                if not walk.is_known((rows, derived)):
                    run.engines.confirm(rows, told)
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

    def _split(self, run: Run, key: Key, walk: Walk) -> int | None:
        """The slot whose values are supposed next, if any; `key` is all that this hangs on."""
        if run.maybe == run.true and not self._chooses:
            return None
        walk.root = walk.root or key
        found = self._splits.get(key, _NEW)
        if found == _NEW:
            if len(self._splits) >= self._most:
                return _NOT_KEPT
            found = self._splits[key] = _split_of(run, chosen(run, alone=walk.alone))
        return found


def _split_of(run: Run, rows: Draft) -> int | None:
    doubts = [pair for pair in run.doubts.items() if pair[0] not in run.supposed]
    if hangs_on_more(run, rows):
        return _NOT_KEPT
    if not doubts or (run.before is None and is_certain(run, rows)):
        return None
    if len(run.supposed) >= MOST_SPLIT:
        return _NOT_KEPT
    counted = run.engines.counted
    return next((slot for slot, fact in doubts if fact not in counted), _NOT_KEPT)


def _is_told(walk: Walk, told: Told) -> bool:
    """Whether the keys of all cases tell what comes of them, whatever amounts come to."""
    runs = [walk.run, *[run for run, _ in told.cases]]
    found = [chosen(run, alone=walk.alone) for run in runs]
    if any(_hangs_on_values(*pair) for pair in zip(runs, found, strict=True)):
        return False
    root, *cases = found
    settled = [rows for rows in cases if rows.basis is not None]
    shown = root if told.run is walk.run else cases[0]
    compared = [shown, *settled] if told.draft.basis is not None else settled
    return all(_ground(rows) == _ground(compared[0]) for rows in compared) and _differ(settled)


def _hangs_on_values(run: Run, rows: Draft) -> bool:
    """Whether amounts decide what is taken in a case, or some amount of it is open."""
    return hangs_on_more(run, rows) or bool(figures_of(run, rows).open)


def _ground(rows: Draft) -> tuple[object, ...]:
    """What amounts come of, but for fees."""
    legs = rows.legs if rows.dated else None
    return (rows.basis, rows.pays, rows.outbound_rule, rows.to_take, rows.dated, legs)


def _differ(settled: Sequence[Draft]) -> bool:
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
