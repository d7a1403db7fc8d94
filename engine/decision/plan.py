"""Lays a policy out for evaluation: a numbered slot for every fact, a bit for every row, and stages.

A stage is a set of rows that can be asked at the same moment: those that test only what the request
sent, those that also test deadlines, and so on. Each stage is one question to the rule network.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from operator import itemgetter
from typing import Final

from engine.dates import day_text
from engine.decision.encoding import ABSENT, UNKNOWN, Rule, Test
from engine.decision.lens import Lens
from engine.decision.record import Because, Stamp
from engine.decision.twin import truth
from engine.policy.conditions import leaves
from engine.policy.model import (
    All,
    AnyOf,
    Condition,
    Demand,
    Leaf,
    Op,
    Policy,
    Remedy,
    Row,
    Table,
)
from engine.policy.reading import STEPS, main_deadline
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType

MOST_ALTERNATIVES: Final = 64
"""Alternatives ("or") into which one row may unfold for the network."""

_SENT = 0
_DEADLINES = STEPS["eligibility"] - 1
_LIMITS = STEPS["demands"] - 1
_FEES = STEPS["outbound_shipping"] - 1
_WHOLE = STEPS["whole_return"]
_SIZES = {Op.OVER: "gt", Op.AT_LEAST: "ge", Op.UNDER: "lt", Op.AT_MOST: "le"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A condition that gets a bit: a row's `when`, or a `must`, `after` or promise beside it."""

    bit: int
    mask: int
    stage: int
    condition: Condition
    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """A row with its bit, and the bit of a condition inside its body; `lenses` look at all its tests.

    `plain` says that its tests are only joined by "and", so that all hold when the row does; `fixed`
    that its sentences never change, so that its explanation can be `kept` by the values that it saw.
    """

    row: Row
    asked: Asked
    inner: Asked | None = None
    lenses: tuple[Lens, ...] = ()
    plain: bool = True
    fixed: bool = False
    pick: Callable[[list[int]], tuple[int, ...]] = tuple
    kept: dict[tuple[int, ...], Because] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """A table with its rows in order; `mask` holds their bits, `stage` the last they need.

    `only` is its single row when that always applies, as in a topic written as one line.
    """

    table: Table
    rows: tuple[RowPlan, ...]
    by_mask: dict[int, RowPlan]
    mask: int
    stage: int
    name: str
    only: RowPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A 0/1 slot that says whether a word is one of several; made before the network is asked."""

    slot: int
    of: int
    codes: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Rows asked together, as rules over a tuple of slots."""

    step: int
    asked: tuple[Asked, ...]
    always: int
    rules: tuple[Rule, ...]
    atoms: tuple[Atom, ...]
    slots: tuple[int, ...]
    values: Callable[[list[int]], tuple[int, ...]]


