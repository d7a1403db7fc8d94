"""Plain Python made of expressions: one function of the facts that gives the value of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.meaning.graph import Node, in_order, stepped
from engine.meaning.values import ABSENT, UNKNOWN

Worked = Callable[[Mapping[str, int]], tuple[int, ...]]
"""Takes each fact's number (`UNKNOWN` and `ABSENT` are numbers too); a fact left out is unknown."""

_MOST_INLINE: Final = 400
"""Characters of an expression that stands inside another; a longer one gets a line of its own."""


def worked_out(roots: Sequence[Node]) -> Worked:
    """A function that works the expressions out; conditions come as True or False."""
    writer = _Writer(roots)
    names: dict[str, object] = {"U": UNKNOWN, "A": ABSENT, **writer.steps}
    names["__builtins__"] = {}
    exec(compile(writer.source, "<meaning>", "exec"), names)  # noqa: S102 - only our own names
    return names["of"]  # type: ignore[return-value]


class _Writer:
    """Writes the source; `steps` holds what it calls."""

    def __init__(self, roots: Sequence[Node]) -> None:
        self.steps: dict[str, object] = {}
        self._texts: dict[Node, str] = {}
        self._facts: dict[str, str] = {}
        self._lines: list[str] = []
        order = in_order(roots)
        uses = Counter(each for node in order for each in node.parts)
        for node in order:
            text = self._text(node)
            if (uses[node] > 1 and node.parts) or len(text) > _MOST_INLINE:
                name = f"t{node.id}"
                self._lines.append(f"    {name} = {text}")
                text = name
            self._texts[node] = text
        given = [f"    {name} = facts.get({fact!r}, U)" for fact, name in self._facts.items()]
        result = "".join(f"{self._texts[root]}, " for root in roots)
        body = [*given, *self._lines, f"    return ({result})"]
        self.source = "def of(facts):\n" + "\n".join(body) + "\n"

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
            name = f"s{len(self.steps)}"
            self.steps[name] = _guarded(args[0])
            return f"{name}({self._texts[args[1]]})"
        return _joined(op, [self._texts[each] for each in args])

    def _among(self, text: str, numbers: tuple[int, ...]) -> str:
        if len(numbers) == 1:
            return f"({text} == {numbers[0]})"
        return f"({text} in ({', '.join(map(str, numbers))}))"


def _joined(op: str, parts: list[str]) -> str:
    if op == "not":
        return f"(not {parts[0]})"
    if op in ("and", "or"):
        return f"({f' {op} '.join(parts)})"
    if op == "if":
        return f"({parts[1]} if {parts[0]} else {parts[2]})"
    if op in ("max", "min"):
        sign = ">=" if op == "max" else "<="
        return f"({parts[0]} if {parts[0]} {sign} {parts[1]} else {parts[1]})"
    if op == "mod":
        return f"({parts[0]} % ({parts[1]} or 1))"
    sign = {"add": "+", "sub": "-", "mul": "*", "div": "//", "le": "<="}[op]
    return f"({parts[0]} {sign} {parts[1]})"


def _guarded(step: Callable[[int], int]) -> Callable[[int], int]:
    """The step, remembered."""
    known: dict[int, int] = {}

    def of(number: int) -> int:
        found = known.get(number)
        if found is None:
            found = stepped(step, number)
            if len(known) < 65_536:
                known[number] = found
        return found

    return of
