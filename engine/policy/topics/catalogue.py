"""Every topic of the language in the order of evaluation, and the facts that each makes known."""

from __future__ import annotations

import re
from typing import Final

from engine.policy.context import Context
from engine.policy.text import Map, Node, Scalar
from engine.policy.topics import clocks, fees, goods, limits, verdicts
from engine.policy.topics.limits import BOUNDS
from engine.policy.topics.rows import Topic
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, FactType
from engine.policy.words import LIMIT_STATES

_IN_ORDER: Final = (
    (1_000, clocks.TOPIC),
    (2_000, verdicts.TOPIC),
    (3_000, limits.LIMITS),
    (4_000, limits.DEMANDS),
    (4_500, goods.AFTER_REFUSAL),
    (5_000, goods.REMEDIES),
    (6_000, goods.GOODS),
    (7_000, goods.RETURN_SHIPPING),
    (8_000, fees.VALUE),
    (9_000, fees.FEES),
    (10_000, fees.OUTBOUND_SHIPPING),
    (11_000, fees.WHOLE_RETURN),
)

TOPICS: Final[dict[str, Topic]] = {topic.name: topic for _, topic in _IN_ORDER}
STEPS: Final[dict[str, int]] = {topic.name: step for step, topic in _IN_ORDER} | {"must": 20_000}
"""The step of each topic; a fact derived at a step may be tested at later ones.

Part N of a plural topic adds N.
"""


PART = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
TAKEN: Final = frozenset([*DERIVED, *DEADLINE_FACTS, "any_of", "is", "is_not", "agreed"])
_KNOWN_FROM: Final = {
    "deadlines": 1_999,
    "answer": 2_000,
    "code": 2_000,
    "missing": 4_000,
    "failed": 4_000,
    "remedy": 5_999,
    "timing": 5_999,
    "goods": 6_000,
    "goods_to": 6_000,
    "return_paid_by": 7_000,
    "label_by": 7_000,
    "base": 8_000,
    "fee_total": 9_999,
}


def derive(tree: Map, ctx: Context) -> None:
    """Makes the facts of deadlines, limits and fees known, and those that every policy derives."""
    for name, fact in DERIVED.items():
        words = ctx.facts["evidence"].words if name == "missing" else fact.words
        ctx.derive(name, fact.type, _KNOWN_FROM[name], words)
    deadlines = _parts("deadlines", tree, ctx)
    for index, part in enumerate(deadlines):
        for name, fact in DEADLINE_FACTS.items():
            ctx.derive(f"{part}.{name}", fact.type, STEPS["deadlines"] + index, fact.words)
    for index, (part, node) in enumerate(_parts("limits", tree, ctx).items()):
        step = STEPS["limits"] + index
        ctx.derive(f"{part}.state", FactType.WORD, step, LIMIT_STATES)
        ctx.derive(f"{part}.left", _type_of_left(node), step, None)
    for index, part in enumerate(_parts("fees", tree, ctx)):
        ctx.derive(f"fees.{part}", FactType.MONEY, STEPS["fees"] + index, None)
    ctx.main_deadline = main_deadline(list(deadlines))


def main_deadline(parts: list[str]) -> str | None:
    """Returns the deadline that names without a prefix refer to: `request`, else the first."""
    return "request" if "request" in parts else (parts[0] if parts else None)


def _parts(topic: str, tree: Map, ctx: Context) -> dict[str, Node]:
    node = tree.get(topic)
    parts = node.entries if isinstance(node, Map) else {}
    for part, child in parts.items():
        if not PART.match(part):
            said = f"`{part[:40]}` is not a name for a part: small letters, digits, `_`."
            ctx.fault("wrong_type", child.source, said)
        elif topic != "fees" and (part in ctx.facts or part in TAKEN):
            said = f"`{part}` is the name of a fact; name this part otherwise."
            ctx.fault("name_taken", child.source, said)
        elif f"{part}.state" in ctx.derived and topic == "limits":
            said = f"`{part}` is a deadline of this policy; name this limit otherwise."
            ctx.fault("name_taken", child.source, said)
    return dict(parts)


def _type_of_left(limit: Node) -> FactType:
    bounds = [limit.get(key) for key in BOUNDS] if isinstance(limit, Map) else []
    counts = any(isinstance(each, Scalar) and type(each.value) is int for each in bounds)
    return FactType.COUNT if counts else FactType.MONEY
