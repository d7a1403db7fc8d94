"""The reference evaluator: functions generated from a policy's graph.

Policies of one shape share their code. What it works out the network must confirm, row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.decision.lowering import Expressions
from engine.decision.plan import Plan
from engine.meaning.code import Writer
from engine.meaning.graph import Node, in_order


class Found(NamedTuple):
    """The rows that hold, as a mask; what the network is told; what topics derived, in the order
    of `Evaluator.slots`; the outcome; and whether it is in doubt."""

    rows: int
    told: tuple[int, ...]
    derived: tuple[int, ...]
    outcome: tuple[int, ...]
    doubt: bool


class Evaluator:
    """Works out a line of one policy from its slots."""

    def __init__(self, plan: Plan, expressions: Expressions) -> None:
        self._names = {slot: name for name, slot in plan.slots.numbers.items()}
        self._numbers = plan.slots.numbers
        self._expressions = expressions
        self._in_doubt: Callable[[list[int]], bool] | None = None
        self._maybe: Callable[[list[int]], int] | None = None
        self.slots = tuple(expressions.derived)
        self.words: tuple[Any, ...] = expressions.words
        self.work_out: Callable[[list[int]], tuple[Any, ...]] = self._work_out()

    def may_hold(self, values: list[int]) -> int:
        """The mask of the rows that hold or could, were unknown facts known."""
        if self._maybe is None:
            rows = self._expressions.maybe
            writer = self._writer(list(rows.values()))
            self._maybe = writer.function("v", [*_mask(writer, rows), "return m"])
        return self._maybe(values)

    def _writer(self, roots: Sequence[Node]) -> Writer:
        return Writer(roots, lambda name: f"v[{self._numbers[name]}]")

    def _work_out(self) -> Callable[[list[int]], tuple[Any, ...]]:
        each = self._expressions
        lists = (each.fields, tuple(each.derived.values()), each.outcome)
        nodes = [*(node for nodes in lists for node in nodes), each.surely_doubt]
        unknown = {node.args[0] for node in in_order([each.doubt]) if node.op == "unknown"}
        writer = self._writer([*each.true.values(), *nodes])
        told = ", ".join(
            f"({''.join(f'{writer.text(node)}, ' for node in nodes)})" for nodes in lists
        )
        facts = "".join(f"{writer.fact(name)}, " for name in sorted(unknown))
        open_ = f"(U in ({facts}) and {writer.given(self._doubt)}(v))"
        doubt = f"{writer.text(each.surely_doubt)} or {open_}"
        return writer.function("v", [*_mask(writer, each.true), f"return m, {told}, {doubt}"])

    def _doubt(self, values: list[int]) -> bool:
        """Whether no outcome is claimed; made when something is unknown for the first time."""
        if self._in_doubt is None:
            node = self._expressions.doubt
            writer = self._writer([node])
            self._in_doubt = writer.function("v", [f"return {writer.text(node)}"])
        return self._in_doubt(values)


def _mask(writer: Writer, rows: dict[int, Node]) -> list[str]:
    """Lines that set the bit of each row that holds."""
    bits: defaultdict[Node, int] = defaultdict(int)
    for bit, node in rows.items():
        bits[node] |= 1 << bit
    always = sum(mask for node, mask in bits.items() if node.op == "bool" and node.args[0])
    lines = [
        f"if {writer.text(node)}: m |= {mask}" for node, mask in bits.items() if node.op != "bool"
    ]
    return [f"m = {always}", *lines]
