"""The reference evaluator: functions generated from the expression graph of a policy.

Policies of the same shape share their code. The network must confirm each row that it finds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from engine.decision.compiled import CompiledPolicy
from engine.decision.lowering import Expressions
from engine.decision.rules.row_rules import Picker, picker
from engine.meaning.code import Writer, function_of
from engine.meaning.graph import Node, in_order

MOST_ONE_BY_ONE: Final = 1_000
"""How many values of one slot are worked out one by one before a function for all is generated,
which takes about as long."""


_LEAVES: Final = ("fact", "unknown", "absent")
"""Expressions that read a fact."""


CasesOf = Callable[[list[int], Sequence[int]], tuple[int, list[tuple[Any, ...]]]]


class Worked(NamedTuple):
    """A function that works out a line (`of`), the slots it reads, and a function to pick them."""

    of: Callable[..., tuple[Any, ...]]
    read: list[int]
    pick: Picker


class Evaluator:
    """Works out lines of one policy from their slots."""

    def __init__(self, compiled: CompiledPolicy, expressions: Expressions) -> None:
        self._numbers = compiled.slots.numbers
        self._expressions = expressions
        self._in_doubt: Callable[..., bool] | None = None
        self._maybe: Callable[[list[int]], int] | None = None
        self._supposed: Counter[int] = Counter()
        self._cases: dict[int, CasesOf] = {}
        self.slots = tuple(expressions.derived)
        self.words: tuple[Any, ...] = expressions.words
        places = "".join(f"v[{slot}], " for slot in self.slots)
        self.write = function_of("v, derived", [f"{places}= derived"] if places else [], ())
        """Writes derived values to their slots."""

    @cached_property
    def rows(self) -> Worked:
        """Works out a tuple: the mask of the rows that hold; the values of the network's fields;
        the values that topics derive, in the order of `slots`; the states of deadlines."""
        return self._made(self._lists)

    @cached_property
    def outcome(self) -> Worked:
        """Works out the same tuple, then the outcome, and whether the outcome is in doubt."""
        each = self._expressions
        return self._made((*self._lists, each.outcome), each.surely_doubt)

    def work_out(self, values: list[int]) -> tuple[Any, ...]:
        """Returns the tuple of `rows` for the values of all slots."""
        return self.rows.of(*self.rows.pick(values))

    def cases(self, slot: int, start: list[int], values: Sequence[int]) -> list[tuple[Any, ...]]:
        """Returns the tuple of `rows` for each supposed value of one slot.

        A slot gets a function of its own once `MOST_ONE_BY_ONE` values of it were worked out.
        """
        self._supposed[slot] += len(values)
        if self._supposed[slot] <= MOST_ONE_BY_ONE:
            return [self.work_out([*start[:slot], each, *start[slot + 1 :]]) for each in values]
        return self.over(slot)(start, values)[1]

    def over(self, slot: int) -> CasesOf:
        """Returns the function for all values of one slot; generated on first use.

        It takes the values of all slots, and those supposed of this one. It returns the mask of the
        rows that may hold while the slot is unknown, and the tuple of `rows` for each value.
        """
        of = self._cases.get(slot)
        if of is None:
            of = self._cases[slot] = self._made_over(slot)
        return of

    def varied(self, slots: Iterable[int]) -> list[int]:
        """Returns the network's fields whose values depend on any of the slots."""
        names = {name for name, slot in self._numbers.items() if slot in slots}
        fields = self._expressions.fields
        found = _reading(names, fields)
        return [field for field, node in enumerate(fields) if node in found]

    def may_hold(self, values: list[int]) -> int:
        """Returns the mask of the rows that hold, or could hold once unknown facts are known."""
        if self._maybe is None:
            rows = self._expressions.maybe
            writer = self._writer(rows.values())
            self._maybe = writer.function("v", [*_mask(writer, rows), "return m"])
        return self._maybe(values)

    def _writer(self, roots: Iterable[Node], apart: Collection[Node] = ()) -> Writer:
        return Writer(list(roots), lambda name: f"v[{self._numbers[name]}]", apart)

    @property
    def _lists(self) -> tuple[tuple[Node, ...], ...]:
        each = self._expressions
        return each.fields, tuple(each.derived.values()), each.states

    def _made(self, lists: Sequence[tuple[Node, ...]], surely_doubt: Node | None = None) -> Worked:
        each, nodes = self._expressions, [node for nodes in lists for node in nodes]
        writer = Writer([*each.true.values(), *nodes, *([surely_doubt] if surely_doubt else [])])
        end = f"return m, {_tuples(writer, lists)}"
        if surely_doubt:
            waits = "".join(f"{writer.fact(name)}, " for name in each.depends_on)
            asked = ", ".join(writer.fact(name) for name in _facts(each.doubt))
            open_ = f"(U in ({waits}) and {writer.given(self._doubt)}({asked}))"
            end += f", {writer.text(surely_doubt)} or {open_}"
        of = writer.function(", ".join(writer.facts.values()), [*_mask(writer, each.true), end])
        read = [self._numbers[name] for name in writer.facts]
        return Worked(of, read, picker(read))

    def _made_over(self, slot: int) -> CasesOf:
        each, lists = self._expressions, self._lists
        name = next(name for name, number in self._numbers.items() if number == slot)
        results = [node for nodes in lists for node in nodes]
        maybe = each.maybe_without(name)
        writer = self._writer([*each.true.values(), *results, *maybe.values()], {*results})
        lines = [*_mask(writer, maybe, "w"), *_mask_over(writer, each.true, name)]
        return writer.function_over(name, lines, f"m, {_tuples(writer, lists)}", "w, found")

    def _doubt(self, *values: int) -> bool:
        """Whether the outcome is in doubt; generated when a fact is unknown for the first time."""
        if self._in_doubt is None:
            node = self._expressions.doubt
            writer = Writer([node])
            arguments = ", ".join(writer.fact(name) for name in _facts(node))
            self._in_doubt = writer.function(arguments, [f"return {writer.text(node)}"])
        return self._in_doubt(*values)


