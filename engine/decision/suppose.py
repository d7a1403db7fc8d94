"""The values that an unknown fact could have, as far as a policy can tell them apart."""

from __future__ import annotations

from engine.decision.encoding import UNKNOWN
from engine.decision.plan import Plan
from engine.policy.conditions import leaves
from engine.policy.model import Leaf, Op
from engine.policy.vocabulary import FactType

Setting = tuple[tuple[int, int], ...]
"""Slots with the values to put there."""


def supposed_values(fact: str, plan: Plan, values: list[int]) -> list[Setting]:
    """One setting per cell into which the tests of the policy divide the fact."""
    definition, slots = plan.slots.fact(fact), plan.slots
    if definition.type is FactType.SET:
        return _members(fact, plan, values)
    slot = slots.slot(fact)
    tests = [leaf for asked in plan.asked for leaf in leaves(asked.condition) if leaf.fact == fact]
    if definition.type is FactType.YES_NO:
        return [((slot, 0),), ((slot, 1),)]
    if definition.type is FactType.WORD:
        closed = definition.words is not None and not definition.open
        tested = {word for leaf in tests for word in leaf.words}
        codes = slots.codes(fact)
        named = sorted(code for word, code in codes.items() if closed or word in tested)
        return [((slot, code),) for code in ([] if closed else [0]) + named]
    return [((slot, value),) for value in _around(tests)]


def _around(tests: list[Leaf]) -> list[int]:
    """A value on, just under and just over each bound."""
    sized = [leaf.number for leaf in tests if leaf.op not in (Op.KNOWN, Op.UNKNOWN)]
    near = {value for bound in sized for value in (bound - 1, bound, bound + 1)}
    return sorted(value for value in near if value >= 0) or [0]


def _members(fact: str, plan: Plan, values: list[int]) -> list[Setting]:
    """Every word of the set there or not, alone and none; sets are small in policies."""
    slots = [slot for _, slot in plan.slots.starting(f"{fact}#") if values[slot] == UNKNOWN]
    none = tuple((slot, 0) for slot in slots)
    return [none, *(tuple((each, int(each == slot)) for each in slots) for slot in slots)]
