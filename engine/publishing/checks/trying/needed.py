"""What an outcome hangs on: the facts that a request sends, through every topic between.

It says which facts have to be varied to see all that an outcome can be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.decision.plan import AnyRow, AnyTable, Plan
from engine.policy.conditions import inside_of, leaves
from engine.policy.model import Clock, Leaf
from engine.publishing.checks.trying.values import NAMES

_BEFORE_ANSWER: Final = ("deadlines", "eligibility", "limits", "demands")
OF_OUTCOME: Final[dict[str, tuple[str, ...]]] = {
    "answer": _BEFORE_ANSWER,
    "code": _BEFORE_ANSWER,
    "deadlines": ("deadlines",),
    "missing": ("demands",),
    "failed": ("demands",),
    "remedy": ("remedies",),
    "timing": ("remedies",),
    "choice": ("remedies",),
    "goods": ("goods",),
    "goods_to": ("goods",),
    "return_paid_by": ("return_shipping",),
    "label_by": ("return_shipping",),
    "reshipment_paid_by": ("return_shipping",),
    "base": ("value", "remedies"),
    "percent": ("value", "remedies"),
    "fees": ("fees", "whole_return"),
    "fee_total": ("fees", "whole_return"),
    "net": ("value", "remedies", "fees", "outbound_shipping", "whole_return"),
    "outbound_refunded": ("outbound_shipping",),
}
"""The topics that an outcome field comes from."""


def facts_needed(names: Iterable[str], plan: Plan) -> frozenset[str]:
    """The facts that can be sent on which derived facts or outcome fields hang."""
    waiting, seen = list(names), set[str]()
    tables = _tables(plan)
    while waiting:
        name = waiting.pop().removeprefix("days_since.")
        if name in seen:
            continue
        seen.add(name)
        for table in _deriving(name, tables):
            waiting += _looked_at(table)
    sets = any(reading.sets for row in plan.eligibility.rows for reading in row.body.readings)
    if sets and "answer" not in seen and seen - set(plan.policy.facts):
        return facts_needed([*seen, "answer"], plan)
    return frozenset(seen & set(plan.policy.facts))


def hangs_on_days(names: Iterable[str], plan: Plan) -> bool:
    """Whether an outcome hangs on where a clock stands or on days between dates."""
    waiting, seen = list(names), set[str]()
    tables = _tables(plan)
    while waiting:
        name = waiting.pop()
        if name.startswith("days_since.") or name == "deadlines":
            return True
        if name in seen:
            continue
        seen.add(name)
        for table in _deriving(name, tables):
            if table.table.topic == "deadlines" and not name.endswith((".row", ".days_allowed")):
                return True
            waiting += [leaf.fact for row in table.rows for leaf in _leaves(row)]
    return False


def _tables(plan: Plan) -> list[AnyTable]:
    found: list[object] = [*plan.deadlines, plan.eligibility, *plan.limits, plan.demands]
    found += [*plan.remedies, plan.goods, plan.return_shipping, plan.value, *plan.fees]
    found += [plan.outbound_shipping, plan.whole_return]
    return found  # type: ignore[return-value]


def _deriving(name: str, tables: list[AnyTable]) -> list[AnyTable]:
    part, _, field = name.partition(".")
    if part == "fees" and field:
        return [each for each in tables if each.part == field or each.name == "whole_return"]
    if field:
        return [each for each in tables if each.part == part]
    topics = OF_OUTCOME.get(name, ())
    return [each for each in tables if each.table.topic in topics]


def _looked_at(table: AnyTable) -> list[str]:
    """All facts that the rows of a table look at: in their tests, their clocks, their amounts."""
    found = [leaf.fact for row in table.rows for leaf in _leaves(row)]
    for row in table.rows:
        found += NAMES.findall(repr(row.body))
        if isinstance(row.body, Clock):
            found.append("requested")
    if table.table.topic in ("value", "remedies", "limits", "fees"):
        found += ["item_price", "quantity"]
    return found


def _leaves(row: AnyRow) -> list[Leaf]:
    inside = inside_of(row.row)
    return leaves(row.row.when) + (leaves(inside) if inside is not None else [])
