"""Checks of what a policy means, row against row: overlaps where there must be none, and gaps.

Each finding comes with a concrete return that shows it.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Final

from engine.decision.rules.stages import MOST_ALTERNATIVES, alternatives
from engine.policy.conditions import negated
from engine.policy.faults import Fault
from engine.policy.model import ALWAYS, Condition, Demand, Leaf, Policy, Remedy, Row, Table
from engine.publishing.boxes import box_of, described, meeting

MOST_BOXES: Final = 20_000
"""Boxes that are walked to find a gap; above this a table must have `otherwise`."""


def meaning_faults(policy: Policy) -> tuple[Fault, ...]:
    """Every finding for which the policy must not be published."""
    wide = _too_wide(policy)
    if wide:
        return tuple(wide)
    found: list[Fault] = []
    for table in policy.tables():
        found += _overlaps(table, policy) if table.decide == "only_one" else []
        found += _gap(table, policy)
    return (*found, *_seasons(policy))


def _too_wide(policy: Policy) -> list[Fault]:
    rows = [row for table in policy.tables() for row in table.rows]
    asked = [(row.id, row.source, condition) for row in rows for condition in _conditions(row)]
    asked += [(each.id, each.source, each.when) for each in policy.must]
    asked += [(each.all_of, each.source, each.condition) for each in policy.sets]
    return [
        Fault(
            code="too_large",
            source=source,
            sentence=f"`{name}` unfolds into more than {MOST_ALTERNATIVES} alternatives; "
            "split it into several.",
        )
        for name, source, condition in asked
        if alternatives(condition) is None
    ]


def _conditions(row: Row) -> list[Condition]:
    """All that a row asks: where it applies, what a demand wants, when a remedy gives way."""
    inner: Condition | None = None
    if isinstance(row.body, Demand):
        inner = row.body.must
    elif isinstance(row.body, Remedy):
        inner = row.body.after
    return [row.when] if inner is None else [row.when, inner]


def _overlaps(table: Table, policy: Policy) -> list[Fault]:
    found: list[Fault] = []
    for one, other in combinations([row for row in table.rows if not row.otherwise], 2):
        example = meeting(one.when, other.when, policy)
        if example is not None:
            sentence = (
                f"`{one.id}` and `{other.id}` both apply to {example}, but `{table.name}` "
                "decides by `only_one`."
            )
            found.append(Fault(code="config_invalid", source=other.source, sentence=sentence))
    return found


def _seasons(policy: Policy) -> list[Fault]:
    found: list[Fault] = []
    for promise in policy.must:
        if promise.never_both is None:
            continue
        one, other = promise.never_both
        example = meeting(policy.groups[one], policy.groups[other], policy)
        if example is not None:
            sentence = (
                f"The groups `{one}` and `{other}` both hold for {example}, "
                f"which `{promise.id}` rules out."
            )
            code = promise.code or "config_invalid"
            found.append(Fault(code=code, source=promise.source, sentence=sentence))
    return found


def _gap(table: Table, policy: Policy) -> list[Fault]:
    """A table that must be complete and is not, with a return that it does not cover."""
    closed = any(row.when == ALWAYS for row in table.rows)
    example = None if table.optional or closed else _uncovered(table.rows, policy)
    if example is None:
        return []
    sentence = f"`{table.name}` has no row for {example}; add a row with `otherwise: true`."
    return [Fault(code="gap", source=table.source, sentence=sentence)]


def _uncovered(rows: tuple[Row, ...], policy: Policy) -> str | None:
    """Walks the complement: the boxes that every row so far has left over."""
    left: list[tuple[Leaf, ...]] = [()]
    for row in rows:
        outside = alternatives(negated(row.when), MOST_BOXES)
        if outside is None:
            return "more cases than can be checked"
        following: list[tuple[Leaf, ...]] = []
        for one, other in product(left, outside):
            if len(following) > MOST_BOXES:
                return "more cases than can be checked"
            if box_of((*one, *other), policy) is not None:
                following.append((*one, *other))
        left = following
    box = box_of(left[0], policy) if left else None
    return described(box, policy) if box is not None else None
