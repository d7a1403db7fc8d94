"""The reference evaluator: functions generated from the expression graph of a policy.

Policies of the same shape share their code. The network must confirm each row that it finds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from types import FunctionType
from typing import Any, Final, NamedTuple

from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import UNKNOWN
from engine.decision.lowering import Expressions, Known
from engine.decision.rules.row_rules import Picker, picker
from engine.meaning.code import Writer, function_of
from engine.meaning.graph import Node, all_replaced, in_order

MOST_ONE_BY_ONE: Final = 1_000
"""How many values of one slot are worked out one by one before a function for all is generated,
which takes about as long."""

MOST_AT_ONCE: Final = 16
"""The most values of a slot for which such a function is generated: it grows with each."""

_LEAVES: Final = ("fact", "unknown", "absent")
"""Expressions that read a fact."""


class Worked(NamedTuple):
    """A function that works out a line (`of`), the slots it reads, and a function to pick them.

    `narrowed` generates a function that does the same for lines of which something is known.
    """

    of: FunctionType
    read: list[int]
    pick: Picker
    narrowed: Callable[[Known], Worked]

    def at(self, values: list[int]) -> tuple[Any, ...]:
        """Works out the line for the values of all slots."""
        found: tuple[Any, ...] = self.of(*self.pick(values))
        return found


class Split(NamedTuple):
    """Works out a line of which one slot is unknown together with its cases, one for each value.

    It finds the mask of the rows that may hold; whether a field of the network is unknown in any
    case; which fields are unknown in the line that are known in each case, as far as that depends
    on other facts; the tuples of `Evaluator.rows`, of the line and for each value; and in one tuple
    all masks and what topics read of deadlines, of all of these.

    `number` tells lines of other facts apart; 0 if the values of the slot matter beyond the rows.
    """

    slot: int
    values: tuple[int, ...]
    worked: Worked
    number: int = 0

    def some(self, cases: Sequence[Any], values: Iterable[int]) -> list[Any]:
        """Returns those of the cases (without the line) that are of some of the values."""
        by_value = dict(zip(self.values, cases, strict=True))
        return [by_value[value] for value in values]


class Evaluator:
    """Works out lines of one policy from their slots."""

    def __init__(self, compiled: CompiledPolicy, expressions: Expressions) -> None:
        self._numbers = compiled.slots.numbers
        self._expressions = expressions
        self._supposed: Counter[int] = Counter()
        self._splits: dict[int, Split] = {}
        self.slots = tuple(expressions.derived)
        self.words: tuple[Any, ...] = expressions.words
        places = "".join(f"v[{slot}], " for slot in self.slots)
        self.write = function_of("v, derived", [f"{places}= derived"] if places else [], ())
        """Writes derived values to their slots."""

    @property
    def kilobytes(self) -> float:
        """Estimates the memory that its splits take now."""
        cases = sum(len(split.values) for split in self._splits.copy().values())
        return 0.28 * len(self._expressions.true) * cases

    @cached_property
    def rows(self) -> Worked:
        """Works out a tuple: the mask of the rows that hold; the values of the network's fields;
        the values that topics derive, in the order of `slots`; the states of deadlines."""
        return self._rows(self._expressions)

    def _rows(self, each: Expressions) -> Worked:
        writer = Writer([*each.true.values(), *(node for of in each.lists for node in of)])
        end = f"return m, {_tuples(writer, each.lists)}"
        lines = [*_mask(writer, each.true), end]
        return self._worked(writer, lines, lambda known: self._rows(each.narrowed(known)))

    @cached_property
    def outcome(self) -> Worked:
        """Works out the mask of the rows that hold, the values of the network's fields, the
        outcome, and whether it is in doubt."""
        return self._outcome(self._expressions)

    def _outcome(self, each: Expressions) -> Worked:
        lists = (each.fields, each.outcome)
        nodes, surely = [node for of in lists for node in of], each.surely_doubt
        waits = each.depends_on
        writer = Writer([*each.true.values(), *nodes, surely, *waits])
        doubt = [writer.text(surely)]
        if waits:
            names = "".join(f"{writer.fact(e.args[0])}, " for e in waits if e.op == "unknown")
            why = [f"U in ({names})"] if names else []
            why += [writer.text(node) for node in waits if node.op == "absent"]
            asked = ", ".join(writer.fact(name) for name in _facts(each.doubt))
            when = writer.given(_when_asked(each.doubt))
            doubt.append(f"({' or '.join(why)}) and {when}({asked})")
        end = f"return m, {_tuples(writer, lists)}, {' or '.join(doubt)}"
        lines = [*_mask(writer, each.true), end]
        return self._worked(writer, lines, lambda known: self._outcome(each.narrowed(known)))

    def work_out(self, values: list[int]) -> tuple[Any, ...]:
        """Returns the tuple of `rows` for the values of all slots."""
        return self.rows.at(values)

    def cases(
        self, slot: int, start: list[int], values: Sequence[int], every: Sequence[int]
    ) -> list[tuple[Any, ...]]:
        """Returns the tuple of `rows` for each of some supposed values of one slot.

        A slot gets a function for `every` value once `MOST_ONE_BY_ONE` of them were worked out.
        """
        self._supposed[slot] += len(values)
        if self._supposed[slot] <= MOST_ONE_BY_ONE or len(every) > MOST_AT_ONCE:
            return [self.work_out([*start[:slot], each, *start[slot + 1 :]]) for each in values]
        split = self.split(slot, every)
        return split.some(split.worked.at(start)[3][1:], values)

    def split(self, slot: int, values: Sequence[int]) -> Split:
        """Returns the function for all values of one slot; generated on first use."""
        found = self._splits.get(slot)
        if found is None:
            found = self._splits[slot] = Split(slot, tuple(values), self._split(slot, values))
        return found

    def varied(self, slots: Iterable[int]) -> list[int]:
        """Returns the network's fields whose values depend on any of the slots."""
        names = {name for name, slot in self._numbers.items() if slot in slots}
        fields = self._expressions.fields
        found: set[Node] = set()
        for node in in_order(fields):
            own = node.op in _LEAVES and node.args[0] in names
            if own or not found.isdisjoint(node.parts):
                found.add(node)
        return [field for field, node in enumerate(fields) if node in found]

    @cached_property
    def may_hold(self) -> Worked:
        """Works out the mask of the rows that hold, or could hold once unknown facts are known."""
        return self._may_hold(self._expressions)

    def _may_hold(self, each: Expressions) -> Worked:
        writer = Writer([*each.maybe.values()])
        lines = [*_mask(writer, each.maybe), "return (m,)"]
        return self._worked(writer, lines, lambda known: self._may_hold(each.narrowed(known)))

    def _split(self, slot: int, values: Iterable[int]) -> Worked:
        name = next(name for name, number in self._numbers.items() if number == slot)
        found = [self._expressions.supposing(name, value) for value in (UNKNOWN, *values)]
        unsaid = {node for case in found[1:] for node in case.unsaid}
        own = [node for node in found[0].unsaid if node.op != "bool" and node not in unsaid]
        return self._cases(found, own)

    def _cases(self, found: Sequence[Expressions], own: Sequence[Node]) -> Worked:
        """Generates the function of a split, of the line and its cases: what several have in common
        is worked out once, and the masks of all of them are parts of one number."""
        line, *cases = found
        width = max(line.true, default=0) + 1
        masks = [line.maybe, line.true, *(case.true for case in cases)]
        bits = {at * width + bit: node for at, of in enumerate(masks) for bit, node in of.items()}
        more = line.graph.any(*(node for case in cases for node in case.unsaid))
        nodes = [node for case in found for of in case.lists for node in of]
        states = [node for case in found for node in case.states]
        writer = Writer([*bits.values(), more, *own, *nodes, *states])
        maybe, *rows = [f"m >> {at * width} & {(1 << width) - 1}" for at in range(len(masks))]
        texts = [f"({of}, {_tuples(writer, e.lists)})" for of, e in zip(rows, found, strict=True)]
        end = f"{maybe}, {writer.text(more)}, {_tuples(writer, [own])}, ({', '.join(texts)})"
        end += f", (m, {', '.join(map(writer.text, states))})"

        def narrowed(known: Known) -> Worked:
            left = all_replaced(line.graph, own, known.instead(line.graph))
            return self._cases([each.narrowed(known) for each in found], left)

        return self._worked(writer, [*_mask(writer, bits), f"return {end}"], narrowed)

    def _worked(
        self, writer: Writer, end: Sequence[str], narrowed: Callable[[Known], Worked]
    ) -> Worked:
        of = writer.function(", ".join(writer.facts.values()), end)
        read = [self._numbers[name] for name in writer.facts]
        return Worked(of, read, picker(read), narrowed)