@dataclass
class Plan:
    """A policy laid out; made once per edition, then only read."""

    policy: Policy
    slots: dict[str, int] = field(default_factory=dict)
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    deadlines: list[TablePlan] = field(default_factory=list)
    limits: list[TablePlan] = field(default_factory=list)
    remedies: list[TablePlan] = field(default_factory=list)
    fees: list[TablePlan] = field(default_factory=list)
    single: dict[str, TablePlan] = field(default_factory=dict)
    promises: list[Asked] = field(default_factory=list)
    sets: list[Asked] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    atoms: dict[tuple[int, frozenset[int]], Atom] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    main_deadline: str | None = None
    needs: tuple[tuple[str, int], ...] = ()
    deadline_slots: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    state_slots: tuple[tuple[str, int], ...] = ()

    @cached_property
    def stamp(self) -> Stamp:
        """Which edition this is, for records."""
        policy, last = self.policy, self.policy.effective.last
        return Stamp(id=policy.id, version=policy.version, title=policy.title, digest=policy.digest,
                     effective_from=day_text(policy.effective.first), effective_until=day_text(last) if last else None,
                     owner=policy.owner, claimant=policy.claimant)

    def slot(self, name: str) -> int:
        """The number of a fact's slot; made when first asked for."""
        return self.slots.setdefault(name, len(self.slots))

    def code(self, fact: str, word: str) -> int:
        """The number of a word of a fact, from 1; 0 is any word that the policy does not name."""
        known = self.codes.get(fact)
        if known is None:
            declared = self.fact(fact).words or ()
            known = self.codes[fact] = {each: index + 1 for index, each in enumerate(declared)}
        return known.setdefault(word, len(known) + 1)

    def numbers(self, leaf: Leaf) -> tuple[int, tuple[int, ...]]:
        """The slot of a leaf, and the numbers of its words."""
        words = leaf.words if leaf.op in (Op.IN, Op.NOT_IN) else ()
        return leaf_slot(leaf, self), tuple(self.code(leaf.fact, word) for word in words)

    def fact(self, name: str) -> Fact:
        """The definition of a sent or derived fact."""
        if name in self.policy.facts:
            return self.policy.facts[name]
        if name in DERIVED:
            return DERIVED[name]
        part, _, field_ = name.partition(".")
        if part == "days_since":
            return Fact(name=name, type=FactType.COUNT)
        if part == "fees":
            return Fact(name=name, type=FactType.MONEY)
        known = DEADLINE_FACTS.get(field_)
        if known is not None and any(table.part == part for table in self.policy.deadlines):
            return Fact(name=name, type=known.type, words=known.words)
        type_ = FactType.WORD if field_ == "state" else FactType.COUNT
        return Fact(name=name, type=type_)

    def word(self, fact: str, code: int) -> str:
        """The word of a number; for explanations."""
        return next((word for word, each in self.codes.get(fact, {}).items() if each == code), "another word")


def plan_of(policy: Policy) -> Plan:
    """Lays out a policy; the moment of a date stands one slot after its day."""
    plan = Plan(policy)
    for name, fact in policy.facts.items():
        plan.slot(name)
        if fact.type is FactType.DATE:
            plan.slot(f"{name}@")
    plan.deadlines = [_table(table, plan) for table in policy.deadlines]
    plan.limits = [_table(table, plan) for table in policy.limits]
    plan.remedies = [_table(table, plan) for table in policy.remedies]
    plan.fees = [_table(table, plan) for table in policy.fees]
    for table in (policy.eligibility, policy.demands, policy.goods, policy.return_shipping, policy.value,
                  policy.outbound_shipping, policy.after_refusal, policy.whole_return):
        plan.single[table.topic] = _table(table, plan)
    plan.promises = [_ask(promise.when, "must", None, plan) for promise in policy.must]
    plan.sets = [_ask(each.condition, "sets", None, plan) for each in policy.sets]
    plan.used = _used(plan)
    plan.main_deadline = main_deadline([str(table.part) for table in policy.deadlines])
    plan.deadline_slots = {str(table.part): tuple(
        (name, plan.slots[f"{table.part}.{name}"]) for name in DEADLINE_FACTS if f"{table.part}.{name}" in plan.slots)
        for table in policy.deadlines}
    plan.state_slots = tuple((name[10:], slot) for name, slot in plan.slots.items() if name.startswith("deadlines#"))
    plan.needs = tuple((name, slot) for name, slot in plan.slots.items() if name.startswith(("missing#", "failed#")))
    steps = sorted({asked.stage for asked in plan.asked})
    plan.stages = [_stage(step, plan) for step in steps]
    return plan


_AMOUNT_FACTS = ("item_price", "unit_price", "quantity", "quantity_ordered", "requested", "ordered", "delivered", "now")


def _used(plan: Plan) -> frozenset[str]:
    """The facts that any row, clock or amount of the policy looks at."""
    found = {leaf.fact for asked in plan.asked for leaf in leaves(asked.condition)}
    found |= {name[11:] for name in found if name.startswith("days_since.")}
    found |= {"evidence", "lacking"} if "evidence" in found else set()
    text = repr(plan.policy.tables())
    words = set(re.findall(r"'([a-z][a-z0-9_]*)'", text))
    return frozenset(found | (words & set(plan.policy.facts)) | set(_AMOUNT_FACTS))


