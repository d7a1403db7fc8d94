"""Checks of what a policy means, row against row: overlaps where there must be none, and gaps.

Each finding comes with a concrete return that shows it.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Final

from engine.decision.rules.stages import alternatives
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Source
from engine.policy.model import ALWAYS, All, Condition, Leaf, Op, Policy, Row, Table
from engine.policy.vocabulary import Fact

MOST_CELLS: Final = 200_000
"""Combinations that are walked to find a gap; above this the table must have `otherwise`."""

_LOW, _HIGH = -(10**30), 10**30


def meaning_faults(policy: Policy) -> tuple[Fault, ...]:
    """Every finding for which the policy must not be published."""
    found: list[Fault] = []
    for table in policy.tables():
        found += _too_many_alternatives(table)
        if not found:
            found += _overlaps(table, policy) if table.decide == "only_one" else []
            found += _gap(table, policy)
    found += _seasons(policy)
    return tuple(found)


def _too_many_alternatives(table: Table) -> list[Fault]:
    return [
        Fault(
            code="too_large",
            source=row.source,
            sentence=f"`{row.id}` unfolds into more than 64 alternatives; "
            "split it into several rows.",
        )
        for row in table.rows
        if alternatives(row.when) is None
    ]


def _overlaps(table: Table, policy: Policy) -> list[Fault]:
    found: list[Fault] = []
    for one, other in combinations([row for row in table.rows if not row.otherwise], 2):
        example = meeting(one.when, other.when, policy)
        if example is not None:
            found.append(
                Fault(
                    code="config_invalid",
                    source=other.source,
                    sentence=f"`{one.id}` and `{other.id}` both apply to "
                    f"{example}, but `{table.name}` decides by `only_one`.",
                )
            )
    return found


def _seasons(policy: Policy) -> list[Fault]:
    found: list[Fault] = []
    for promise in policy.must:
        if promise.never_both is None:
            continue
        one, other = promise.never_both
        example = meeting(policy.groups[one], policy.groups[other], policy)
        if example is not None:
            found.append(
                Fault(
                    code=promise.code or "config_invalid",
                    source=promise.source,
                    sentence=f"The groups `{one}` and `{other}` both hold for {example}, which `{promise.id}` rules out.",
                )
            )
    return found


def meeting(one: Condition, other: Condition, policy: Policy) -> str | None:
    """A return for which both conditions hold, in words, or None when there is none."""
    for first, second in product(alternatives(one) or [], alternatives(other) or []):
        box = _box((*first, *second), policy)
        if box is not None:
            return _described(box, policy)
    return None


# --- a box: what a conjunction of leaves leaves open of each fact ------------------------------------

Range = tuple[int, int]
Box = dict[str, Range | frozenset[str] | tuple[frozenset[str], None] | bool]


def _box(tests: tuple[Leaf, ...], policy: Policy) -> Box | None:
    """The values that pass all tests, per fact; None when no value can."""
    ranges: dict[str, Range] = {}
    words: dict[str, set[str] | None] = {}
    without: dict[str, set[str]] = {}
    members: dict[str, bool] = {}
    known: dict[str, bool] = {}
    for leaf in tests:
        if leaf.op in (Op.UNDER, Op.AT_MOST, Op.OVER, Op.AT_LEAST):
            low, high = ranges.get(leaf.fact, (_LOW, _HIGH))
            ranges[leaf.fact] = {
                Op.UNDER: (low, min(high, leaf.number - 1)),
                Op.AT_MOST: (low, min(high, leaf.number)),
                Op.OVER: (max(low, leaf.number + 1), high),
                Op.AT_LEAST: (max(low, leaf.number), high),
            }[leaf.op]
        elif leaf.op is Op.IN:
            before = words.get(leaf.fact)
            words[leaf.fact] = set(leaf.words) if before is None else before & set(leaf.words)
        elif leaf.op is Op.NOT_IN:
            without.setdefault(leaf.fact, set()).update(leaf.words)
        elif leaf.op in (Op.HAS, Op.LACKS):
            key = f"{leaf.fact}#{leaf.words[0]}"
            if members.setdefault(key, leaf.op is Op.HAS) != (leaf.op is Op.HAS):
                return None
        else:
            wanted = leaf.op in (Op.KNOWN, Op.PRESENT)
            if known.setdefault(leaf.fact, wanted) != wanted:
                return None
    return _fitted(ranges, words, without, (members, known), policy)


def _fitted(
    ranges: dict[str, Range],
    words: dict[str, set[str] | None],
    without: dict[str, set[str]],
    flags: tuple[dict[str, bool], dict[str, bool]],
    policy: Policy,
) -> Box | None:
    members, known = flags
    box: Box = {}
    for fact, (low, high) in ranges.items():
        if low > high or known.get(fact) is False:
            return None
        box[fact] = (low, high)
    for fact in {*words, *without}:
        definition = policy.facts.get(fact)
        closed = (
            definition.words if definition and definition.words and not definition.open else None
        )
        legal = words.get(fact)
        if legal is None and closed is not None:
            legal = set(closed)
        if legal is not None:
            legal = legal - without.get(fact, set())
            if not legal or known.get(fact) is False:
                return None
            box[fact] = frozenset(legal)
        else:
            box[fact] = (frozenset(without[fact]), None)
        if (
            fact in ranges
            and definition is not None
            and not _ranked(definition, box[fact], ranges[fact])
        ):
            return None
    box.update(members)
    return box


def _ranked(fact: Fact, legal: object, span: Range) -> bool:
    order = fact.words or ()
    return isinstance(legal, frozenset) and any(
        word in order and span[0] <= order.index(word) + 1 <= span[1] for word in legal
    )


def _described(box: Box, policy: Policy) -> str:
    parts: list[str] = []
    for fact, legal in sorted(box.items()):
        if isinstance(legal, bool):
            name, _, word = fact.partition("#")
            parts.append(f"{name} {'has' if legal else 'lacks'} {word}")
        elif isinstance(legal, frozenset):
            parts.append(f"{fact} {sorted(legal)[0]}")
        elif legal[1] is None:
            parts.append(f"{fact} other than {', '.join(sorted(legal[0]))}")  # type: ignore[arg-type]
        else:
            low, high = legal
            assert isinstance(low, int) and isinstance(high, int)
            parts.append(f"{fact} {_number(fact, low if low > _LOW else high, policy)}")
    return "a return with " + ", ".join(parts) if parts else "every return"


def _number(fact: str, value: int, policy: Policy) -> str:
    from engine.dates import day_text
    from engine.money import Money
    from engine.policy.vocabulary import FactType

    definition = policy.facts.get(fact)
    if definition is None:
        return str(value)
    if definition.type is FactType.DATE:
        return day_text(value)
    if definition.type is FactType.MONEY:
        return str(Money(value, policy.currency))
    if definition.best_first and definition.words and 1 <= value <= len(definition.words):
        return definition.words[value - 1]
    if definition.type is FactType.YES_NO:
        return "true" if value else "false"
    return (
        f"{value / 10_000:g}%"
        if definition.type is FactType.PERCENT
        else (f"{value / 1_000_000:g}" if definition.type is FactType.NUMBER else str(value))
    )


# --- gaps -----------------------------------------------------------------------------------------


def _gap(table: Table, policy: Policy) -> list[Fault]:
    """A table without `otherwise` that must be complete, and the return that it does not cover."""
    if (
        table.optional
        or any(row.otherwise for row in table.rows)
        or any(row.when == ALWAYS for row in table.rows)
    ):
        return []
    example = _uncovered(table.rows, policy)
    if example is None:
        return []
    return [
        Fault(
            code="gap",
            source=table.source,
            sentence=f"`{table.name}` has no row for {example}; add a row with `otherwise: true`.",
        )
    ]


def _uncovered(rows: tuple[Row, ...], policy: Policy) -> str | None:
    """Walks the complement: boxes that every row so far has left over."""
    left: list[tuple[Leaf, ...]] = [()]
    for row in rows:
        from engine.policy.conditions import negated

        outside = alternatives(negated(row.when), 256) or []
        following: list[tuple[Leaf, ...]] = []
        for one, other in product(left, outside):
            joined = (*one, *other)
            if _box(joined, policy) is not None:
                following.append(joined)
            if len(following) > MOST_CELLS:
                return "more cases than can be checked"
        left = following
    box = _box(left[0], policy) if left else None
    return _described(box, policy) if box is not None else None


__all__ = ["All", "Source", "leaves", "meaning_faults", "meeting"]
