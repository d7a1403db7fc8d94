"""Turns rows into rules for the network: conjunctions of integer tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from operator import itemgetter
from typing import Final

from engine.decision.encoding import ABSENT, UNKNOWN, Rule, Test
from engine.decision.encoding import Op as Comparison
from engine.decision.slots import Slots
from engine.policy.conditions import leaves
from engine.policy.model import All, AnyOf, Condition, Leaf, Op

MOST_ALTERNATIVES: Final = 64
"""The most alternatives ("or") into which one row may expand for the network."""

Picker = Callable[[list[int]], tuple[int, ...]]

_SIZES: Final[dict[Op, Comparison]] = {
    Op.OVER: "gt",
    Op.AT_LEAST: "ge",
    Op.UNDER: "lt",
    Op.AT_MOST: "le",
}
_PRESENCE: Final[dict[Op, Comparison]] = {
    Op.KNOWN: "gt",
    Op.UNKNOWN: "le",
    Op.ABSENT: "eq",
    Op.PRESENT: "gt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledCondition:
    """A condition with its bit: of a row's `when` or body, of a promise, or of a set."""

    bit: int
    mask: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A 0/1 field that says whether a word is one of several."""

    slot: int
    of: int
    codes: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the network is asked: `used` are its fields as slots, `by_slot` those that are atoms.

    `always` is the mask of the conditions without a test.
    """

    always: int
    rules: tuple[Rule, ...]
    used: tuple[int, ...]
    by_slot: Mapping[int, Atom]


def question_of(asked: Iterable[CompiledCondition], slots: Slots) -> Question:
    """Turns conditions into rules over numbered fields."""
    always = 0
    atoms: dict[tuple[int, frozenset[int]], Atom] = {}
    raw: list[tuple[int, list[tuple[int, Comparison, int]]]] = []
    read: set[int] = set()
    for each in asked:
        found = alternatives(each.condition)
        if found is None:
            # Such a policy cannot be published: its draft has no rule for this row, but still reads
            # its facts, which may be unknown.
            read |= {slots.of_leaf(leaf) for leaf in leaves(each.condition)}
        for alternative in found or ():
            tests = [test for leaf in alternative for test in _tests(leaf, slots, atoms)]
            if tests:
                raw.append((each.bit, tests))
            else:
                always |= each.mask
    used = tuple(sorted(read | {slot for _, tests in raw for slot, _, _ in tests}))
    field = {slot: position for position, slot in enumerate(used)}
    rules = tuple(
        Rule(row=bit, tests=tuple(Test(field[slot], op, value) for slot, op, value in tests))
        for bit, tests in raw
    )
    by_slot = {atom.slot: atom for atom in atoms.values()}
    return Question(always=always, rules=rules, used=used, by_slot=by_slot)


def alternatives(
    condition: Condition, most: int = MOST_ALTERNATIVES
) -> list[tuple[Leaf, ...]] | None:
    """Expands a condition into alternatives of leaves joined by "and"; None if more than `most`."""
    if isinstance(condition, Leaf):
        return [(condition,)]
    found: list[tuple[Leaf, ...]] = [()] if isinstance(condition, All) else []
    for part in condition.parts:
        inner = alternatives(part, most)
        if inner is None:
            return None
        if isinstance(condition, AnyOf):
            found = found + inner
        elif len(found) * len(inner) <= most:
            found = [one + other for one, other in product(found, inner)]
        else:
            return None
        if len(found) > most:
            return None
    return found


def picker(used: list[int]) -> Picker:
    """Returns a function that picks the values of some slots as a tuple."""
    if len(used) == 1:
        only = used[0]
        return lambda values: (values[only],)
    return itemgetter(*used) if used else lambda _: ()


def _tests(
    leaf: Leaf, slots: Slots, atoms: dict[tuple[int, frozenset[int]], Atom]
) -> list[tuple[int, Comparison, int]]:
    """Turns a leaf into integer comparisons; a guard keeps unknown and absent values out."""
    slot, codes = slots.leaf(leaf)
    if leaf.op in _SIZES:
        guarded = leaf.op in (Op.UNDER, Op.AT_MOST)
        guard: list[tuple[int, Comparison, int]] = [(slot, "gt", ABSENT)] if guarded else []
        return [*guard, (slot, _SIZES[leaf.op], leaf.number)]
    if leaf.op in (Op.HAS, Op.LACKS):
        return [(slot, "eq", int(leaf.op is Op.HAS))]
    if leaf.op in _PRESENCE:
        return [(slot, _PRESENCE[leaf.op], ABSENT)]
    if len(set(codes)) > 1:
        key = (slot, frozenset(codes))
        name = f"@{slot}:{','.join(map(str, sorted(key[1])))}"
        atom = atoms.setdefault(key, Atom(slot=slots.slot(name), of=slot, codes=key[1]))
        return [(atom.slot, "eq", int(leaf.op is Op.IN))]
    if leaf.op is Op.IN:
        return [(slot, "eq", codes[0])]
    return [(slot, "gt", UNKNOWN), (slot, "ne", codes[0])]
