"""Finds rows that cannot matter: never true, always beaten, or one row more than is needed.

Every finding is proved for all returns that give each fact a value or say that it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise
from typing import Final

from engine.dates import day_text
from engine.decision.rules.row_rules import alternatives
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import Effective, Leaf, Row
from engine.policy.topics.rows import IN_FORCE
from engine.publishing.checks.asked import Asked
from engine.publishing.checks.context import FIRST, AnyRow, AnyTable, CheckContext, facts_of, listed
from engine.publishing.checks.search.sampler import Tried

_EVER: Final = Effective(first=1, last=None)


def row_findings(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports every row of a table that can never decide, and neighbours that say the same."""
    topic, free = table.table.topic, survey.free(table)
    known = True
    for index, row in enumerate(table.rows):
        told = row.row.built_in or _waits_for_a_choice(row.row, survey)
        never = not told and survey.asked.never(free[index])
        known = known and never is not None
        if never and survey.asked.never(survey.asked.where(topic, [row.row])):
            yield _never_true(table, row, survey)
        elif never:
            yield _lost(table, index, survey)
    if not known:
        yield not_proved(table, "whether every row can decide")
    yield from _same(table, survey)


def not_proved(table: AnyTable, what: str) -> Fault:
    """Reports that a check gave up, so that silence is never taken for proof."""
    return Fault(
        code="not_proved",
        source=table.table.source,
        sentence=f"`{table.name}` has more cases than are worked through: {what} was not proved. "
        "Fewer tests in each row, or a table of its own for some of them, make it provable.",
        level=Level.WARNING,
    )


# --- always beaten --------------------------------------------------------------------------------


def _waits_for_a_choice(row: Row, survey: CheckContext) -> bool:
    """Returns whether a row tests a remedy of a sequence, which is open and reported elsewhere."""
    legs = [each.body for table in survey.compiled.remedies for each in table.rows]
    return "remedy" in facts_of(row) and any(len(leg.first) > 1 for leg in legs)


def _needed(table: AnyTable, index: int, survey: CheckContext) -> list[AnyRow]:
    """Returns rows that together beat one row, and of which none can be left out."""
    asked, row, kept = survey.asked, table.rows[index].row, list[AnyRow]()
    by, none = survey.beating(table, index)

    def beaten(count: int) -> bool | None:
        others = asked.none_of(each.row for each in kept)[-1]
        return asked.never(asked.where(table.table.topic, [row], none[count], others))

    low, high = 0, len(by)
    while not beaten(0):
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if beaten(middle) else (middle, high)
        kept.insert(0, by[high - 1])
        low, high = 0, high - 1
    return kept


def _lost(table: AnyTable, index: int, survey: CheckContext) -> Fault:
    row, by = table.rows[index], _needed(table, index, survey)
    beside = [each.row for each in survey.beating(table, index)[0] if each not in by]
    asked, topic = survey.asked, table.table.topic
    none = asked.none_of(beside)[-1]
    alone, anyhow = (asked.where(topic, [row.row], *each) for each in ([none], []))
    shown = asked.preferably(alone, anyhow, lambda tried: survey.winner(table, tried) is not None)
    first, several = table.table.decide in FIRST, len(by) > 1
    before = "are asked before it" if several else "is asked before it"
    outweighs = "outweigh it" if several else "outweighs it"
    sentence = (
        f"`{row.row.id}` never decides: wherever it holds, {listed(each.row.id for each in by)} "
        f"{before if first else outweighs}."
    )
    said = _with(sentence, table, row, shown.shown, survey)
    found = survey.of_row("unreachable", row.row, said, shown.shown)
    # A row that closes a table already complete does no harm, and takes what may come later.
    return replace(found, level=Level.WARNING) if row.row.otherwise else found


def _with(
    sentence: str, table: AnyTable, row: AnyRow, tried: Tried | None, survey: CheckContext
) -> str:
    """Adds to a sentence the row that decides the example."""
    if tried is None:
        return sentence
    won = survey.winner(table, tried)
    said = survey.said(tried.given, facts_of(row.row, *([won.row] if won else [])))
    return f"{sentence} For {said}, {f'`{won.row.id}`' if won else 'no row'} decides."


# --- never true -----------------------------------------------------------------------------------


def _never_true(table: AnyTable, row: AnyRow, survey: CheckContext) -> Fault:
    sentence = f"`{row.row.id}` never holds: {_why(table, row.row, survey)}."
    tried = _nearest(table, row, survey)
    return survey.of_row("never_true", row.row, _with(sentence, table, row, tried, survey), tried)


def _why(table: AnyTable, row: Row, survey: CheckContext) -> str:
    ever, topic = Asked(survey.bench, _EVER), table.table.topic
    days, fact = survey.days, survey.policy.applies_by
    if not ever.never(ever.where(topic, [row])):
        until = f" to {day_text(days.last)}" if days.last else " on"
        return (
            f"the policy is in force for what was {fact} from {day_text(days.first)}{until}, "
            "and the row asks for other days"
        )
    tests, where = (alternatives(row.when) or [()])[0], ever.where(topic, [])

    def never(*leaves: Leaf) -> bool | None:
        return ever.never(ever.graph.all(where, ever.holds(*leaves)))

    alone = next((leaf for leaf in tests if never(leaf)), None)
    if alone is not None:
        return f"`{alone.fact}` is never {alone.written}"
    for one, other in combinations(tests, 2):
        if never(one, other):
            return f"`{one.fact}` {one.written} and `{other.fact}` {other.written} cannot both be"
    return "its tests contradict one another"


def _nearest(table: AnyTable, row: AnyRow, survey: CheckContext) -> Tried | None:
    """Finds a return that passes as many tests of a row as possible, decided by another row."""
    asked, kept = survey.asked, list[Leaf]()
    where = asked.where(table.table.topic, [])
    for leaf in (alternatives(row.row.when) or [()])[0]:
        possible = asked.graph.all(where, asked.holds(*kept, leaf))
        kept += [] if asked.never(possible) else [leaf]

    def shows(tried: Tried) -> bool:
        return table.table.optional or survey.winner(table, tried) is not None

    return asked.whether(asked.graph.all(where, asked.holds(*kept)), shows).shown


# --- one row too many -----------------------------------------------------------------------------


def _same(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports neighbours that can hold together and give the same: one row would do.

    Two rows of a base are not reported: a policy that extends it cannot merge them.
    """
    for index, pair in enumerate(pairwise(table.rows) if table.table.decide == "first" else ()):
        one, other = (each.row for each in pair)
        own = [row.source for row in (one, other) if row.source.file == survey.policy.file]
        if one.built_in or other.built_in or not own or _gives(one) != _gives(other):
            continue
        none = survey.beating(table, index)[1][-1]
        both = survey.asked.where(table.table.topic, [one, other], none)
        sentence = (
            f"`{one.id}` and `{other.id}` give the same, and both can hold for one return; one row "
            "can say both."
        )
        yield from survey.of_answer(
            survey.asked.whether(both, partial(Tried.took, row=pair[0])),
            partial(_with, sentence, table, pair[1], survey=survey),
            code="same_outcome",
            source=own[0],
            level=Level.WARNING,
        )


def _gives(row: Row) -> tuple[object, ...]:
    said = (row.because, row.for_agent, row.clause, row.code)
    days = [(leaf.op, leaf.number) for leaf in leaves(row.when) if leaf.written in IN_FORCE]
    return (row.body, *said, row.locked, *days)
