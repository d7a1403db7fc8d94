"""Checks what a policy means, row against row, without its tests.

What is said to hold for all returns is worked out exactly; a return that shows something was
decided by the policy. Findings about rows are cleared that decide only under terms that a partner
may agree on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, product
from typing import Final

from engine.decision.rules.row_rules import MOST_ALTERNATIVES, alternatives
from engine.errors import PolicyFaults
from engine.policy.conditions import conditions_of, joined
from engine.policy.context import Context
from engine.policy.editions import PolicyFile, by_days
from engine.policy.faults import Fault, Source
from engine.policy.model import Agreed, Effective, Policy
from engine.policy.text import Map, Node, Scalar, below, scalar
from engine.policy.vocabulary import FactType
from engine.publishing.checks.context import CheckContext
from engine.publishing.checks.edges import edge_findings
from engine.publishing.checks.rows import row_findings
from engine.publishing.checks.silences.telling import silence_findings
from engine.publishing.checks.silences.written import Kind
from engine.publishing.checks.tables import (
    endless_findings,
    gap_findings,
    overlap_findings,
    season_findings,
)
from engine.publishing.checks.tried import day_findings, money_findings, promise_findings

DEAD = ("unreachable", "never_true")
"""Codes of findings that a row never decides."""
_OF_ROWS = (*DEAD, "same_outcome", "edge")
"""Codes of findings about a row that must be true in every edition that has the row."""


def too_wide(*editions: Policy) -> tuple[Fault, ...]:
    """Reports conditions that unfold so far that nothing more can be worked out or decided."""
    return tuple(dict.fromkeys(fault for edition in editions for fault in _too_wide(edition)))


def surveys_of(*editions: Policy) -> tuple[CheckContext, ...]:
    """Prepares the editions of one policy, in order of their days, for the checks."""
    days = Effective(first=editions[0].effective.first, last=editions[-1].effective.last)
    return tuple(CheckContext(policy=edition, days=days) for edition in editions)


def meaning_of(surveys: Sequence[CheckContext]) -> tuple[Fault, ...]:
    """Returns the findings about the rows of some editions, each once."""
    return in_every_edition(surveys, [list(_findings(survey)) for survey in surveys])


def in_every_edition(
    surveys: Sequence[CheckContext], found: list[list[Fault]]
) -> tuple[Fault, ...]:
    """Returns each finding once; one about a row only if every edition with the row has it.

    A finding whose place is in a base names the policy that it is about.
    """
    ids = [{row.source: row.id for row in survey.policy.rows} for survey in surveys]
    said = [{(fault.code, fault.source) for fault in each} for each in found]
    kept: dict[tuple[object, ...], Fault] = {}
    for fault in (fault for each in found for fault in each):
        key = (fault.code, fault.source)
        having = [index for index, rows in enumerate(ids) if fault.source in rows]
        if fault.code in _OF_ROWS and not all(key in said[index] for index in having):
            continue
        once = fault.code in (*_OF_ROWS, *Kind)
        kept.setdefault(key if once else (*key, fault.sentence), fault)
    return tuple(_named(fault, surveys[0].policy) for fault in kept.values())


def _named(fault: Fault, policy: Policy) -> Fault:
    """Names the policy that a finding is about, if its place does not."""
    if fault.source.file == policy.file:
        return fault
    return replace(fault, sentence=f"In `{policy.reference}`: {fault.sentence}")


def tried_of(surveys: Sequence[CheckContext]) -> tuple[Fault, ...]:
    """Returns what deciding returns shows: broken promises, fees above the price, wrong days."""
    return in_every_edition(surveys, [list(_tried(survey)) for survey in surveys])


def _tried(survey: CheckContext) -> Iterator[Fault]:
    yield from promise_findings(survey)
    yield from money_findings(survey)
    yield from day_findings(survey)


def dead_rows(found: Sequence[Fault], surveys: Sequence[CheckContext]) -> frozenset[str]:
    """Returns the ids of the rows that were found never to decide."""
    dead = {fault.source for fault in found if fault.code in DEAD}
    rows = (row for survey in surveys for row in survey.policy.rows)
    return frozenset(row.id for row in rows if row.source in dead)


def dead_in(surveys: Sequence[CheckContext]) -> set[Source]:
    """Returns the places of the rows that decide in no edition."""
    found = [
        [fault for table in survey.tables() for fault in row_findings(table, survey)]
        for survey in surveys
    ]
    return {each.source for each in in_every_edition(surveys, found) if each.code in DEAD}


def _findings(survey: CheckContext) -> Iterator[Fault]:
    for table in survey.tables():
        yield from overlap_findings(table, survey)
        yield from gap_findings(table, survey)
        yield from row_findings(table, survey)
        yield from edge_findings(table, survey)
    yield from endless_findings(survey)
    yield from season_findings(survey)
    yield from silence_findings(survey)


def _too_wide(policy: Policy) -> Iterator[Fault]:
    asked = [(row.id, row.source, row.when) for row in policy.rows]
    asked += [(row.id, row.source, joined(conditions_of(row))) for row in policy.rows]
    asked += [(each.id, each.source, each.when) for each in policy.must]
    asked += [(each.all_of, each.source, each.condition) for each in policy.sets]
    says = f"unfolds into more than {MOST_ALTERNATIVES} alternatives; split it into several."
    for name, source, condition in asked:
        if alternatives(condition) is None:
            yield Fault(code="too_large", source=source, sentence=f"`{name}` {says}")


# --- terms that partners may agree on -------------------------------------------------------------

MOST_TERMS: Final = 24
"""The most terms under which a row is tried before it is reported never to decide."""


def meaning_of_file(file: PolicyFile) -> tuple[Fault, ...]:
    """Returns errors and warnings about the editions of a file, whatever partners agree on."""
    return too_wide(*file.editions) or meaning_under_terms(file, surveys_of(*file.editions))


def meaning_under_terms(file: PolicyFile, surveys: Sequence[CheckContext]) -> tuple[Fault, ...]:
    """Returns the findings about editions; a row never decides only if it does under no terms.

    Terms are the words that may be agreed, and the bounds of other values. Rows that give what is
    agreed do not give the same as their neighbours.
    """
    agreed = frozenset(_beside_agreed(file)) if file.policy.agreed else frozenset()
    found = meaning_of(surveys)
    found = tuple(e for e in found if e.code != "same_outcome" or e.source not in agreed)
    for terms in islice(_terms(file), MOST_TERMS):
        dead = {each.source for each in found if each.code in DEAD}
        if not dead:
            break
        try:
            dead -= dead_in(surveys_of(*file.with_terms(terms).editions))
        except PolicyFaults:
            continue  # these terms do not go together
        found = tuple(each for each in found if each.code not in DEAD or each.source not in dead)
    return found


def _beside_agreed(file: PolicyFile) -> Iterator[Source]:
    """Yields the places of the rows that give what is agreed, and of those beside them."""
    trees = by_days(file.merged, Context(file.file, currency=file.policy.currency))
    nodes = (node for tree in trees for node in below(tree.without("agreed", "tests")))
    for table in (node for node in nodes if isinstance(node, Map)):
        rows, given = table.list_of("rows"), _names_agreed(table.without("rows"))
        named = [False, *(given or _names_agreed(row) for row in rows), False]
        yield from (row.source for at, row in enumerate(rows) if any(named[at : at + 3]))


def _names_agreed(node: Node) -> bool:
    return any(isinstance(each, Scalar) and "agreed." in each.text for each in below(node))


def _terms(file: PolicyFile) -> Iterator[Map]:
    """Yields terms with one value agreed, then with all values in every combination."""
    each = [[(one.name, node) for node in _values(one)] for one in file.policy.agreed]
    each = [pairs for pairs in each if pairs]
    for chosen in chain(((pair,) for pairs in each for pair in pairs), product(*each)):
        yield Map(source=file.policy.tree.source, entries=dict(chosen), keys={})


def _values(agreed: Agreed) -> Iterator[Node]:
    """Yields the words that may be agreed, and the bounds of another value."""
    yes_no = agreed.type is FactType.YES_NO
    yield from (scalar(each, agreed.source) for each in ((True, False) if yes_no else agreed.of))
    yield from (bound for bound in (agreed.at_least, agreed.at_most) if bound is not None)
