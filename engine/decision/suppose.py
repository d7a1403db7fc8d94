"""The values that an unknown fact could have, as far as a policy can tell them apart."""

from __future__ import annotations

from engine.decision.encoding import UNKNOWN
from engine.decision.plan import Plan
from engine.policy.conditions import leaves
from engine.policy.model import Op
from engine.policy.vocabulary import FactType

Setting = tuple[tuple[int, int], ...]
"""Slots with the values to put there."""


def supposed_values(fact: str, plan: Plan, values: list[int]) -> list[Setting]:
    """One setting per cell into which the tests of the policy divide the fact."""
    definition = plan.fact(fact)
    if definition.type is FactType.SET:
        return _members(fact, plan, values)
    slot = plan.slots[fact]
    if definition.type is FactType.WORD:
        named = plan.codes.get(fact, {})
        closed = definition.words is not None and not definition.open
        tested = _tested(fact, plan)
        codes = sorted({code for word, code in named.items() if word in tested or closed})
        other = [] if closed else [0]
        return [((slot, code),) for code in [*codes, *other]]
    if definition.type is FactType.YES_NO:
        return [((slot, 0),), ((slot, 1),)]
    bounds = {leaf.number for asked in plan.asked for leaf in leaves(asked.condition) if leaf.fact == fact}
    around = sorted({value for bound in bounds for value in (bound - 1, bound, bound + 1) if value >= 0 or bound < 0})
    return [((slot, value),) for value in around] or [((slot, 0),)]


def _tested(fact: str, plan: Plan) -> set[str]:
    return {word for asked in plan.asked for leaf in leaves(asked.condition) if leaf.fact == fact
            and leaf.op in (Op.IN, Op.NOT_IN) for word in leaf.words}


def _members(fact: str, plan: Plan, values: list[int]) -> list[Setting]:
    """Each word of the set there or not, alone and none; sets are small in policies."""
    slots = [slot for name, slot in plan.slots.items() if name.startswith(f"{fact}#") and values[slot] == UNKNOWN]
    none = tuple((slot, 0) for slot in slots)
    return [none, *(tuple((each, int(each == slot)) for each in slots) for slot in slots)]
