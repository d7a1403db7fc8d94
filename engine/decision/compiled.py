"""Compiles a policy: a slot for every fact, a bit for every condition, one network question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar, cast

from engine.dates import day_text
from engine.decision.prepared import because_of, place_of, prepared
from engine.decision.record import Because, Nearly, Stamp
from engine.decision.rules.explained_test import ExplainedTest, truth
from engine.decision.rules.row_rules import CompiledCondition, Picker, Question, picker, question_of
from engine.decision.slots import EARLY, Slots, is_figure
from engine.policy.conditions import inside_of, joined, leaves
from engine.policy.model import (
    AfterRefusal,
    All,
    Body,
    Clock,
    Condition,
    Demand,
    Fee,
    Goods,
    Leaf,
    Limit,
    Outbound,
    Policy,
    Remedy,
    Row,
    Shipping,
    Table,
    Value,
    Verdict,
    Waiver,
    held_in,
)
from engine.policy.topics.catalogue import main_deadline
from engine.policy.vocabulary import DEADLINE_FACTS

B = TypeVar("B", bound=Body)

_ALWAYS_READ: Final = frozenset(
    "item_price unit_price quantity quantity_ordered requested ordered delivered now".split()  # noqa: SIM905 - a list of eight lines says less
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRow(Generic[B]):
    """A row with the bits of its `when` (`asked`) and of a condition inside its body (`inner`).

    `tests` explains each test of both. `plain`: the tests are only joined by "and", so that all
    of them hold when the row does. `prepared` is what the row gives whatever is sent. `because` is
    its explanation if its sentences do not depend on what is sent; `always` the same if it also
    has no tests.
    `kept` caches explanations by the values that the tests saw, `near` the change that would have
    made the row hold. `rivals` is the mask of the rows that lose to it; `place` holds its topic,
    id, file, line and clause.
    """

    row: Row
    body: B
    asked: CompiledCondition
    inner: CompiledCondition | None
    tests: tuple[ExplainedTest, ...]
    plain: bool
    rivals: int
    place: tuple[str, str, str, int, str | None]
    prepared: Any
    because: Because | None
    always: Because | None
    pick: Picker
    kept: dict[tuple[int, ...], Because] = field(default_factory=dict)
    near: dict[tuple[int, ...], tuple[Nearly, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTable(Generic[B]):
    """A table with its rows in order; `mask` holds their bits.

    `only` is its single row if that always applies, as in a topic written as one line.
    """

    table: Table
    name: str
    part: str
    rows: tuple[CompiledRow[B], ...]
    by_mask: dict[int, CompiledRow[B]]
    mask: int
    only: CompiledRow[B] | None


AnyRow = CompiledRow[Body]
AnyTable = CompiledTable[Body]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPolicy:
    """A policy compiled for evaluation; made once per edition, then only read.

    `asked` are all conditions by bit; `used` the facts that rows, clocks or amounts read;
    `asked_known` the facts that rows test for being known; `awaited` the dates that clocks read.
    """

    policy: Policy
    stamp: Stamp
    slots: Slots
    asked: tuple[CompiledCondition, ...]
    question: Question
    deadlines: tuple[CompiledTable[Clock], ...]
    eligibility: CompiledTable[Verdict]
    limits: tuple[CompiledTable[Limit], ...]
    demands: CompiledTable[Demand]
    remedies: tuple[CompiledTable[Remedy], ...]
    goods: CompiledTable[Goods]
    return_shipping: CompiledTable[Shipping]
    value: CompiledTable[Value]
    fees: tuple[CompiledTable[Fee], ...]
    outbound_shipping: CompiledTable[Outbound]
    after_refusal: CompiledTable[AfterRefusal]
    whole_return: CompiledTable[Waiver]
    promises: tuple[CompiledCondition, ...]
    sets: tuple[CompiledCondition, ...]
    main_deadline: str | None
    used: frozenset[str]
    asked_known: frozenset[str]
    awaited: frozenset[str]
    of_deadlines: frozenset[str]
    """The facts about deadlines that rows may test."""
    rows: tuple[AnyRow, ...]
    firsts: tuple[int, ...]
    """The masks of tables of which only the first row that holds counts; `each` is the mask of all
    other conditions."""
    each: int
    looked_at: tuple[int, ...]
    """The slots whose values topics read when they choose rows; `demanded` are the slots that
    demands test, because an open demand names those that are unknown."""
    demanded: tuple[int, ...]

    @property
    def kilobytes(self) -> float:
        """Estimates the memory it takes now; it grows as rows cache explanations."""
        seen = sum(test.kept for row in self.rows for test in row.tests)
        return (
            2.7 * len(self.rows)
            + 0.5 * sum(len(row.kept) + len(row.near) for row in self.rows)
            + 0.25 * seen
        )


def compile_policy(policy: Policy) -> CompiledPolicy:
    """Compiles a policy; raises `TypeError` for a row whose body is of another topic."""
    slots = Slots(policy)
    layout = _Layout(slots)
    tables: dict[str, Any] = {
        "deadlines": tuple(layout.table(table, Clock) for table in policy.deadlines),
        "eligibility": layout.table(policy.eligibility, Verdict),
        "limits": tuple(layout.table(table, Limit) for table in policy.limits),
        "demands": layout.table(policy.demands, Demand),
        "remedies": tuple(layout.table(table, Remedy) for table in policy.remedies),
        "goods": layout.table(policy.goods, Goods),
        "return_shipping": layout.table(policy.return_shipping, Shipping),
        "value": layout.table(policy.value, Value),
        "fees": tuple(layout.table(table, Fee) for table in policy.fees),
        "outbound_shipping": layout.table(policy.outbound_shipping, Outbound),
        "after_refusal": layout.table(policy.after_refusal, AfterRefusal),
        "whole_return": layout.table(policy.whole_return, Waiver),
    }
    promises = tuple(layout.ask(promise.when, "must") for promise in policy.must)
    sets = tuple(layout.ask(each.condition, "sets") for each in policy.sets)
    asked = tuple(layout.asked)
    return CompiledPolicy(
        policy=policy,
        stamp=_stamp(policy),
        slots=slots,
        asked=asked,
        question=question_of(asked, slots),
        promises=promises,
        sets=sets,
        main_deadline=main_deadline([str(table.part) for table in policy.deadlines]),
        used=_used(asked, policy),
        asked_known=frozenset(slots.noticed()),
        awaited=_clock_dates(policy),
        of_deadlines=frozenset(
            (
                "deadlines",
                *(f"{t.part}.{name}" for t in policy.deadlines for name in DEADLINE_FACTS),
            )
        ),
        rows=tuple(layout.rows),
        firsts=tuple(layout.firsts),
        each=sum(one.mask for one in asked) - sum(layout.firsts),
        looked_at=tuple(_looked_at(policy, slots)),
        demanded=tuple({slots.of_leaf(leaf) for leaf in _demanded(policy)}),
        **tables,
    )


class _Layout:
    """Numbers the conditions of a policy: each gets the next bit."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.asked: list[CompiledCondition] = []
        self.rows: list[AnyRow] = []
        self.firsts: list[int] = []

    def table(self, table: Table, kind: type[B]) -> CompiledTable[B]:
        rows = _rivalling([self._row(row, table, kind) for row in table.rows], table)
        always = len(rows) == 1 and not leaves(rows[0].row.when) and rows[0].inner is None
        self.rows.extend(cast("tuple[AnyRow, ...]", rows))
        if table.decide in ("first", "only_one") and table.topic != "demands":
            self.firsts.append(sum(each.asked.mask for each in rows))
        return CompiledTable(
            table=table,
            name=table.name,
            part=str(table.part),
            rows=rows,
            by_mask={each.asked.mask: each for each in rows},
            mask=sum(each.asked.mask for each in rows),
            only=rows[0] if always else None,
        )

    def _row(self, row: Row, table: Table, kind: type[B]) -> CompiledRow[B]:
        if not isinstance(row.body, kind):
            raise TypeError(f"`{row.id}` of `{table.name}` is no {kind.__name__}")
        asked = self.ask(row.when, table.topic)
        for word in row.body.choice if isinstance(row.body, Remedy) else ():
            self.slots.code("wanted", word)
        inside = inside_of(row)
        # Asked together with `when`, so that the network fires only where the row applies.
        inner = None if inside is None else self.ask(joined([row.when, inside]), table.topic)
        tested = leaves(row.when) + (leaves(inside) if inside is not None else [])
        tests = tuple(
            ExplainedTest(
                leaf, self.slots.of_leaf(leaf), truth(leaf, *self.slots.leaf(leaf)), self.slots
            )
            for leaf in tested
        )
        said = because_of(row, table)
        return CompiledRow(
            row=row,
            body=row.body,
            asked=asked,
            inner=inner,
            tests=tests,
            plain=inside is None and _is_plain(row.when),
            rivals=0,
            place=place_of(row, table),
            prepared=prepared(row, table, self.slots.policy),
            because=said,
            always=None if tests else said,
            pick=picker([test.slot for test in tests]),
        )

    def ask(self, condition: Condition, topic: str) -> CompiledCondition:
        if topic in ("limits", "demands"):
            condition = _as_seen_early(condition)
        for leaf in leaves(condition):
            self.slots.leaf(leaf)
        bit = len(self.asked)
        self.asked.append(CompiledCondition(bit=bit, mask=1 << bit, condition=condition))
        return self.asked[-1]


