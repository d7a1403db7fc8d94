"""A graph of expressions in which equal expressions are the same node.

The methods that make a node simplify it, so that what is the same for every return is a constant.
A graph belongs to one comparison or one policy, and is freed with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import attrgetter
from typing import Any, Final, Protocol

BOOLEANS: Final = frozenset({"bool", "not", "and", "or", "le", "eq", "in", "unknown", "absent"})

_PARTS: Final = {
    **dict.fromkeys(("bool", "const", "fact", "unknown", "absent"), (0, 0)),
    "in": (0, 1),
    "step": (1, 2),
}
"""Which arguments of a node are expressions (start and end), if not all of them are."""

_BY_ID: Final = attrgetter("id")

_MOST_FLAT: Final = 12
"""The most parts of a nested "and" or "or" that are merged into the outer one. A larger one stays
whole, so that "no earlier row holds" is not written out again for each row of a long table."""


class Step(Protocol):
    """A function of one number that is opaque to the graph; equal steps are the same."""

    def __call__(self, number: int, /) -> int: ...

    def __hash__(self) -> int: ...


class Node:
    """One expression; `truth`: it is a condition, not a number."""

    __slots__ = ("args", "id", "op", "parts", "truth", "variables")

    variables: frozenset[Node]
    """What it and its parts test: facts, sums and differences, and whether a fact is absent or was
    not sent. Only set in a graph that is `searched`."""

    def __init__(self, op: str, args: tuple[Any, ...], number: int, *, truth: bool) -> None:
        self.op = op
        self.args = args
        first, past = _PARTS.get(op, (0, len(args)))
        self.parts: tuple[Node, ...] = args[first:past]
        """The arguments that are expressions."""
        self.id = number
        self.truth = truth

    @property
    def constant(self) -> bool:
        """Whether it is the same for every return."""
        return self.op in ("const", "bool")

    @property
    def value(self) -> int:
        """The value of a constant."""
        return int(self.args[0])

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.args))})"


_NONE: Final = frozenset[Node]()


class Graph:
    """Makes expressions.

    A graph that is `searched` keeps the variables of each expression, to split on. They take much
    memory if many rows test different facts, and generated code does not need them.
    """

    def __init__(self, *, searched: bool = True) -> None:
        self.searched = searched
        self._made: defaultdict[str, dict[tuple[Any, ...], Node]] = defaultdict(dict)
        self._count = 0
        self._again: dict[str, Callable[..., Node]] = {
            "not": self.no,
            "and": self.all,
            "or": self.any,
            "if": self.choice,
            "add": self.add,
            "sub": self.sub,
            "mul": self.mul,
            "mod": self.rest,
            "max": self.greatest,
            "min": self.least,
            "le": self.le,
            "in": self.among,
            "step": self.step,
        }
        self.true = self._make("bool", True)
        self.false = self._make("bool", False)
        self.zero = self.const(0)

    def __len__(self) -> int:
        return self._count

    def _make(self, op: str, *args: Any) -> Node:
        made = self._made[op]
        found = made.get(args)
        if found is None:
            found = made[args] = Node(op, args, self._count, truth=op in BOOLEANS)
            if self.searched:
                found.variables = _looked_at(found)
            self._count += 1
        return found

    # --- leaves -----------------------------------------------------------------------------------

    def const(self, number: int) -> Node:
        """Returns a number as a constant."""
        return self._make("const", int(number))

    def truth(self, holds: bool) -> Node:
        """Returns the constant true or false."""
        return self.true if holds else self.false

    def fact(self, name: str) -> Node:
        """Returns the value of a fact; it counts only if the fact is known."""
        return self._make("fact", name)

    def unknown(self, name: str) -> Node:
        """Whether a fact was not sent."""
        return self._make("unknown", name)

    def absent(self, name: str) -> Node:
        """Whether a fact is known to have no value."""
        return self._make("absent", name)

    # --- conditions -------------------------------------------------------------------------------

    def no(self, one: Node) -> Node:
        """Negates a condition."""
        if one.op == "bool":
            return self.false if one.args[0] else self.true
        return one.parts[0] if one.op == "not" else self._make("not", one)

    def all(self, *parts: Node) -> Node:
        """Joins conditions: every part holds."""
        return self._joined("and", parts, self.true, self.false)

    def any(self, *parts: Node) -> Node:
        """Joins conditions: at least one part holds."""
        return self._joined("or", parts, self.false, self.true)

    def _joined(self, op: str, parts: Iterable[Node], unit: Node, end: Node) -> Node:
        found: dict[Node, None] = {}
        for part in parts:
            flat = part.op == op and len(part.parts) <= _MOST_FLAT
            for each in part.parts if flat else (part,):
                if each is end:
                    return end
                if each is not unit:
                    found[each] = None
        for each in found:
            if each.op == "not" and _opposed(each, op, found):
                return end
        if len(found) < 2:
            return next(iter(found), unit)
        return self._make(op, *sorted(found, key=_BY_ID))

    def choice(self, when: Node, then: Node, other: Node) -> Node:
        """Chooses one expression if a condition holds, else another."""
        if when.op == "bool":
            return then if when.args[0] else other
        if when.op == "not":
            when, then, other = when.args[0], other, then
        then = then.args[1] if then.op == "if" and then.args[0] is when else then
        other = other.args[2] if other.op == "if" and other.args[0] is when else other
        if then is other:
            return then
        if then.truth:
            return self._truths(when, then, other)
        if other.op == "if" and other.args[1] is then:
            return self.choice(self.any(when, other.args[0]), then, other.args[2])
        return self._make("if", when, then, other)

    def _truths(self, when: Node, then: Node, other: Node) -> Node:
        if then.op == "bool":
            return self.any(when, other) if then.args[0] else self.all(self.no(when), other)
        if other.op == "bool":
            return self.any(self.no(when), then) if other.args[0] else self.all(when, then)
        return self.any(self.all(when, then), self.all(self.no(when), other))

    # --- numbers ----------------------------------------------------------------------------------

    def add(self, one: Node, other: Node) -> Node:
        """Adds two numbers; a constant goes last."""
        if one.op == "const":
            one, other = other, one
        if one.op == "const":
            return self.const(one.value + other.value)
        if other.op != "const":
            return self._make("add", one, other)
        if not other.value:
            return one
        base, more = offset(one)
        return (
            self._make("add", base, self.const(more + other.value))
            if more
            else self._make("add", one, other)
        )

    def sum(self, parts: Iterable[Node]) -> Node:
        """Adds several numbers."""
        return reduce(self.add, parts, self.zero)

    def plus(self, one: Node, number: int) -> Node:
        """Adds a number to an expression."""
        base, more = offset(one)
        return self.add(base, self.const(more + number)) if number else one

    def sub(self, one: Node, other: Node) -> Node:
        """Subtracts two numbers; constants are moved out of the difference."""
        (base, more), (less, off) = offset(one), offset(other)
        if base.op == "const":
            base, more = self.zero, more + base.value
        if less.op == "const":
            return self.plus(base, more - off - less.value)
        if base is less:
            return self.const(more - off)
        return self.plus(self._make("sub", base, less), more - off)

    def mul(self, one: Node, other: Node) -> Node:
        """Multiplies two numbers."""
        if one.op == "const":
            one, other = other, one
        if other.op == "const" and (one.op == "const" or other.value in (0, 1)):
            return (
                one
                if other.value == 1
                else self.const(one.value * other.value if other.value else 0)
            )
        return self._make("mul", one, other)

    def floored(self, one: Node, number: int) -> Node:
        """Divides by a number, rounded down."""
        if one.op == "const":
            return self.const(one.value // number)
        return self._make("div", one, self.const(number))

    def rest(self, one: Node, other: Node) -> Node:
        """Returns the remainder of a division; the divisor is above zero wherever it matters."""
        return self._make("mod", one, other)

    def greatest(self, one: Node, other: Node) -> Node:
        """Returns the greater of two numbers."""
        return self._extreme("max", one, other)

    def least(self, one: Node, other: Node) -> Node:
        """Returns the lesser of two numbers."""
        return self._extreme("min", one, other)

    def _extreme(self, op: str, one: Node, other: Node) -> Node:
        (base, more), (second, off) = offset(one), offset(other)
        if base.op == "const" and second.op == "const":
            base, more, second, off = self.zero, one.value, self.zero, other.value
        if base is second:
            return one if (more >= off) == (op == "max") else other
        return self._make(op, one, other)

    def step(self, by: Step, one: Node) -> Node:
        """Applies an opaque step, such as the end of a day, or some business days later."""
        if one.op == "const":
            return self.const(stepped(by, one.value))
        return self._make("step", by, one)

    # --- comparisons ------------------------------------------------------------------------------

    def le(self, one: Node, other: Node) -> Node:
        """Tests at most; written as a variable against a number whenever possible."""
        (base, more), (second, off) = offset(one), offset(other)
        if base.op == "const":
            return self._at_least(second, base.value + more - off)
        if second.op != "const":
            if base is second:
                return self.truth(more <= off)
            base, second = self._make("sub", base, second), self.zero
        return self._make("le", base, self.const(second.value + off - more))

    def _at_least(self, one: Node, number: int) -> Node:
        if one.op == "const":
            return self.truth(number <= one.value)
        return self.no(self._make("le", one, self.const(number - 1)))

    def lt(self, one: Node, other: Node) -> Node:
        """Tests below."""
        return self.le(self.plus(one, 1), other)

    def eq(self, one: Node, other: Node) -> Node:
        """Tests equality."""
        return self.among(self.sub(one, other), (0,))

    def among(self, one: Node, numbers: Iterable[int]) -> Node:
        """Tests whether an expression is one of some numbers; of a choice, tests each branch."""
        base, more = offset(one)
        listed = frozenset(number - more for number in numbers)
        if base.op == "const":
            return self.truth(base.value in listed)
        if not listed:
            return self.false
        if base.op == "if":
            when, then, other = base.args
            return self.choice(when, self.among(then, listed), self.among(other, listed))
        return self._make("in", base, tuple(sorted(listed)))

    # --- the same with other parts ----------------------------------------------------------------

    def again(self, node: Node, args: Sequence[Any]) -> Node:
        """Makes the same kind of node from other arguments, simplified."""
        if node.op == "div":
            return self.floored(args[0], args[1].value)
        made = self._again.get(node.op)
        return made(*args) if made else node


def _looked_at(node: Node) -> frozenset[Node]:
    """Returns the variables of a node; reuses the set of a part if that has them all."""
    found = _NONE
    for each in node.parts:
        if not each.variables <= found:
            found = each.variables if found <= each.variables else found | each.variables
    if node.op in ("le", "in"):
        return found | {node.args[0]}
    return frozenset([node]) if node.op in ("absent", "unknown") else found


def _opposed(node: Node, op: str, others: Iterable[Node]) -> bool:
    """Whether the operand of a `not` is among the other parts, whole or by its own parts."""
    denied = node.args[0]
    if denied.op != op:
        return denied in others
    return all(part in others for part in denied.args)


def stepped(by: Step, number: int) -> int:
    """Applies a step; returns 0 if the result is beyond the calendar, where no test reads it."""
    try:
        return by(number)
    except (OverflowError, ValueError):
        return 0


def offset(node: Node) -> tuple[Node, int]:
    """Splits a sum with a constant into the expression and the constant."""
    if node.op == "add" and node.args[1].op == "const":
        return node.args[0], node.args[1].value
    return node, 0


def in_order(roots: Iterable[Node]) -> list[Node]:
    """Returns the roots and all expressions below them, each after its parts."""
    found: dict[Node, None] = {}
    waiting = [(root, False) for root in reversed(list(roots))]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            found[node] = None
        elif node not in found:
            waiting.append((node, True))
            waiting += [(each, False) for each in node.parts if each not in found]
    return list(found)


def replaced(graph: Graph, root: Node, instead: Mapping[Node, Node]) -> Node:
    """Returns the expression with some of its parts replaced, simplified; so that what is left
    depends on other facts only."""
    return all_replaced(graph, [root], instead)[0]


def all_replaced(graph: Graph, roots: Sequence[Node], instead: Mapping[Node, Node]) -> list[Node]:
    """Returns the expressions with some of their parts replaced, simplified."""
    known: dict[Node, Node] = {}
    for node in in_order(roots):
        known[node] = instead.get(node) or graph.again(node, [known.get(e, e) for e in node.args])
    return [known[root] for root in roots]