def alternatives(condition: Condition, most: int = MOST_ALTERNATIVES) -> list[tuple[Leaf, ...]] | None:
    """The condition as alternatives of leaves joined by "and"; None when there are more than `most`."""
    if isinstance(condition, Leaf):
        return [(condition,)]
    if isinstance(condition, All):
        found: list[tuple[Leaf, ...]] = [()]
        for part in condition.parts:
            inner = alternatives(part, most)
            if inner is None or len(found) * len(inner) > most:
                return None
            found = [one + other for one, other in product(found, inner)]
        return found
    assert isinstance(condition, AnyOf)
    either: list[tuple[Leaf, ...]] = []
    for part in condition.parts:
        inner = alternatives(part, most)
        if inner is None or len(either) + len(inner) > most:
            return None
        either += inner
    return either


def leaf_slot(leaf: Leaf, plan: Plan) -> int:
    """The slot that a leaf looks at: the fact's own, or that of one word of a set."""
    name = f"{leaf.fact}#{leaf.words[0]}" if leaf.op in (Op.HAS, Op.LACKS) else leaf.fact
    return plan.slot(name)


def _table(table: Table, plan: Plan) -> TablePlan:
    rows = tuple(_row(row, table, plan) for row in table.rows)
    mask = sum(each.asked.mask for each in rows)
    stage = max((max(each.asked.stage, each.inner.stage if each.inner else 0) for each in rows), default=0)
    always = len(rows) == 1 and not leaves(rows[0].asked.condition) and rows[0].inner is None
    return TablePlan(table=table, rows=rows, by_mask={each.asked.mask: each for each in rows}, mask=mask, stage=stage,
                     name=table.name, only=rows[0] if always else None)


def _row(row: Row, table: Table, plan: Plan) -> RowPlan:
    asked = _ask(row.when, table.topic, row, plan)
    inner: Condition | None = None
    if isinstance(row.body, Demand):
        inner = _demanded(row.body, row)
    elif isinstance(row.body, Remedy):
        inner = row.body.after
    asked_inner = _ask(inner, table.topic, row, plan) if inner is not None else None
    tests = leaves(row.when) + (leaves(inner) if inner is not None else [])
    plain = inner is None and (isinstance(row.when, Leaf) or all(isinstance(part, Leaf) for part in row.when.parts)
                               and isinstance(row.when, All))
    spoken = table.topic not in ("deadlines", "eligibility") or (row.because is not None and not row.built_in)
    fixed = spoken and "<" not in (row.because or "") + (row.for_agent or "")
    lenses = tuple(_lens(leaf, plan) for leaf in tests)
    return RowPlan(row=row, asked=asked, inner=asked_inner, lenses=lenses, plain=plain, fixed=fixed,
                   pick=_getter([lens.slot for lens in lenses]))


def _lens(leaf: Leaf, plan: Plan) -> Lens:
    return Lens(leaf, leaf_slot(leaf, plan), truth(leaf, plan.numbers), plan)


def _demanded(demand: Demand, row: Row) -> Condition | None:
    need = tuple(Leaf(fact="evidence", op=Op.HAS, words=(word,), written=f"has {word}", source=row.source)
                 for word in demand.need)
    parts: tuple[Condition, ...] = need + ((demand.must,) if demand.must is not None else ())
    return All(parts) if parts else None


def _ask(condition: Condition, topic: str, row: Row | None, plan: Plan) -> Asked:
    stage = max((_stage_of(leaf.fact, topic, plan.policy) for leaf in leaves(condition)), default=_SENT)
    if topic == "whole_return":
        stage = _WHOLE
    for leaf in leaves(condition):
        leaf_slot(leaf, plan)
        for word in leaf.words if leaf.op in (Op.IN, Op.NOT_IN) else ():
            plan.code(leaf.fact, word)
    bit = len(plan.asked)
    asked = Asked(bit=bit, mask=1 << bit, stage=stage, condition=condition, row=row)
    plan.asked.append(asked)
    return asked