def _as_seen_early(condition: Condition) -> Condition:
    """Makes tests of `answer` and `code` read those that eligibility gave."""
    if not isinstance(condition, Leaf):
        return replace(condition, parts=tuple(map(_as_seen_early, condition.parts)))
    late = condition.fact not in ("answer", "code")
    return condition if late else replace(condition, fact=EARLY + condition.fact)


def _is_plain(when: Condition) -> bool:
    if isinstance(when, Leaf):
        return True
    return isinstance(when, All) and all(isinstance(part, Leaf) for part in when.parts)


def _rivalling(rows: list[CompiledRow[B]], table: Table) -> tuple[CompiledRow[B], ...]:
    """Gives each row the mask of the rows of its table that lose to it if they hold as well."""
    if table.decide == "add_up":
        return tuple(rows)
    others = sum(each.asked.mask for each in rows if not each.row.otherwise)
    return tuple(replace(each, rivals=others & ~each.asked.mask) for each in rows)


def _stamp(policy: Policy) -> Stamp:
    last = policy.effective.last
    return Stamp(
        id=policy.id,
        version=policy.version,
        title=policy.title,
        digest=policy.digest,
        effective_from=day_text(policy.effective.first),
        effective_until=day_text(last) if last else None,
        owner=policy.owner,
        claimant=policy.claimant,
    )


