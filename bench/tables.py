"""Rewrites a policy as plain first-hit tables, from which the peers' rules are made.

One translation serves every peer, so that all engines decide by the same rows. It covers what the
benchmark's policies use and refuses the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.policy.conditions import leaves, negated
from engine.policy.model import (
    All,
    Clock,
    Condition,
    Demand,
    Fee,
    Goods,
    Leaf,
    Op,
    Percent,
    Policy,
    Row,
    Shipping,
    Table,
    Verdict,
)
from engine.policy.vocabulary import FactType

Value = str | int | bool
Outcome = tuple[Value | None, ...]
"""What engines must agree on: answer, code, fee percent, goods, payer, original box; after a
refusal the last four are None."""

LEFT: Final = "days_left"
"""The days until the window closes, which follow from its length and the days that passed."""

_SIZES: Final = {Op.UNDER: "<", Op.AT_MOST: "<=", Op.OVER: ">", Op.AT_LEAST: ">="}
_NEVER: Final = frozenset({"early", "silent", "disputed"})
"""States that no policy here can bring about: none of them has `opens`, `by` or readings."""


@dataclass(frozen=True, slots=True)
class Test:
    """`fact` compared with one value (`==`, `<`, ..), or with several (`in`, `not in`)."""

    fact: str
    op: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Tests that must all hold, and what the line then says; no tests means always."""

    tests: tuple[Test, ...]
    says: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class FirstHit:
    """Lines of which the first that holds decides; the last one always does."""

    name: str
    outputs: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a line tests, once."""
        return tuple(dict.fromkeys(test.fact for line in self.lines for test in line.tests))

    @property
    def is_constant(self) -> bool:
        """Whether it says the same of everything."""
        return len(self.lines) == 1


def first_hits(policy: Policy) -> tuple[FirstHit, ...]:
    """The policy as tables in the order in which they are asked; later ones test earlier ones."""
    (deadline,), fees = policy.deadlines, policy.fees
    return (
        FirstHit("window", ("days",), _windows(deadline, policy)),
        FirstHit("eligibility", ("answer", "code"), _verdicts(policy)),
        FirstHit("restocking", ("fee",), _simple(fees[0], policy) if fees else (Line((), (0,)),)),
        FirstHit("disposition", ("goods",), _simple(policy.goods, policy)),
        FirstHit("shipping", ("payer",), _simple(policy.return_shipping, policy)),
        FirstHit("packaging", ("box",), _boxes(policy)),
    )


def outcome(answer: Sequence[Value], rest: Sequence[Value]) -> Outcome:
    """Answer and code, and the rest unless it was refused."""
    return (*answer, *(rest if answer[0] == "accept" else (None,) * 4))


def _windows(table: Table, policy: Policy) -> tuple[Line, ...]:
    """`longest` becomes first-hit when the longest come first."""
    if table.decide != "longest" and len(table.rows) > 1:
        raise NotImplementedError(f"`decide: {table.decide}` of `{table.name}`")
    lines = _simple(table, policy)
    return tuple(sorted(lines, key=lambda line: -int(line.says[0])))


def _verdicts(policy: Policy) -> tuple[Line, ...]:
    """Eligibility, and before its last line what a demand refuses: earlier steps come first."""
    own = _simple(policy.eligibility, policy)
    return (*own[:-1], *_breaches(policy), own[-1])


def _breaches(policy: Policy) -> Iterable[Line]:
    for row in policy.demands.rows:
        if isinstance(row.body, Demand) and row.body.must is not None:
            broken = All((*_parts(row.when), negated(row.body.must)))
            yield Line(_tests(broken, policy), ("refuse", row.code or "packaging_not_met"))


def _boxes(policy: Policy) -> tuple[Line, ...]:
    wanted = [
        Line(_tests(row.when, policy), (True,))
        for row in policy.demands.rows
        if isinstance(row.body, Demand) and row.body.original_packaging
    ]
    return (*wanted, Line((), (False,)))


def _simple(table: Table, policy: Policy) -> tuple[Line, ...]:
    return tuple(
        Line(_tests(row.when, policy), _says(row)) for row in table.rows if not _is_idle(row)
    )


def _is_idle(row: Row) -> bool:
    return any(leaf.fact == "deadlines" and leaf.words[0] in _NEVER for leaf in leaves(row.when))


def _says(row: Row) -> tuple[Value, ...]:
    match row.body:
        case Clock(within=within) if within is not None:
            return (within.count,)
        case Verdict(answer="accept"):
            return ("accept", row.code or "ok")
        case Verdict(answer="refuse" | "from_deadline"):
            return ("refuse", _code(row))
        case Goods(do=word) | Shipping(paid_by=word) if word is not None:
            return (word,)
        case Fee(fee=Percent(millionths=millionths)):
            return (millionths // 10_000,)
        case Fee(fee=None):
            return (0,)
    raise NotImplementedError(f"what row `{row.id}` says")


def _code(row: Row) -> str:
    return row.code if row.code not in (None, "from_deadline") else "outside_window"


def _tests(when: Condition, policy: Policy) -> tuple[Test, ...]:
    return tuple(_test(part, policy) for part in _parts(when))


def _parts(when: Condition) -> tuple[Condition, ...]:
    return when.parts if isinstance(when, All) else (when,)


def _test(part: Condition, policy: Policy) -> Test:
    if not isinstance(part, Leaf):
        raise NotImplementedError("an `any_of` inside a row")
    if part.fact == "deadlines":
        return Test(LEFT, "<", (0,))
    if part.op in _SIZES:
        fact = policy.facts[part.fact]
        if fact.type is FactType.YES_NO:
            return Test(part.fact, "==", (part.op in (Op.OVER, Op.AT_LEAST),))
        return Test(part.fact, _SIZES[part.op], (part.number,))
    if part.op in (Op.IN, Op.NOT_IN):
        return _membership(part)
    raise NotImplementedError(f"`{part.written}`")


def _membership(leaf: Leaf) -> Test:
    if len(leaf.words) == 1:
        return Test(leaf.fact, "==" if leaf.op is Op.IN else "!=", leaf.words)
    return Test(leaf.fact, leaf.op.value, leaf.words)
