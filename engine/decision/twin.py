"""The same rows in plain Python: generated source that agrees with the network, row by row.

It also says which rows *may* hold when facts are unknown, which the network cannot. Only integers
and our own names enter the source.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.plan import Asked, Plan, Stage, leaf_slot
from engine.policy.model import All, Condition, Leaf, Op

Rows = Callable[[list[int]], int]

_SIZES: Final = {Op.OVER: ">", Op.AT_LEAST: ">=", Op.UNDER: "<", Op.AT_MOST: "<="}
_NAMES: Final = {"U": UNKNOWN, "A": ABSENT}


def true_rows(stage: Stage, plan: Plan) -> Rows:
    """A function of the slots that gives the bits of the rows that hold."""
    return _function(stage, plan, maybe=False)


def maybe_rows(stage: Stage, plan: Plan) -> Rows:
    """The same for the rows that hold or could hold, were the unknown facts known."""
    return _function(stage, plan, maybe=True)


def truth(condition: Condition, values: list[int], plan: Plan) -> bool | None:
    """Whether a condition holds; None when that hangs on an unknown fact. For explanations."""
    if isinstance(condition, Leaf):
        names = {"v": values, **_NAMES}
        if eval(_leaf(condition, plan, False), {"__builtins__": {}}, names):  # noqa: S307 - our own source
            return True
        return None if eval(_leaf(condition, plan, True), {"__builtins__": {}}, names) else False  # noqa: S307
    found = [truth(part, values, plan) for part in condition.parts]
    if isinstance(condition, All):
        return False if False in found else (None if None in found else True)
    return True if True in found else (None if None in found else False)


def _function(stage: Stage, plan: Plan, *, maybe: bool) -> Rows:
    body = [f"    m = {stage.always}"]
    for asked in stage.asked:
        if not asked.mask & stage.always:
            body.append(f"    if {_source(asked.condition, plan, maybe)}: m |= {asked.mask}")
    source = "\n".join(["def rows(v):", *body, "    return m"])
    scope: dict[str, object] = dict(_NAMES)
    exec(compile(source, f"<{plan.policy.reference} stage {stage.step}>", "exec"), scope)  # noqa: S102 - our own source
    rows = scope["rows"]
    assert callable(rows)
    return rows


def _source(condition: Condition, plan: Plan, maybe: bool) -> str:
    if isinstance(condition, Leaf):
        return _leaf(condition, plan, maybe)
    if not condition.parts:
        return "True"
    word = " and " if isinstance(condition, All) else " or "
    return "(" + word.join(_source(part, plan, maybe) for part in condition.parts) + ")"


def _leaf(leaf: Leaf, plan: Plan, maybe: bool) -> str:
    value = f"v[{leaf_slot(leaf, plan)}]"
    if leaf.op in _SIZES:
        guarded = leaf.op in (Op.UNDER, Op.AT_MOST)
        test = f"{'A < ' if guarded else ''}{value} {_SIZES[leaf.op]} {leaf.number}"
        return f"({value} == U or {test})" if maybe else f"({test})"
    if leaf.op in (Op.HAS, Op.LACKS):
        wanted = 1 if leaf.op is Op.HAS else 0
        return f"{value} != {1 - wanted}" if maybe else f"{value} == {wanted}"
    if leaf.op in (Op.IN, Op.NOT_IN):
        codes = sorted(plan.code(leaf.fact, word) for word in leaf.words)
        unknown = [UNKNOWN] if maybe == (leaf.op is Op.IN) else []
        listed = ", ".join(str(code) for code in [*codes, *unknown])
        return f"{value} {'in' if leaf.op is Op.IN else 'not in'} ({listed},)"
    if leaf.op is Op.ABSENT:
        return f"{value} <= A" if maybe else f"{value} == A"
    if leaf.op is Op.PRESENT:
        return f"{value} != A" if maybe else f"{value} > A"
    return f"{value} {'>' if leaf.op is Op.KNOWN else '<='} A"


__all__ = ["Asked", "maybe_rows", "true_rows", "truth"]