def _tuples(writer: Writer, lists: Iterable[Iterable[Node]]) -> str:
    """Returns the source of one tuple for each list of expressions."""
    return ", ".join(f"({''.join(f'{writer.text(node)}, ' for node in nodes)})" for nodes in lists)


def _facts(node: Node) -> list[str]:
    """Returns the names of the facts that an expression reads."""
    return sorted({each.args[0] for each in in_order([node]) if each.op in _LEAVES})


def _mask(writer: Writer, rows: dict[int, Node], name: str = "m") -> list[str]:
    """Returns lines that set a variable to the mask of the rows that hold."""
    always, bits = _by_condition(rows)
    lines = [f"if {writer.text(node)}: {name} |= {mask}" for node, mask in bits.items()]
    return [f"{name} = {always}", *lines]


def _mask_over(writer: Writer, rows: dict[int, Node], fact: str) -> list[str]:
    """Returns lines that set `m`, of which few depend on one fact.

    Rows that ask the same of that fact are added together: their other tests are worked out once.
    """
    always, bits = _by_condition(rows)
    varied = _reading({fact}, bits)
    lines = [f"m = {always}"]
    alike: defaultdict[tuple[Node, ...], list[str]] = defaultdict(list)
    for node, mask in bits.items():
        if node not in varied:
            lines.append(f"if {writer.text(node)}: m |= {mask}")
            continue
        parts = node.parts if node.op == "and" else (node,)
        others = [part for part in parts if part not in varied]
        text = f"({mask} if {writer.all(others)} else 0)" if others else str(mask)
        alike[tuple(part for part in parts if part in varied)].append(text)
    for parts, masks in alike.items():
        lines.append(f"if {writer.all(parts)}: m |= {writer.once(' | '.join(masks))}")
    return lines


def _by_condition(rows: dict[int, Node]) -> tuple[int, dict[Node, int]]:
    """Returns the mask of the rows that always hold, and that of the others by condition."""
    bits: defaultdict[Node, int] = defaultdict(int)
    for bit, node in rows.items():
        bits[node] |= 1 << bit
    always = sum(mask for node, mask in bits.items() if node.op == "bool" and node.args[0])
    return always, {node: mask for node, mask in bits.items() if node.op != "bool"}


def _reading(facts: Collection[str], roots: Iterable[Node]) -> set[Node]:
    """Returns the expressions that depend on any of the facts."""
    found: set[Node] = set()
    for node in in_order(list(roots)):
        own = node.op in _LEAVES and node.args[0] in facts
        if own or not found.isdisjoint(node.parts):
            found.add(node)
    return found
