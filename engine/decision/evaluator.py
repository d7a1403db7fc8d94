"""The reference evaluator: functions generated from a policy's graph.

Policies of one shape share their code. What it works out the network must confirm, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.decision.lowering import Expressions
from engine.decision.plan import Plan
from engine.meaning.code import Writer
from engine.meaning.graph import Node


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
        self._maybe: Callable[[list[int]], int] | None = None
        self.slots = tuple(expressions.derived)
        self.words = expressions.words
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
        writer = self._writer(
            [*each.true.values(), *(n for nodes in lists for n in nodes), each.doubt]
        )
        told = ", ".join(
            f"({''.join(f'{writer.text(node)}, ' for node in nodes)})" for nodes in lists
        )
        end = f"return m, {told}, {writer.text(each.doubt)}"
        return writer.function("v", [*_mask(writer, each.true), end])


def _mask(writer: Writer, rows: dict[int, Node]) -> list[str]:
    """Lines that set the bit of each row that holds."""
    always = sum(1 << bit for bit, node in rows.items() if node.op == "bool" and node.args[0])
    lines = [
        f"if {writer.text(node)}: m |= {1 << bit}"
        for bit, node in rows.items()
        if node.op != "bool"
    ]
    return [f"m = {always}", *lines]
