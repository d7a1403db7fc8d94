"""The algebra of conditions: joins and negates them, and lists their tests; reads no text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from engine.policy.model import All, AnyOf, Condition, Demand, Leaf, Op, Remedy, Row
from engine.policy.words import ORIGINAL_PACKAGINGS

_PAIRS: Final = (
    (Op.IN, Op.NOT_IN),
    (Op.UNDER, Op.AT_LEAST),
    (Op.OVER, Op.AT_MOST),
    (Op.HAS, Op.LACKS),
    (Op.KNOWN, Op.UNKNOWN),
    (Op.ABSENT, Op.PRESENT),
)
_OPPOSITE: Final = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


def joined(parts: Iterable[Condition]) -> Condition:
    """Joins conditions into one that holds if all of them hold, flattened."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def either(parts: Iterable[Condition]) -> Condition | None:
    """Joins conditions into one that holds if any of them holds; None if there are none."""
    found = tuple(parts)
    if not found:
        return None
    return found[0] if len(found) == 1 else AnyOf(found)


def negated(condition: Condition) -> Condition:
    """Returns the opposite condition, with "not" pushed down to the leaves."""
    if isinstance(condition, Leaf):
        return replace(condition, op=_OPPOSITE[condition.op], written=f"not {condition.written}")
    parts = tuple(negated(part) for part in condition.parts)
    return AnyOf(parts) if isinstance(condition, All) else joined(parts)


def leaves(condition: Condition) -> list[Leaf]:
    """Every leaf, in the order written."""
    if isinstance(condition, Leaf):
        return [condition]
    return [leaf for part in condition.parts for leaf in leaves(part)]


def conditions_of(row: Row) -> list[Condition]:
    """Returns the conditions of a row: `when`, and the one in its body."""
    inside = inside_of(row)
    return [row.when] if inside is None else [row.when, inside]


def wants_box(demand: Demand) -> bool:
    """Returns whether a demand asks for the original packaging, by its key or by a test."""
    tests = leaves(demand.must) if demand.must is not None else []
    return demand.original_packaging or any(
        leaf.fact == "packaging"
        and leaf.op is Op.IN
        and set(leaf.words) <= set(ORIGINAL_PACKAGINGS)
        for leaf in tests
    )


def inside_of(row: Row) -> Condition | None:
    """Returns the condition in a row's body: what a demand requires, or what a remedy follows."""
    body = row.body
    if isinstance(body, Remedy):
        return body.after
    if not isinstance(body, Demand):
        return None
    need: list[Condition] = [
        Leaf(fact="evidence", op=Op.HAS, words=(word,), written=f"has {word}", source=row.source)
        for word in body.need
    ]
    parts = need if body.must is None else [*need, body.must]
    return All(tuple(parts)) if parts else None
