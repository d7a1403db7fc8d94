"""Tells whether one test of a row holds for the values of a request, for explanations."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Final

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.policy.model import Leaf, Op

Truth = Callable[[list[int]], bool | None]

_SIZES: Final = {
    Op.OVER: operator.gt,
    Op.AT_LEAST: operator.ge,
    Op.UNDER: operator.lt,
    Op.AT_MOST: operator.le,
}


def truth(leaf: Leaf, slot: int, codes: tuple[int, ...]) -> Truth:
    """Returns a function that says whether a test holds; None if an unknown fact decides that."""
    if leaf.op in (Op.KNOWN, Op.UNKNOWN):
        return lambda values: (values[slot] > ABSENT) is (leaf.op is Op.KNOWN)
    passes = _passing(leaf, codes)
    open_ = (ABSENT, UNKNOWN) if leaf.op in (Op.HAS, Op.LACKS) else (UNKNOWN,)
    return lambda values: None if values[slot] in open_ else passes(values[slot])


def _passing(leaf: Leaf, codes: tuple[int, ...]) -> Callable[[int], bool]:
    if leaf.op in _SIZES:
        compare, number = _SIZES[leaf.op], leaf.number
        return lambda value: value > ABSENT and compare(value, number)
    if leaf.op in (Op.HAS, Op.LACKS):
        return lambda value: value == int(leaf.op is Op.HAS)
    if leaf.op in (Op.IN, Op.NOT_IN):
        return lambda value: (value in codes) is (leaf.op is Op.IN)
    return lambda value: (value == ABSENT) is (leaf.op is Op.ABSENT)
