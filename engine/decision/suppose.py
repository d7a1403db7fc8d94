"""The values that an unknown fact could have, as far as a policy can tell them apart."""

from __future__ import annotations

import re
from itertools import product

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.plan import Plan
from engine.decision.slots import Slots
from engine.policy.conditions import leaves
from engine.policy.model import Leaf, Op, Policy, Remedy
from engine.policy.vocabulary import FactType

_MEASURING = ("deadlines", "limits", "value", "fees")
_SIZED = (Op.OVER, Op.AT_LEAST, Op.UNDER, Op.AT_MOST)
_SIZES = (FactType.DATE, FactType.MONEY, FactType.COUNT)
_MOST_MEMBERS = 9  # 512 combinations

Setting = tuple[tuple[int, int], ...]
"""Slots with the values to put there."""


def supposed_values(fact: str, plan: Plan, values: list[int]) -> list[Setting]:
    """One setting per cell into which the tests of the policy divide the fact."""
    definition, slots = plan.slots.fact(fact), plan.slots
    if definition.type is FactType.SET:
        return _members(fact, plan, values)
    slot = slots.slot(fact)
    tests = [leaf for asked in plan.asked for leaf in leaves(asked.condition) if leaf.fact == fact]
    sized = [leaf.number for leaf in tests if leaf.op in _SIZED]
    near = {value for bound in sized for value in (bound - 1, bound, bound + 1)}
    if definition.type is FactType.YES_NO:
        found = [0, 1]
    elif definition.type is FactType.WORD:
        closed = definition.words is not None and not definition.open
        named = {slots.code(fact, word) for leaf in tests for word in leaf.words} | near
        if fact == "wanted":
            return [((slot, code),) for code in sorted(named | _offered(plan))]
        legal = set(slots.codes(fact).values()) | (set() if closed else {0})
        found = sorted(legal - named)[:1] + _told_apart(legal & named, tests, slots)
    else:
        found = sorted(value for value in near if value >= 0) or [1]
    if any(leaf.op in (Op.ABSENT, Op.PRESENT) for leaf in tests):
        found.append(ABSENT)
    return [((slot, value),) for value in found]


def _offered(plan: Plan) -> set[int]:
    """The remedies among which the policy lets someone choose, as words of `wanted`."""
    rows = [row for table in plan.remedies for row in table.rows]
    return {plan.slots.code("wanted", word) for row in rows for word in row.body.choice}


def _told_apart(numbers: set[int], tests: list[Leaf], slots: Slots) -> list[int]:
    """One word for each cell: the words of a cell give every test the same truth."""
    cells: dict[tuple[bool, ...], int] = {}
    for number in sorted(numbers, reverse=True):
        cell = []
        for leaf in tests:
            if leaf.op in (Op.OVER, Op.AT_LEAST):
                cell.append(number >= leaf.number + (leaf.op is Op.OVER))
            elif leaf.op in (Op.UNDER, Op.AT_MOST):
                cell.append(number <= leaf.number - (leaf.op is Op.UNDER))
            else:
                cell.append(number in {slots.code(leaf.fact, word) for word in leaf.words})
        cells[tuple(cell)] = number
    return sorted(cells.values())


def _members(fact: str, plan: Plan, values: list[int]) -> list[Setting]:
    """Every word of the set there or not; of many words more than are ever tried."""
    slots = [slot for _, slot in plan.slots.starting(f"{fact}#") if values[slot] == UNKNOWN]
    return [
        tuple(zip(slots, there, strict=False))
        for there in product((0, 1), repeat=min(len(slots), _MOST_MEMBERS))
    ]


def measured_facts(policy: Policy) -> frozenset[str]:
    """Facts of clocks, limits and amounts: each value counts, not only the cell it is in."""
    bodies: list[object] = []
    for table in policy.tables():
        for row in table.rows:
            if isinstance(row.body, Remedy):
                bodies += [row.body.of, row.body.bonus, row.body.pay_within]
            elif table.topic in _MEASURING:
                bodies.append(row.body)
    words = set(re.findall(r"'([a-z][a-z0-9_]*)'", repr(bodies)))
    found = {name for name, fact in policy.facts.items() if name in words and fact.type in _SIZES}
    return frozenset(found | {"outbound_paid", "outbound_standard"})
