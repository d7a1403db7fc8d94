"""What the rows of a line say, kept for the lines that come to the same rows.

A key holds all that topics look at when they choose rows; figures hang on nothing that is kept, and
what a key cannot tell is never kept. Nothing the network said is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from engine.decision.because import telling
from engine.decision.compiled import CompiledPolicy, CompiledTable
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.outcome_builder import Figures, OutcomeBuilder
from engine.decision.record import Deadline, Decision, Leg
from engine.decision.template import Template
from engine.decision.topics.deadlines import clocks_of
from engine.decision.topics.promises import keep_promises
from engine.decision.topics.remedies import work_out_legs
from engine.decision.topics.summing import Sums
from engine.decision.topics.sums import figures_of, sums_of
from engine.meaning.code import function_of
from engine.policy.model import Fee

MOST_KEPT: Final = 1_024
"""Frames that are kept of a policy."""

Key = tuple[Hashable, ...]


class CachedTemplate(NamedTuple):
    """What rows say, and what works their figures out; `open` are figures that were open."""

    frame: Template
    open: dict[str, str]
    rows: OutcomeBuilder
    sums: Sums
    deadlines: tuple[tuple[str, Callable[[list[int]], Deadline]], ...]

    @classmethod
    def of(cls, evaluation: Evaluation, builder: OutcomeBuilder, frame: Template) -> CachedTemplate:
        """Of a draft that was framed."""
        zone = evaluation.compiled.policy.time_zone
        deadlines = [
            (part, telling(part, row, evaluation.engines.clocks[row.asked.bit], zone))
            for part, (row, _) in builder.standings.items()
            if row is not None
        ]
        return cls(frame, {}, builder, sums_of(evaluation.engines, builder), tuple(deadlines))

    def figures(self, line: EvaluatedLine) -> Figures:
        """What the rows come to for the values of a line."""
        values = line.facts.values
        deadlines = {part: tell(values) for part, tell in self.deadlines}
        legs: dict[str, Leg] = {}
        open_: dict[str, str] = {}
        if self.rows.dated:
            work_out_legs(line, self.rows, legs, open_)
        return self.sums(values, deadlines, legs, open_)


class TemplateCache:
    """The frames of one policy. Safe under threads: what is kept never changes."""

    def __init__(self, compiled: CompiledPolicy, most: int = MOST_KEPT) -> None:
        self._plan = compiled
        self._most = most
        self._kept: dict[Key, CachedTemplate] = {}
        self.chosen: Callable[..., tuple[Hashable, ...]] = _chosen_by(compiled)
        """Of the rows that hold, values, states of deadlines, and whether a line is alone, what
        topics look at when no row is in doubt."""

    @property
    def kilobytes(self) -> float:
        """The memory that they take now, estimated."""
        return 11.0 * len(self._kept)

    def key(self, line: EvaluatedLine, *, alone: bool) -> Key:
        """All that topics look at when they choose rows."""
        values = line.facts.values
        key = self.chosen(line.true, values, line.states, alone)
        if line.maybe == line.true:
            return key
        open_ = line.maybe ^ line.true
        unknown = [values[slot] == UNKNOWN for slot in self._plan.demanded]
        return (*key, line.maybe, open_, *unknown)

    def record(self, key: Key, line: EvaluatedLine) -> Decision | None:
        """The record of a line; None where nothing is kept that tells it."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        figures = kept.figures(line)
        if figures.open != kept.open:
            kept = self._kept.get((*key, tuple(figures.open.items())))
            if kept is None:
                return None
        if self._plan.promises and not _is_kept(line.opened(), kept.rows.coming_to(figures)):
            return None
        return kept.frame(line, figures)

    def keep(
        self, key: Key, evaluation: Evaluation, builder: OutcomeBuilder, frame: Template
    ) -> None:
        """Keeps what rows say, where all that it hangs on is in the key."""
        if len(self._kept) < self._most and _is_told(evaluation, builder):
            kept = CachedTemplate.of(evaluation, builder, frame)._replace(
                open=figures_of(evaluation, builder).open
            )
            if self._kept.setdefault(key, kept) is not kept:
                self._kept[*key, tuple(kept.open.items())] = kept


def _is_kept(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether an outcome is surely what the policy promises."""
    builder.standings = clocks_of(evaluation)
    keep_promises(evaluation, builder)
    return not (builder.broken or evaluation.unsure)


def _is_told(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether the key tells the rows of a draft."""
    return not (
        evaluation.unsure
        or evaluation.doubts
        or builder.broken
        or hangs_on_more(evaluation, builder)
    )


def hangs_on_more(evaluation: Evaluation, rows: OutcomeBuilder) -> bool:
    """Whether amounts or readings decide what is taken, which no key tells."""
    sized = rows.limits or any(_is_by_size(e, evaluation.true) for e in evaluation.compiled.fees)
    disputed = any(row is not None and row.body.readings for row, _ in rows.standings.values())
    return bool(sized or disputed or rows.verdict.readings)


def _is_by_size(table: CompiledTable[Fee], true: int) -> bool:
    """Whether the amounts of several rows decide which is taken."""
    return table.table.decide in ("highest", "lowest") and (true & table.mask).bit_count() > 1


def _chosen_by(compiled: CompiledPolicy) -> Callable[..., tuple[Hashable, ...]]:
    """A function that takes of the rows that hold those that are chosen, of a table of which the
    first counts that, and of the values those that topics look at; and how deadlines stand.

    Where a row of eligibility refuses, no topic looks at what is given back: nothing is stronger.
    """
    values = [f"v[{slot}]" for slot in compiled.looked_at]
    clocks = reduce(or_, (table.mask for table in compiled.deadlines), 0)
    after: list[CompiledTable[Any]] = [
        compiled.eligibility,
        *compiled.limits,
        compiled.after_refusal,
    ]
    refusing = [row for row in compiled.eligibility.rows if row.body.answer == "refuse"]

    def found(tables: Iterable[int]) -> str:
        hits = [f"(h := m & {mask}) & -h" for mask in tables if mask & ~clocks]
        taken = ["alone", "s", f"m & {compiled.each & ~clocks}", *hits, *values]
        return f"return ({', '.join(taken)})"

    lines = [
        f"h = m & {compiled.eligibility.mask}",
        f"if h & -h & {sum(row.asked.mask for row in refusing)}:",
        f"    {found([table.mask for table in after if table.mask in compiled.firsts])}",
        found(compiled.firsts),
    ]
    return function_of("m, v, s, alone", lines, ())
