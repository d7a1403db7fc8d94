"""Finds one value of a fact for each kind that the rows of a policy distinguish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import ABSENT
from engine.decision.rules.explained_test import truth
from engine.decision.rules.row_rules import CompiledCondition
from engine.decision.slots import TOO_EARLY, Slots, is_figure
from engine.policy.conditions import leaves
from engine.policy.model import PRESENCE, Clock, Leaf, Op, Policy, Remedy, words_in
from engine.policy.vocabulary import FactType

_STARTING: Final = (Op.AT_LEAST, Op.UNDER)
_SIZED: Final = (Op.OVER, Op.AT_MOST, *_STARTING)
_SIZES: Final = (FactType.DATE, FactType.MONEY, FactType.COUNT)

_MOST_KINDS: Final = 256
"""The most sets of rows in doubt for which the values of a slot are cached."""

_Test = Callable[[list[int]], bool | None]


class _SlotValues(NamedTuple):
    """The values of one slot, each with the mask of the tests that it passes.

    `tests` gives for each row (a mask) the mask of its tests; `always` is the mask of the tests
    that count whichever rows are in doubt: those for the remedies that are offered, and for what is
    supposed of an opening.
    """

    values: tuple[tuple[int, int], ...]
    tests: tuple[tuple[int, int], ...]
    always: int
    rows: int
    """The mask of all rows that test the slot."""
    kinds: dict[int, list[int]]
    """Cached results, by the mask of the rows in doubt."""

    def by_kind(self, rows: int) -> list[list[int]]:
        """Returns the values by kind, for the rows in doubt."""
        tests = reduce(or_, [of_row for row, of_row in self.tests if row & rows], self.always)
        found: dict[int, list[int]] = {}
        for value, passed in self.values:
            found.setdefault(passed & tests, []).append(value)
        return list(found.values())


class DistinguishedValues:
    """The distinguished values of every slot that rows of one policy test."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        self._compiled = compiled
        self._known: dict[int, _SlotValues] = {}
        self._asking_found = sum(
            asked.mask for asked in compiled.asked if _asks_found(asked, compiled.slots)
        )

    def of(self, slot: int, rows: int) -> list[int]:
        """Returns one value of each kind that `rows` (the mask of rows in doubt) distinguish.

        Rows that test what topics find count too: they may come into doubt within a case, which
        finds something else. Each remedy that is offered is a kind of its own.
        """
        known = self._values_of(slot)
        rows = (rows | self._asking_found) & known.rows
        kinds = known.kinds.get(rows)
        if kinds is None:
            kinds = [values[0] for values in known.by_kind(rows)]
            if len(known.kinds) < _MOST_KINDS:
                known.kinds[rows] = kinds
        return kinds

    def kinds(self, slot: int, rows: int) -> dict[int, frozenset[int]]:
        """Returns the same values, each with all values of its kind that any row distinguishes."""
        known = self._values_of(slot)
        rows = (rows | self._asking_found) & known.rows
        return {values[0]: frozenset(values) for values in known.by_kind(rows)}

    def _values_of(self, slot: int) -> _SlotValues:
        known = self._known.get(slot)
        if known is None:
            known = self._known[slot] = self._slot_values(self._compiled.slots.named(slot))
        return known

    def _slot_values(self, name: str) -> _SlotValues:
        slots = self._compiled.slots
        number = slots.numbers[name]
        leaves_: list[Leaf] = []
        of_rows: list[tuple[int, int]] = []
        for asked in self._compiled.asked:
            mine = [
                leaf
                for leaf in leaves(asked.condition)
                if leaf.op not in PRESENCE and slots.of_leaf(leaf) == number
            ]
            bits = (1 << len(mine)) - 1
            of_rows.append((asked.mask, bits << len(leaves_)))
            leaves_ += mine
        offered = sorted(self._offered()) if name == "wanted" else []
        offered = [0, 1] if name.startswith(TOO_EARLY) else offered
        tests: list[_Test] = [truth(leaf, 0, slots.leaf(leaf)[1]) for leaf in leaves_]
        tests += [_is(word) for word in offered]
        tested = tuple((mask, bits) for mask, bits in of_rows if bits)
        return _SlotValues(
            values=tuple(
                (value, sum(1 << bit for bit, test in enumerate(tests) if test([value])))
                for value in self._candidates(name, leaves_, set(offered))
            ),
            tests=tested,
            always=((1 << len(offered)) - 1) << len(leaves_),
            rows=sum(mask for mask, _ in tested),
            kinds={},
        )

    def _candidates(self, name: str, tests: list[Leaf], offered: set[int]) -> Iterator[int]:
        """Yields values of every kind there is, the plainest first, and `ABSENT` last."""
        slots = self._compiled.slots
        if "#" in name or name.startswith(TOO_EARLY):
            yield from (0, 1)
            return
        fact = slots.fact(name)
        if fact.type is FactType.YES_NO:
            yield from (0, 1)
        elif fact.type is FactType.WORD:
            named = {slots.code(name, word) for leaf in tests for word in leaf.words}
            if offered:
                yield from sorted(offered | named)
                return
            closed = fact.words is not None and not fact.open
            legal = {*slots.codes(name).values(), *(() if closed else (0,))}
            yield from sorted(legal, key=lambda code: (code in named, code))
        else:
            least = 1 if name == "quantity" else 0
            starts = {
                leaf.number + (leaf.op not in _STARTING) for leaf in tests if leaf.op in _SIZED
            }
            near = {value for start in starts for value in (start - 1, start)}
            free = fact.signed or name.startswith("days_since.")
            yield from sorted(value for value in near or {least} if free or value >= least)
        yield ABSENT

    def _offered(self) -> set[int]:
        """Returns the remedies among which the policy lets someone choose, as codes of `wanted`."""
        rows = [row for table in self._compiled.remedies for row in table.rows]
        return {self._compiled.slots.code("wanted", w) for row in rows for w in row.body.choice}


def _asks_found(asked: CompiledCondition, slots: Slots) -> bool:
    """Whether a condition tests a fact that a topic works out."""
    return not all(slots.can_be_sent(leaf.fact) for leaf in leaves(asked.condition))


def _is(code: int) -> _Test:
    return lambda values: values[0] == code


def counted_facts(policy: Policy) -> frozenset[str]:
    """Returns the facts of which each value counts, not only its kind: those of clocks and limits.

    Facts of amounts belong to them if a row tests an amount.
    """
    rows = policy.rows
    figures = any(is_figure(leaf.fact) for row in rows for leaf in leaves(row.when))
    topics = ("limits", *(("value", "fees") if figures else ()))
    bodies: list[object] = [
        row.body for table in policy.tables() for row in table.rows if table.topic in topics
    ]
    if figures:
        remedies = [row.body for row in rows if isinstance(row.body, Remedy)]
        bodies += [each for body in remedies for each in (body.of, body.bonus)]
    clocks = [row.body.dates for row in rows if isinstance(row.body, Clock)]
    words = set(words_in(tuple(bodies))).union(*clocks)
    return frozenset(
        name for name, fact in policy.facts.items() if name in words and fact.type in _SIZES
    )
