"""The same rows in plain Python: generated source that agrees with the network, row by row.

Thresholds are defaults of parameters, so policies that differ in numbers only share the code.
It also says which rows *may* hold when facts are unknown, which the network cannot. Only integers
and our own names enter the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import CodeType, FunctionType
from typing import Any, Final
from weakref import WeakValueDictionary

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.policy.model import All, Condition, Leaf, Op

Rows = Callable[[list[int]], int]
Truth = Callable[[list[int]], bool | None]
Numbers = Callable[[Leaf], tuple[int, tuple[int, ...]]]
"""Gives the slot of a leaf and the numbers of its words."""

_SIZES: Final = {Op.OVER: ">", Op.AT_LEAST: ">=", Op.UNDER: "<", Op.AT_MOST: "<="}
_NAMES: Final[dict[str, object]] = {"__builtins__": {}, "U": UNKNOWN, "A": ABSENT}

_SHARED: Final[WeakValueDictionary[str, CodeType]] = WeakValueDictionary()
"""The code of the functions in use, by their source: many policies differ in thresholds only."""


def true_rows(conditions: Iterable[tuple[int, Condition]], always: int, numbers: Numbers) -> Rows:
    """A function of the slots that gives the masks of the conditions that hold."""
    return _Writer(numbers).rows(conditions, always, maybe=False)


def maybe_rows(conditions: Iterable[tuple[int, Condition]], always: int, numbers: Numbers) -> Rows:
    """The same for conditions that hold or could hold, were the unknown facts known."""
    return _Writer(numbers).rows(conditions, always, maybe=True)


def truth(condition: Condition, numbers: Numbers) -> Truth:
    """A function that says whether a condition holds; None when that hangs on an unknown fact."""
    return _Writer(numbers).truth(condition)


class _Writer:
    """Writes one function, which has a parameter for each of its `_thresholds`."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._thresholds: list[int] = []

    def rows(
        self, conditions: Iterable[tuple[int, Condition]], always: int, *, maybe: bool
    ) -> Rows:
        body = [
            f"    if {self._source(condition, maybe)}: m |= {mask}"
            for mask, condition in conditions
            if not mask & always
        ]
        return self._made("\n".join([f"    m = {always}", *body, "    return m"]))

    def truth(self, condition: Condition) -> Truth:
        true, maybe = self._source(condition, False), self._source(condition, True)
        return self._made(f"    return True if {true} else (None if {maybe} else False)")

    def _made(self, body: str) -> Callable[[list[int]], Any]:
        names = "".join(f", n{index}" for index in range(len(self._thresholds)))
        source = f"def rows(v{names}):\n{body}"
        code = _SHARED.get(source)
        if code is None:
            module = compile(source, "<rows>", "exec")
            code = next(each for each in module.co_consts if isinstance(each, CodeType))
            _SHARED[source] = code
        return FunctionType(code, _NAMES, argdefs=tuple(self._thresholds))

    def _source(self, condition: Condition, maybe: bool) -> str:
        if isinstance(condition, Leaf):
            return self._leaf(condition, maybe)
        if not condition.parts:
            return "True"
        word = " and " if isinstance(condition, All) else " or "
        return "(" + word.join(self._source(part, maybe) for part in condition.parts) + ")"

    def _leaf(self, leaf: Leaf, maybe: bool) -> str:
        slot, codes = self._numbers(leaf)
        value = f"v[{slot}]"
        if leaf.op in _SIZES:
            guard = "A < " if leaf.op in (Op.UNDER, Op.AT_MOST) else ""
            test = f"{guard}{value} {_SIZES[leaf.op]} {self._threshold(leaf.number)}"
            return f"({value} == U or {test})" if maybe else f"({test})"
        if leaf.op in (Op.HAS, Op.LACKS):
            wanted = 1 if leaf.op is Op.HAS else 0
            return f"{value} != {1 - wanted}" if maybe else f"{value} == {wanted}"
        if leaf.op in (Op.IN, Op.NOT_IN):
            unknown = [UNKNOWN] if maybe == (leaf.op is Op.IN) else []
            listed = ", ".join(str(code) for code in [*sorted(codes), *unknown])
            return f"{value} {'in' if leaf.op is Op.IN else 'not in'} ({listed},)"
        if leaf.op is Op.ABSENT:
            return f"{value} <= A" if maybe else f"{value} == A"
        if leaf.op is Op.PRESENT:
            return f"{value} != A" if maybe else f"{value} > A"
        return f"{value} {'>' if leaf.op is Op.KNOWN else '<='} A"

    def _threshold(self, number: int) -> str:
        self._thresholds.append(number)
        return f"n{len(self._thresholds) - 1}"
