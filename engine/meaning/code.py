"""Plain Python made of expressions: one function of the facts that gives the value of each.

Numbers and steps are defaults of parameters, so that functions which differ in them only share one
code: policies of one shape, say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType, MappingProxyType
from typing import Any, Final
from weakref import WeakValueDictionary

from engine.meaning.graph import Node, in_order, stepped
from engine.meaning.values import ABSENT, UNKNOWN

Worked = Callable[[Mapping[str, int]], tuple[int, ...]]
"""Takes each fact's number (`UNKNOWN` and `ABSENT` are numbers too); a fact left out is unknown."""

_MOST_INLINE: Final = 400
"""Characters of an expression that stands inside another; a longer one gets a line of its own."""

_MOST_REMEMBERED: Final = 1_024
"""Numbers for which a step remembers where it leads."""

_NAME: Final = re.compile(r"\b[ft][0-9]+\b")
_NAMES: Final[dict[str, object]] = {"__builtins__": {}, "U": UNKNOWN, "A": ABSENT}

_SHARED: Final[WeakValueDictionary[str, CodeType]] = WeakValueDictionary()
"""The code of the functions in use, by their source."""


def worked_out(roots: Sequence[Node]) -> Worked:
    """A function that works the expressions out; conditions come as True or False."""
    writer = Writer(roots, lambda fact: f"facts.get({fact!r}, U)")
    result = "".join(f"{writer.text(root)}, " for root in roots)
    return writer.function("facts", [f"return ({result})"])


class Writer:
    """Writes a function: first each fact and each expression that is used more than once."""

    def __init__(self, roots: Sequence[Node], read: Callable[[str], str]) -> None:
        """`read` gives the source that reads a fact from the function's argument."""
        self._read = read
        self._given: list[object] = []
        self._texts: dict[Node, str] = {}
        self._facts: dict[str, str] = {}
        self._lines: list[str] = []
        order = in_order(roots)
        uses = Counter(each for node in order for each in node.parts)
        uses.update(roots)
        for node in order:
            text = self._text(node)
            if node.parts and (uses[node] > 1 or len(text) > _MOST_INLINE):
                self._lines.append(f"t{len(self._lines)} = {text}")
                text = f"t{len(self._lines) - 1}"
            self._texts[node] = text

    def function(self, argument: str, end: Sequence[str]) -> Callable[[Any], Any]:
        """The function, with the lines that end it."""
        given = [f"{name} = {self._read(fact)}" for fact, name in self._facts.items()]
        return function_of(argument, _needed([*given, *self._lines], end), self._given)

    def text(self, node: Node) -> str:
        """The source of one of the roots, or of a part of them."""
        return self._number(node.value) if node.op == "const" else self._texts[node]

    def _text(self, node: Node) -> str:
        op, args = node.op, node.args
        if op in ("const", "bool"):
            return f"({args[0]})"
        if op in ("fact", "unknown", "absent"):
            name = self._facts.setdefault(args[0], f"f{len(self._facts)}")
            return {"fact": name, "unknown": f"({name} == U)", "absent": f"({name} == A)"}[op]
        if op == "in":
            return self._among(self._texts[args[0]], args[1])
        if op == "step":
            return f"{self._parameter(remembered(args[0]))}({self.text(args[1])})"
        if op == "and":
            return self._all(node)
        return _joined(op, [self.text(each) for each in args])

    def _number(self, number: int) -> str:
        """A number of a policy is a parameter; what only marks a truth is not."""
        return str(number) if 0 <= number <= 1 else self._parameter(number)

    def _parameter(self, value: object) -> str:
        self._given.append(value)
        return f"p{len(self._given) - 1}"

    def _among(self, text: str, numbers: tuple[int, ...]) -> str:
        if len(numbers) == 1:
            return f"({text} == {numbers[0]})"
        return f"({text} in ({', '.join(map(str, numbers))}))"

    def _all(self, node: Node) -> str:
        """Parts joined by "and"; that a fact is neither unknown nor absent is one comparison."""
        denied = [part.parts[0] for part in node.parts if part.op == "not"]
        unknown, absent = (
            {each.args[0] for each in denied if each.op == op} for op in ("unknown", "absent")
        )
        known = unknown & absent
        tested = {part.args[0] for part in node.parts if part.op == "in"}
        tested |= {each.args[0] for each in denied if each.op == "le"}
        implied = {each.args[0] for each in tested if each.op == "fact"}
        found: dict[str, None] = {}
        for part in node.parts:
            below = part.parts[0] if part.op == "not" else part
            if part.op == "not" and below.op in ("unknown", "absent") and below.args[0] in known:
                if below.args[0] not in implied:
                    found[f"{self._facts[below.args[0]]} > A"] = None
            else:
                found[self.text(part)] = None
        return f"({' and '.join(found)})"


def function_of(
    arguments: str,
    lines: Sequence[str],
    given: Sequence[object],
    names: Mapping[str, object] = MappingProxyType({}),
) -> Callable[..., Any]:
    """A function of some lines; what is `given` are its parameters `p0`, `p1` …, of few `names`."""
    parameters = "".join(f", p{index}" for index in range(len(given)))
    body = "\n    ".join(lines or ["pass"])
    source = f"def of({arguments}{parameters}):\n    {body}\n"
    code = _SHARED.get(source)
    if code is None:
        module = compile(source, "<meaning>", "exec")
        code = next(each for each in module.co_consts if isinstance(each, CodeType))
        _SHARED[source] = code
    return FunctionType(code, {**_NAMES, **names}, argdefs=tuple(given))


def _needed(lines: Sequence[str], end: Sequence[str]) -> list[str]:
    """The lines whose names are read by a later one, and the end."""
    read = set(_NAME.findall(" ".join(end)))
    kept: list[str] = []
    for line in reversed(lines):
        name, _, text = line.partition(" = ")
        if name in read:
            kept.append(line)
            read.update(_NAME.findall(text))
    return [*reversed(kept), *end]


def _joined(op: str, parts: list[str]) -> str:
    if op == "not":
        return f"(not {parts[0]})"
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
    """The step, remembered; what a step of an amount gives is worked out each time."""
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