def _tuples(writer: Writer, lists: Iterable[Iterable[Node]]) -> str:
    """Returns the source of one tuple for each list of expressions."""
    return ", ".join(f"({''.join(f'{writer.text(node)}, ' for node in nodes)})" for nodes in lists)


def _when_asked(node: Node) -> Callable[..., bool]:
    """Returns the function of a condition's facts, which is generated on its first call."""
    made: list[Callable[..., bool]] = []

    def holds(*values: int) -> bool:
        if not made:
            writer = Writer([node])
            arguments = ", ".join(writer.fact(name) for name in _facts(node))
            made.append(writer.function(arguments, [f"return {writer.text(node)}"]))
        return made[0](*values)

    return holds


def _facts(node: Node) -> list[str]:
    """Returns the names of the facts that an expression reads."""
    return sorted({each.args[0] for each in in_order([node]) if each.op in _LEAVES})


def _mask(writer: Writer, rows: dict[int, Node]) -> list[str]:
    """Returns lines that set `m` to the mask of the rows that hold."""
    bits: defaultdict[Node, int] = defaultdict(int)
    for bit, node in rows.items():
        bits[node] |= 1 << bit
    always = sum(mask for node, mask in bits.items() if node.op == "bool" and node.args[0])
    others = {node: mask for node, mask in bits.items() if node.op != "bool"}
    return [f"m = {always}", *(f"if {writer.text(e)}: m |= {mask}" for e, mask in others.items())]
