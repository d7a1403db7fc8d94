"""Generates plain Python from expressions: one function of the facts returns all their values.

Numbers and steps are defaults of parameters, so that functions which differ only in these, as for
policies of the same shape, share their code.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Final
from weakref import WeakValueDictionary

from engine.meaning.graph import Node, in_order, stepped
from engine.meaning.values import ABSENT, UNKNOWN

Worked = Callable[[Mapping[str, int]], tuple[int, ...]]
"""Takes the number of each fact (also `UNKNOWN` or `ABSENT`); a fact left out is unknown."""

_MOST_INLINE: Final = 400
"""The most characters of an inlined expression; a longer one gets a line of its own."""

_MOST_AGAIN: Final = 40
"""The most characters of an expression that is repeated in each branch that needs it."""

_MOST_REMEMBERED: Final = 1_024
"""The most numbers for which the result of a step is cached."""

_WIDE: Final = 4
"""An "or" with more parts than this is worked out only where it matters."""

_PRESENCE: Final = ("unknown", "absent")
_NAME: Final = re.compile(r"\b[ft][0-9]+\b")

NAMES: Final[dict[str, object]] = {"__builtins__": {}, "U": UNKNOWN, "A": ABSENT}
"""The names that generated code uses."""

_SHARED: Final[WeakValueDictionary[str, CodeType]] = WeakValueDictionary()
"""The code of the functions in use, by their source."""

_SHORT: Final = 8_000
"""A source with fewer characters than this is short."""

_RECENT: Final[deque[CodeType]] = deque(maxlen=512)
"""Recent short code: kept alive for the next function, even if no function uses it."""


def worked_out(roots: Sequence[Node]) -> Worked:
    """Generates a function that works the expressions out; conditions give True or False."""
    writer = Writer(roots, lambda fact: f"facts.get({fact!r}, U)")
    result = "".join(f"{writer.text(root)}, " for root in roots)
    return writer.function("facts", [f"return ({result})"])


class Given(list[object]):
    """The values that a generated function is given, as its parameters `p0`, `p1` and so on."""

    def parameter(self, value: object) -> str:
        """Adds a value and returns the name of its parameter."""
        self.append(value)
        return f"p{len(self) - 1}"


class Writer:
    """Writes a function: first a line for each fact and each expression used more than once."""

    def __init__(
        self,
        roots: Sequence[Node],
        read: Callable[[str], str] | None = None,
    ) -> None:
        """`read` gives the source that reads a fact; without it, facts are arguments."""
        self._read = read
        self._given = Given()
        self.given = self._given.parameter
        self._texts: dict[Node, str] = {}
        self._facts: dict[str, str] = {}
        self._lines: list[str] = []
        order = in_order(roots)
        uses = Counter(roots)
        for node in reversed(order):  # a `not` is always inlined
            for part in node.parts:
                uses[part] += uses[node] if node.op == "not" else 1
        self._guards = _guards(order, roots)
        always = {part for node in order for part in _at_once(node)}.union(roots)
        for node in order:
            text = self._text(node)
            again = uses[node] > 1 and (node in always or len(text) > _MOST_AGAIN)
            named = (again or len(text) > _MOST_INLINE) and not text.isidentifier()
            if named and node.parts and node.op != "not":
                guards = self._guards.get(node)
                text = f"{self.all(guards)} and {text}" if guards else text
                self._lines.append(f"t{len(self._lines)} = {text}")
                text = f"t{len(self._lines) - 1}"
            self._texts[node] = text

    def function(self, arguments: str, end: Sequence[str]) -> FunctionType:
        """Generates the function, with the lines in `end` as its last ones."""
        read, facts = self._read, self._facts.items()
        reads = [f"{name} = {read(fact)}" for fact, name in facts] if read else []
        return function_of(arguments, _needed([*reads, *self._lines], end), self._given)

    def text(self, node: Node) -> str:
        """Returns the source of one of the roots, or of a part of them."""
        return self._number(node.value) if node.op == "const" else self._texts[node]

    def _text(self, node: Node) -> str:
        op, args = node.op, node.args
        if op in ("const", "bool"):
            return f"({args[0]})"
        if op in ("fact", "unknown", "absent"):
            name = self.fact(args[0])
            return {"fact": name, "unknown": f"({name} == U)", "absent": f"({name} == A)"}[op]
        if op == "in":
            return self._among(self._texts[args[0]], args[1])
        if op == "step":
            return f"{self.given(remembered(args[0]))}({self.text(args[1])})"
        if op in ("and", "not"):
            return self.all(args) if op == "and" else _denied(args[0], self._texts[args[0]])
        return _joined(op, [self.text(each) for each in args])

    def _number(self, number: int) -> str:
        """Returns the source of a number: a parameter, except for 0, 1, `UNKNOWN` and `ABSENT`."""
        named = {0: "0", 1: "1", UNKNOWN: "U", ABSENT: "A"}.get(number)
        return named or self.given(number)

    @property
    def facts(self) -> Mapping[str, str]:
        """The variable names, by fact."""
        return self._facts

    def fact(self, name: str) -> str:
        """Returns the name of the variable for a fact."""
        return self._facts.setdefault(name, f"f{len(self._facts)}")

    def _among(self, text: str, numbers: tuple[int, ...]) -> str:
        if len(numbers) == 1:
            return f"({text} == {numbers[0]})"
        return f"({text} in ({', '.join(map(str, numbers))}))"

    def all(self, parts: Sequence[Node]) -> str:
        """Joins parts by "and"; that a fact is neither unknown nor absent is one comparison, and
        goes without saying beside a test of its number."""
        denied = [part.parts[0] for part in parts if part.op == "not"]
        unknown, absent = ({each.args[0] for each in denied if each.op == op} for op in _PRESENCE)
        tested = {part.args[0] for part in parts if part.op == "in" and part.args[1][0] > ABSENT}
        tested |= {e.args[0] for e in denied if e.op == "le" and e.args[1].value >= ABSENT}
        implied = {each.args[0] for each in tested if each.op == "fact"}
        found: dict[str, None] = {}
        for part in parts:
            below = part.parts[0] if part.op == "not" else part
            fact = below.args[0] if below is not part and below.op in _PRESENCE else None
            if fact is not None and fact in unknown & absent - implied:
                found[f"{self._facts[fact]} > A"] = None
            elif fact not in implied:
                found[self.text(part)] = None
        return f"({' and '.join(found)})" if len(found) > 1 else next(iter(found))


def _guards(order: Sequence[Node], roots: Sequence[Node]) -> dict[Node, list[Node]]:
    """Returns for each long "or" the conditions without which its value does not matter.

    These are the parts that every "and" over it, or over its negation, has in common.
    """
    place = {node: number for number, node in enumerate(order)}
    wide = {node for node in order if node.op == "or" and len(node.parts) > _WIDE}
    found: dict[Node, list[Node]] = {_plainly(root): [] for root in roots}
    for node in order:
        for part in node.parts if node.op != "not" else ():
            own = _plainly(part)
            if own in wide:
                beside = node.parts if node.op == "and" else ()
                others = [each for each in beside if place[each] < place[own]]
                found[own] = [each for each in others if each in found.get(own, others)]
    return {node: found[node] for node in wide if found.get(node)}


def _at_once(node: Node) -> tuple[Node, ...]:
    """Returns the parts that are always evaluated with a node: of a choice only the condition."""
    return node.parts[:1] if node.op == "if" else node.parts


def _plainly(node: Node) -> Node:
    """Returns the operand of a `not`, or the node itself."""
    return node.parts[0] if node.op == "not" else node


def function_of(
    arguments: str,
    lines: Sequence[str],
    given: Sequence[object],
    names: dict[str, object] = NAMES,
) -> FunctionType:
    """Compiles lines into a function; the values `given` are its parameters `p0`, `p1` and so on.

    `names` are its globals; functions that share code run fastest if they share these too.
    """
    parameters = [*filter(None, [arguments]), *(f"p{index}" for index in range(len(given)))]
    body = "\n    ".join(lines or ["pass"])
    source = f"def of({', '.join(parameters)}):\n    {body}\n"
    code = _SHARED.get(source)
    if code is None:
        module = compile(source, "<meaning>", "exec")
        code = next(each for each in module.co_consts if isinstance(each, CodeType))
        _SHARED[source] = code
        if len(source) < _SHORT:
            _RECENT.append(code)
    return FunctionType(code, names, argdefs=tuple(given))


def _needed(lines: Sequence[str], end: Sequence[str]) -> list[str]:
    """Returns the lines whose names a later line reads, then the lines in `end`."""
    read = set(_NAME.findall(" ".join(end)))
    kept: list[str] = []
    for line in reversed(lines):
        name, _, text = line.partition(" = ")
        if name in read:
            kept.append(line)
            read.update(_NAME.findall(text))
    return [*reversed(kept), *end]


def _denied(node: Node, text: str) -> str:
    """Returns the source of the opposite; of an inlined comparison, the opposite comparison."""
    sign, opposite = (" <= ", " > ") if node.op == "le" else (" == ", " != ")
    if node.op in ("le", *_PRESENCE) and text.count(sign) == 1:
        return text.replace(sign, opposite)
    return f"(not {text})"


def _joined(op: str, parts: list[str]) -> str:
    if op == "or":
        return f"({' or '.join(parts)})"
    if op == "if":
        return f"({parts[1]} if {parts[0]} else {parts[2]})"
    if op in ("max", "min"):
        sign = ">=" if op == "max" else "<="
        return f"({parts[0]} if {parts[0]} {sign} {parts[1]} else {parts[1]})"
    if op == "mod":
        return f"({parts[0]} % ({parts[1]} or 1))"
    sign = {"add": "+", "sub": "-", "mul": "*", "div": "//", "le": "<="}[op]
    return f"({parts[0]} {sign} {parts[1]})"


def remembered(step: Callable[[int], int]) -> Callable[[int], int]:
    """Returns the step with a cache; a share of an amount is worked out each time."""
    if hasattr(step, "millionths"):
        return step
    known: dict[int, int] = {}

    def of(number: int) -> int:
        found = known.get(number)
        if found is None:
            found = stepped(step, number)
            if len(known) < _MOST_REMEMBERED:
                known[number] = found
        return found

    return of
