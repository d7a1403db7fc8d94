"""The same rows in plain Python: generated source that agrees with the network, row by row.

It also says which rows *may* hold when facts are unknown, which the network cannot. Only integers
and our own names enter the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.policy.model import All, Condition, Leaf, Op

Rows = Callable[[list[int]], int]
Numbers = Callable[[Leaf], tuple[int, tuple[int, ...]]]
"""Gives the slot of a leaf and the numbers of its words."""

_SIZES: Final = {Op.OVER: ">", Op.AT_LEAST: ">=", Op.UNDER: "<", Op.AT_MOST: "<="}
_NAMES: Final = {"U": UNKNOWN, "A": ABSENT}


def true_rows(conditions: Iterable[tuple[int, Condition]], always: int, numbers: Numbers) -> Rows:
    """A function of the slots that gives the masks of the conditions that hold."""
    return _rows(conditions, always, numbers, maybe=False)


def maybe_rows(conditions: Iterable[tuple[int, Condition]], always: int, numbers: Numbers) -> Rows:
    """The same for conditions that hold or could hold, were the unknown facts known."""
    return _rows(conditions, always, numbers, maybe=True)


def truth(condition: Condition, numbers: Numbers) -> Callable[[list[int]], bool | None]:
    """A function that says whether a condition holds; None when that hangs on an unknown fact."""
    true, maybe = _source(condition, numbers, False), _source(condition, numbers, True)
    return _made(f"lambda v: True if {true} else (None if {maybe} else False)")  # type: ignore[return-value]


def _rows(
    conditions: Iterable[tuple[int, Condition]], always: int, numbers: Numbers, *, maybe: bool
) -> Rows:
    body = [
        f"    if {_source(condition, numbers, maybe)}: m |= {mask}"
        for mask, condition in conditions
        if not mask & always
    ]
    source = "\n".join(["def rows(v):", f"    m = {always}", *body, "    return m"])
    scope: dict[str, object] = dict(_NAMES)
    exec(compile(source, "<rows>", "exec"), scope)  # noqa: S102 - our own source
    return scope["rows"]  # type: ignore[return-value]


def _made(source: str) -> object:
    return eval(source, {"__builtins__": {}, **_NAMES})  # noqa: S307 - our own source


def _source(condition: Condition, numbers: Numbers, maybe: bool) -> str:
    if isinstance(condition, Leaf):
        return _leaf(condition, numbers, maybe)
    if not condition.parts:
        return "True"
    word = " and " if isinstance(condition, All) else " or "
    return "(" + word.join(_source(part, numbers, maybe) for part in condition.parts) + ")"


def _leaf(leaf: Leaf, numbers: Numbers, maybe: bool) -> str:
    slot, codes = numbers(leaf)
    value = f"v[{slot}]"
    if leaf.op in _SIZES:
        guard = "A < " if leaf.op in (Op.UNDER, Op.AT_MOST) else ""
        test = f"{guard}{value} {_SIZES[leaf.op]} {leaf.number}"
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