def _stage_of(fact: str, topic: str, policy: Policy) -> int:
    """The step after which a fact is known to rows of a topic; parts of one topic are known in turn."""
    part, _, field_ = fact.partition(".")
    if fact in _KNOWN_AT:
        late = STEPS.get(topic, _WHOLE) > STEPS["demands"]
        return STEPS["demands"] if fact in ("answer", "code") and late else _KNOWN_AT[fact]
    for own, tables, end in (("deadlines", policy.deadlines, _DEADLINES), ("limits", policy.limits, _LIMITS),
                             ("fees", policy.fees, _FEES)):
        names = [table.part for table in tables]
        name = field_ if part == own else part
        if field_ and name in names and part != "days_since":
            return STEPS[own] + names.index(name) if topic == own else end
    return _SENT


_KNOWN_AT: Final = {
    "deadlines": _DEADLINES, "answer": STEPS["eligibility"], "code": STEPS["eligibility"], "missing": STEPS["demands"],
    "failed": STEPS["demands"], "remedy": STEPS["goods"] - 1, "timing": STEPS["goods"] - 1, "goods": STEPS["goods"],
    "goods_to": STEPS["goods"], "return_paid_by": STEPS["return_shipping"], "label_by": STEPS["return_shipping"],
    "base": STEPS["value"], "fee_total": _FEES}


def _stage(step: int, plan: Plan) -> Stage:
    asked = tuple(each for each in plan.asked if each.stage == step)
    always = 0
    rules: list[Rule] = []
    atoms: list[Atom] = []
    raw: list[tuple[int, list[tuple[int, str, int]]]] = []
    for each in asked:
        unfolded = alternatives(each.condition)
        if unfolded is None:
            unfolded = [()]  # refused by the checker; never reached by a published policy
        for alternative in unfolded:
            tests = [test for leaf in alternative for test in _tests(leaf, plan, atoms)]
            if tests:
                raw.append((each.bit, tests))
            else:
                always |= each.mask
    used = sorted({slot for _, tests in raw for slot, _, _ in tests})
    index = {slot: position for position, slot in enumerate(used)}
    for bit, tests in raw:
        rules.append(Rule(row=bit, tests=tuple(Test(index[slot], op, value) for slot, op, value in tests)))  # type: ignore[arg-type]
    return Stage(step=step, asked=asked, always=always, rules=tuple(rules), atoms=tuple(dict.fromkeys(atoms)),
                 slots=tuple(used), values=_getter(used))


def _getter(used: list[int]) -> Callable[[list[int]], tuple[int, ...]]:
    if len(used) == 1:
        only = used[0]
        return lambda values: (values[only],)
    return itemgetter(*used) if used else (lambda values: ())


def _tests(leaf: Leaf, plan: Plan, atoms: list[Atom]) -> list[tuple[int, str, int]]:
    """A leaf as integer comparisons; a guard keeps unknown and absent values from passing."""
    slot = leaf_slot(leaf, plan)
    if leaf.op in _SIZES:
        guard = [(slot, "gt", ABSENT)] if leaf.op in (Op.UNDER, Op.AT_MOST) else []
        return [*guard, (slot, _SIZES[leaf.op], leaf.number)]
    if leaf.op in (Op.HAS, Op.LACKS):
        return [(slot, "eq", 1 if leaf.op is Op.HAS else 0)]
    if leaf.op in (Op.IN, Op.NOT_IN):
        return _membership(leaf, slot, plan, atoms)
    return [(slot, {Op.KNOWN: "gt", Op.UNKNOWN: "le", Op.ABSENT: "eq", Op.PRESENT: "gt"}[leaf.op], ABSENT)]


def _membership(leaf: Leaf, slot: int, plan: Plan, atoms: list[Atom]) -> list[tuple[int, str, int]]:
    codes = frozenset(plan.code(leaf.fact, word) for word in leaf.words)
    if len(codes) == 1:
        code = next(iter(codes))
        if leaf.op is Op.IN:
            return [(slot, "eq", code)]
        return [(slot, "gt", UNKNOWN), (slot, "ne", code)]
    key = (slot, codes)
    if key not in plan.atoms:
        plan.atoms[key] = Atom(slot=plan.slot(f"@{len(plan.atoms)}"), of=slot, codes=codes)
    atoms.append(plan.atoms[key])
    return [(plan.atoms[key].slot, "eq", 1 if leaf.op is Op.IN else 0)]