def _clock_dates(policy: Policy) -> frozenset[str]:
    """Returns the dates that clocks read: sending one may move a deadline."""
    rows = [row for table in policy.deadlines for row in table.rows]
    return frozenset().union(*(row.body.dates for row in rows if isinstance(row.body, Clock)))


def _looked_at(policy: Policy, slots: Slots) -> Iterator[int]:
    """Yields the slots of `wanted` and of the evidence that demands name."""
    yield slots.numbers["wanted"]
    bodies = [row.body for row in policy.demands.rows]
    needed = {word for body in bodies if isinstance(body, Demand) for word in body.need}
    yield from (slot for word, slot in slots.starting("evidence#") if word in needed)


def _demanded(policy: Policy) -> list[Leaf]:
    inside = [inside_of(row) for row in policy.demands.rows]
    return [leaf for each in inside if each is not None for leaf in leaves(each)]


def _used(asked: tuple[CompiledCondition, ...], policy: Policy) -> frozenset[str]:
    """Returns the facts that any row, clock, amount or promise of the policy reads."""
    bodies = tuple(row.body for table in policy.tables() for row in table.rows)
    held = list(held_in((bodies, policy.must)))
    found = {leaf.fact.removeprefix(EARLY) for each in asked for leaf in leaves(each.condition)}
    found |= {each.fact for each in held if isinstance(each, Leaf)}
    found |= {name[11:] for name in found if name.startswith("days_since.")}
    found |= {"lacking"} if "evidence" in found else set()
    words = {each for each in held if isinstance(each, str)}
    figures = {name for name in words if is_figure(name)}
    return frozenset(found | (words & set(policy.facts)) | figures | _ALWAYS_READ)
