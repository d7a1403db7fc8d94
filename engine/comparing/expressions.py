"""Puts expressions of a graph into short words; numbers are shown as money, days or hours."""

from __future__ import annotations

from typing import Final

from engine.comparing.returns import as_sent
from engine.meaning.graph import Node
from engine.meaning.ground import Ground
from engine.meaning.terms import terms_of
from engine.money import percent_text
from engine.policy.vocabulary import FactType

DAY, DAYS, MOMENT, SECONDS = "day", "days", "moment", "seconds"
"""Kinds of expressions: a date, a number of days; a moment, a number of seconds."""

_SIZES: Final = (FactType.MONEY, FactType.COUNT, FactType.NUMBER, FactType.PERCENT)
_LONGEST: Final = 40_000
"""Days beyond which no date is compared: a limit of this many days is no limit."""

Kind = str | None
"""What an expression counts; None for a bare number, which counts what it is added to."""


class Expressions:
    """Puts the expressions of one ground into words."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def kind(self, node: Node) -> Kind:
        """Returns what an expression counts."""
        op, kinds = node.op, [self.kind(each) for each in node.parts if not each.truth]
        if op == "fact":
            fact = self._ground.fact(str(node.args[0]).removesuffix("@"))
            kind = DAY if fact.type is FactType.DATE else fact.type
            return MOMENT if kind == DAY and str(node.args[0]).endswith("@") else kind
        if op == "step":
            name = type(node.args[0]).__name__
            if name in ("Share", "EndOfDay"):
                return kinds[0] if name == "Share" else MOMENT
            return DAY
        if op in ("add", "sub"):
            return _of_sum(op, *kinds)
        return FactType.MONEY if FactType.MONEY in kinds else next(filter(None, kinds), None)

    def amount(self, kind: Kind, number: int) -> str:
        """Returns a number as text, by what it counts."""
        if kind in (DAY, DAYS):
            return _counted(number, "day")
        if kind in (MOMENT, SECONDS):
            return _hours(number)
        if kind in _SIZES:
            currency = self._ground.policies[0].currency
            return str(as_sent(FactType(kind), number, currency))
        return str(number)

    def text(self, node: Node, kind: Kind = None) -> str:
        """Returns an expression in short words; `kind` says what a bare number in it counts."""
        op, kind = node.op, self.kind(node) or kind
        if op == "const":
            return self.amount(kind, node.value)
        if op in ("fact", "absent"):
            return str(node.args[0])
        if op in ("add", "sub"):
            return self._of_sum(node, kind)
        return self._of_two(node, kind) if op in ("max", "min") else self._of_parts(node, kind)

    def _of_parts(self, node: Node, kind: Kind) -> str:
        op, args = node.op, node.args
        parts = [self.text(each, kind) for each in node.parts if not each.truth]
        if op == "step":
            return _of_step(args[0], parts[0])
        if op == "mul" and args[1].op == "const":
            return f"{args[1].value} x {parts[0]}"
        if op == "div":
            return f"({parts[0]} / {args[1].value})"
        joins = {"mul": " x ", "mod": " modulo ", "if": " or "}
        return f"{'either ' if op == 'if' else ''}{joins.get(op, ' and ').join(parts)}"

    def sides(self, node: Node) -> tuple[list[Node], list[Node], int]:
        """Splits a sum into the terms it adds, those it subtracts (each with its factor), and a
        number."""
        of, more = terms_of(node)
        sides: tuple[list[Node], list[Node]] = ([], [])
        for term, times in of.items():
            one = (
                term
                if abs(times) == 1
                else self._ground.graph.mul(term, self._ground.graph.const(abs(times)))
            )
            sides[times < 0].append(one)
        return (*sides, more)

    def _of_sum(self, node: Node, kind: Kind) -> str:
        plus, minus, more = self.sides(node)
        if kind in (DAY, DAYS):
            return self._of_days(plus, minus, more)
        said = " + ".join([self.text(each, kind) for each in plus]) or self.amount(kind, 0)
        for each in minus:
            said += f" - {self.text(each, kind)}"
        return said + _signed(more, self.amount(kind, abs(more)))

    def _of_days(self, plus: list[Node], minus: list[Node], more: int) -> str:
        """Returns the words for a day with days added to it, or for the days between two dates."""
        dates = [[each for each in side if self.kind(each) == DAY] for side in (plus, minus)]
        begun, ended = dates[0], dates[1]
        between = list(zip(begun[::-1], ended[::-1], strict=False))
        parts = [self.text(each) for each in begun[: len(begun) - len(between)]]
        parts += [f"the days from {self.text(b)} to {self.text(a)}" for a, b in between]
        parts += [self.text(each, DAYS) for each in plus if each not in begun]
        said = " + ".join(parts)
        for each in minus:
            if each not in ended:
                said += f" - {self.text(each, DAYS)}"
        return said + _signed(more, _counted(abs(more), "day"))

    def _of_two(self, node: Node, kind: Kind) -> str:
        """Returns the words for the greater or lesser of two, without a limit that is none."""
        if node.op == "min" and kind == DAYS:
            limits = [each for each in node.args if each.op == "const" and each.value >= _LONGEST]
            others = [each for each in node.args if each not in limits]
            if limits and len(others) == 1:
                return self.text(others[0], kind)
        texts = [self.text(each, kind) for each in node.args]
        said = " and ".join(f"({each})" if each.startswith("the ") else each for each in texts)
        return f"the {'greater' if node.op == 'max' else 'lesser'} of {said}"


def _of_sum(op: str, one: Kind, other: Kind) -> Kind:
    for point, length in ((DAY, DAYS), (MOMENT, SECONDS)):
        if op == "sub" and one == other == point:
            return length
        if point in (one, other):
            return point
    return one or other


def _of_step(step: object, text: str) -> str:
    millionths = getattr(step, "millionths", None)
    if millionths is not None:
        return f"{percent_text(millionths)} of {_whole(text)}"
    length, sign = getattr(step, "length", None), getattr(step, "sign", 1)
    if length is not None:
        return f"{text} {'+' if sign > 0 else '-'} {length}"
    count = getattr(step, "count", None)
    if count is not None:
        return f"business day {count} from {text} on"
    names = {"EndOfDay": "the end of ", "DayOf": "the day of "}
    return f"{names.get(type(step).__name__, 'the first business day from ')}{text}"


def _whole(text: str) -> str:
    return f"({text})" if " " in text else text


def _signed(number: int, said: str) -> str:
    return f" {'+' if number > 0 else '-'} {said}" if number else ""


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if abs(count) == 1 else 's'}"


def _hours(seconds: int) -> str:
    for size, unit in ((3_600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")
