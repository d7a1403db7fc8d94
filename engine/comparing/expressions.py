"""Puts expressions of a graph into short words; numbers are money, dates, days or hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.dates import FIRST_DAY, Unit, day_text, instant_text
from engine.meaning.graph import Node
from engine.meaning.ground import Ground
from engine.meaning.lowering.days import DayOf, EndOfDay, Later
from engine.meaning.sums import terms_of
from engine.money import percent_text
from engine.policy.vocabulary import FactType, as_sent

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
        op = node.op
        if op == "fact":
            fact = self._ground.fact(str(node.args[0]).removesuffix("@"))
            kind = DAY if fact.type is FactType.DATE else fact.type
            return MOMENT if kind == DAY and str(node.args[0]).endswith("@") else kind
        if op in ("add", "sub"):
            return self._kind_of_sum(node)
        kinds = [self.kind(each) for each in node.parts if not each.truth]
        if op == "step" and not hasattr(node.args[0], "millionths"):
            return MOMENT if isinstance(node.args[0], EndOfDay) else DAY
        return FactType.MONEY if FactType.MONEY in kinds else next(filter(None, kinds), None)

    def _kind_of_sum(self, node: Node) -> Kind:
        """Returns a length if as many dates are subtracted as added, a date if one more is added.

        A number as large as that of a day of the calendar is one.
        """
        of, more = terms_of(node)
        kinds = {term: self.kind(term) for term in of}
        for point, length in ((DAY, DAYS), (MOMENT, SECONDS)):
            points = sum(times for term, times in of.items() if kinds[term] == point)
            if point == DAY and more >= FIRST_DAY and {DAY, DAYS} & set(kinds.values()):
                points += 1
            if point in kinds.values() or points:
                return point if points == 1 else length
        return next(filter(None, kinds.values()), None)

    def amount(self, kind: Kind, number: int) -> str:
        """Returns a number as text, by what it counts."""
        zone, currency = self._ground.policies[0].time_zone, self._ground.policies[0].currency
        if kind in _SIZES:
            return str(as_sent(FactType(kind), number, currency))
        said: dict[Kind, Callable[[int], str]] = {
            DAY: day_text,
            DAYS: lambda days: _counted(days, "day"),
            MOMENT: lambda seconds: instant_text(seconds, zone),
            SECONDS: _hours,
        }
        return said.get(kind, str)(number)

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
            return self._of_step(args[0], parts[0])
        if op == "mul" and args[1].op == "const":
            return f"{args[1].value} x {parts[0]}"
        if op == "div":
            return f"({parts[0]} / {args[1].value})"
        joins = {"mul": " x ", "mod": " modulo ", "if": " or "}
        return f"{'either ' if op == 'if' else ''}{joins.get(op, ' and ').join(parts)}"

    def sides(self, node: Node) -> tuple[list[Node], list[Node], int]:
        """Splits a sum into the terms it adds, those it subtracts (each with its factor), and a
        number."""
        graph, (of, more) = self._ground.graph, terms_of(node)
        sides: tuple[list[Node], list[Node]] = ([], [])
        for term, times in of.items():
            one = term if abs(times) == 1 else graph.mul(term, graph.const(abs(times)))
            sides[times < 0].append(one)
        return (*sides, more)

    def _of_sum(self, node: Node, kind: Kind) -> str:
        plus, minus, more = self.sides(node)
        if kind in (DAY, DAYS):
            return self._of_days(plus, minus, more)
        if kind == MOMENT and len(plus) == 1 and not minus:
            way = "after" if more > 0 else "before"
            return f"{_hours(abs(more))} {way} {self.text(plus[0])}"
        said = " + ".join([self.text(each, kind) for each in plus]) or self.amount(kind, 0)
        less = [self.text(each, kind) for each in minus]
        return " - ".join([said, *less]) + _signed(more, self.amount(kind, abs(more)))

    def _of_days(self, plus: list[Node], minus: list[Node], more: int) -> str:
        """Returns the words for a day with days added to it, or for the days between two dates."""
        begun, ended = ([e for e in side if self.kind(e) == DAY] for side in (plus, minus))
        if more >= FIRST_DAY:
            begun, more = [*begun, self._ground.graph.const(more)], 0
        between = list(zip(begun[::-1], ended[::-1], strict=False))
        parts = [self.text(each, DAY) for each in begun[: len(begun) - len(between)]]
        parts += [self._between(*each) for each in between]
        parts += [self.text(each, DAYS) for each in plus if each not in begun]
        less = [self.text(each, DAYS) for each in minus if each not in ended]
        if len(parts) > 1 or less or more:
            parts, less = ([_apart(each) for each in side] for side in (parts, less))
        said = " - ".join([" + ".join(parts), *less])
        return said + _signed(more, _counted(abs(more), "day"))

    def _between(self, later: Node, earlier: Node) -> str:
        begun, ended = (_sum_apart(self.text(each, DAY)) for each in (earlier, later))
        return f"the days from {begun} to {ended}"

    def _of_two(self, node: Node, kind: Kind) -> str:
        """Returns the words for the greater or lesser of two, without a limit that is none."""
        if node.op == "min" and kind == DAYS:
            limits = [each for each in node.args if each.op == "const" and each.value >= _LONGEST]
            others = [each for each in node.args if each not in limits]
            if limits and len(others) == 1:
                return self.text(others[0], kind)
        texts = [self.text(each, kind) for each in node.args]
        said = " and ".join(_sum_apart(_apart(each)) for each in texts)
        pair = ("later", "earlier") if kind in (DAY, MOMENT) else ("greater", "lesser")
        return f"the {pair[node.op == 'min']} of {said}"

    def _of_step(self, step: object, text: str) -> str:
        if hasattr(step, "millionths"):
            return f"{percent_text(step.millionths)} of {_whole(text)}"
        by, one = self._whose(step), _sum_apart(text)
        if isinstance(step, Later):
            return f"{text} {'+' if step.sign > 0 else '-'} {step.length}{by}"
        if isinstance(step, EndOfDay):
            return f"the end of {one}{by}"
        if isinstance(step, DayOf):
            return f"the day {'' if text[0].isdigit() else 'of '}{text}"
        count = getattr(step, "count", None)
        which = f"business day {count}" if count is not None else "the first business day"
        return f"{which}{by} from {one} on"

    def _whose(self, step: object) -> str:
        """Names the policy by whose calendar or zone a step goes, if the policies have several."""
        policies = self._ground.policies
        if isinstance(step, EndOfDay):
            several = len({each.time_zone for each in policies}) > 1
            return f" in {step.zone}" if several else ""
        if isinstance(step, Later) and step.length.unit is not Unit.BUSINESS_DAYS:
            return ""
        its = getattr(step, "calendar", None)
        mine = next((each for each in policies if each.calendar == its), policies[0])
        several = any(each.calendar != its for each in policies)
        return f" of {mine.reference}" if several else ""


def _whole(text: str) -> str:
    return f"({text})" if " " in text else text


def _apart(text: str) -> str:
    return f"({text})" if text.startswith("the ") else text


def _sum_apart(text: str) -> str:
    sums = " + " in text or " - " in text
    return f"({text})" if sums and not text.startswith("(") else text


def _signed(number: int, said: str) -> str:
    return f" {'+' if number > 0 else '-'} {said}" if number else ""


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if abs(count) == 1 else 's'}"


def _hours(seconds: int) -> str:
    for size, unit in ((3_600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")
