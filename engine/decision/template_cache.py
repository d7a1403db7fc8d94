"""Caches templates, for lines that come to the same rows.

A key holds all that topics read when they choose rows; a template that depends on more is not
cached. Figures are worked out for each line, and the network is asked for each line.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from engine.decision.because import deadline_function
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
"""The most templates that are cached for one policy."""

Key = tuple[Hashable, ...]


class CachedTemplate(NamedTuple):
    """A template with what works its figures out; `open` are the figures that were open."""

    template: Template
    open: dict[str, str]
    rows: OutcomeBuilder
    sums: Sums
    deadlines: tuple[tuple[str, Callable[[list[int]], Deadline]], ...]

    @classmethod
    def of(
        cls, evaluation: Evaluation, builder: OutcomeBuilder, template: Template
    ) -> CachedTemplate:
        """Returns the cached form of the template of an outcome builder."""
        zone = evaluation.compiled.policy.time_zone
        deadlines = [
            (part, deadline_function(part, row, evaluation.engines.clocks[row.asked.bit], zone))
            for part, (row, _) in builder.standings.items()
            if row is not None
        ]
        return cls(template, {}, builder, sums_of(evaluation.engines, builder), tuple(deadlines))

    def figures(self, line: EvaluatedLine) -> Figures:
        """Works out the figures of the rows for the values of a line."""
        values, deadlines = line.facts.values, {}
        for part, tell in self.deadlines:
            deadlines[part] = tell(values)
        return self.amounts(line, deadlines)

    def amounts(self, line: EvaluatedLine, deadlines: dict[str, Deadline]) -> Figures:
        """Works out the same, with deadlines that are known already or not needed."""
        legs: dict[str, Leg] = {}
        open_: dict[str, str] = {}
        if self.rows.dated:
            work_out_legs(line, self.rows, legs, open_)
        return self.sums(line.facts.values, deadlines, legs, open_)


class TemplateCache:
    """The templates of one policy. Safe under threads: an entry never changes."""

    def __init__(self, compiled: CompiledPolicy, most: int = MOST_KEPT) -> None:
        self._compiled = compiled
        self._most = most
        self._kept: dict[Key, CachedTemplate] = {}
        self.chosen: Callable[..., tuple[Hashable, ...]] = _chosen_by(compiled)
        """Returns what topics read if no row is in doubt, from the mask of rows that hold, the
        values, the states of deadlines, and whether the line is alone."""

    @property
    def kilobytes(self) -> float:
        """Estimates the memory they take now."""
        return 11.0 * len(self._kept)

    def key(self, line: EvaluatedLine, *, alone: bool) -> Key:
        """Returns all that topics read when they choose rows."""
        values = line.facts.values
        key = self.chosen(line.true, values, line.states, alone)
        if line.maybe == line.true:
            return key
        open_ = line.maybe ^ line.true
        unknown = [values[slot] == UNKNOWN for slot in self._compiled.demanded]
        return (*key, line.maybe, open_, *unknown)

    def record(self, key: Key, line: EvaluatedLine) -> Decision | None:
        """Returns the record of a line from a cached template; None if no template fits."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        figures = kept.figures(line)
        if figures.open != kept.open:
            kept = self._kept.get((*key, tuple(figures.open.items())))
            if kept is None:
                return None
        if self._compiled.promises and not _keeps_promises(
            line.opened(), kept.rows.coming_to(figures)
        ):
            return None
        return kept.template(line, figures)

    def keep(
        self, key: Key, evaluation: Evaluation, builder: OutcomeBuilder, template: Template
    ) -> None:
        """Caches a template, if it depends on nothing but the key."""
        if len(self._kept) < self._most and _depends_only_on_key(evaluation, builder):
            kept = CachedTemplate.of(evaluation, builder, template)._replace(
                open=figures_of(evaluation, builder).open
            )
            if self._kept.setdefault(key, kept) is not kept:
                self._kept[*key, tuple(kept.open.items())] = kept


def _keeps_promises(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether an outcome surely keeps the promises of the policy."""
    builder.standings = clocks_of(evaluation)
    keep_promises(evaluation, builder)
    return not (builder.broken or evaluation.unsure)


def _depends_only_on_key(evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether the rows of an outcome builder follow from the key."""
    return not (
        evaluation.unsure
        or evaluation.doubts
        or builder.broken
        or amounts_or_readings_decide(evaluation, builder)
    )


def amounts_or_readings_decide(evaluation: Evaluation, rows: OutcomeBuilder) -> bool:
    """Whether amounts or readings decide which rows are taken; no key holds these."""
    sized = rows.limits or any(_is_by_size(e, evaluation.true) for e in evaluation.compiled.fees)
    disputed = any(row is not None and row.body.readings for row, _ in rows.standings.values())
    return bool(sized or disputed or rows.verdict.readings)


def _is_by_size(table: CompiledTable[Fee], true: int) -> bool:
    """Whether the amounts of several rows decide which of them is taken."""
    return table.table.decide in ("highest", "lowest") and (true & table.mask).bit_count() > 1


def _chosen_by(compiled: CompiledPolicy) -> Callable[..., tuple[Hashable, ...]]:
    """Generates the function `TemplateCache.chosen`.

    Of a table whose first row counts it takes only that row. If a row of eligibility refuses, it
    leaves out what is given back: no answer is stronger, so no topic reads it.
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
