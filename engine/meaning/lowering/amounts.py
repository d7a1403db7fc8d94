"""Lowers amounts and counts; each share is rounded once. An open amount is absent."""

from __future__ import annotations

from dataclasses import dataclass

from engine.meaning.lowering.line import Line
from engine.meaning.values import Value, known, nothing
from engine.money import Rounding, share
from engine.policy.model import (
    Amount,
    Bounded,
    Each,
    Extreme,
    Fixed,
    FromFact,
    Percent,
    Quantity,
    ShareOfCount,
)

WHOLE = 1_000_000
"""Millionths in 100%."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of an amount, rounded to whole minor units."""

    millionths: int
    rounding: Rounding

    def __call__(self, minor: int) -> int:
        return share(minor, self.millionths, self.rounding)


def amount(line: Line, of: Amount) -> Value:
    """Lowers an amount, in minor units."""
    graph = line.graph
    if of is None or isinstance(of, Fixed):
        return known(graph, graph.const(of.money.minor if of is not None else 0))
    if isinstance(of, FromFact):
        return open_if_unknown(line, line.fact(of.fact))
    if isinstance(of, Percent):
        return shared(line, amount(line, of.of), of.millionths)
    if isinstance(of, Each):
        return _each(line, of)
    if isinstance(of, Extreme | Bounded):
        return _extreme(line, of) if isinstance(of, Extreme) else _bounded(line, of)
    return nothing(graph)


def open_if_unknown(line: Line, value: Value) -> Value:
    """Returns the value, absent (open) if it is not known."""
    graph = line.graph
    return Value(graph.false, graph.no(value.known(graph)), value.number)


def shared(line: Line, value: Value, millionths: int) -> Value:
    """Returns a share of an amount."""
    if millionths == WHOLE:
        return value
    if millionths == 0:
        return Value(value.unknown, value.absent, line.graph.zero)
    by = Share(millionths, line.policy.rounding)
    return Value(value.unknown, value.absent, line.graph.step(by, value.number))


def _each(line: Line, of: Each) -> Value:
    graph = line.graph
    one, count = amount(line, of.amount), open_if_unknown(line, line.fact(of.per))
    absent = graph.any(one.absent, count.absent)
    return Value(graph.false, absent, graph.mul(one.number, count.number))


def _extreme(line: Line, of: Extreme) -> Value:
    parts = [amount(line, part) for part in of.parts]
    found = parts[0]
    for part in parts[1:]:
        found = _pick(line, found, part, greatest=of.greatest)
    return found


def _bounded(line: Line, of: Bounded) -> Value:
    found = amount(line, of.amount)
    if of.at_least is not None:
        found = _pick(line, found, amount(line, of.at_least), greatest=True)
    if of.at_most is not None:
        found = _pick(line, found, amount(line, of.at_most), greatest=False)
    return found


def _pick(line: Line, one: Value, other: Value, *, greatest: bool) -> Value:
    graph = line.graph
    best = graph.greatest if greatest else graph.least
    absent = graph.any(one.absent, other.absent)
    return Value(graph.false, absent, best(one.number, other.number))


def quantity(line: Line, of: Quantity) -> Value:
    """Lowers an amount or a count."""
    graph = line.graph
    if isinstance(of, int):
        return known(graph, graph.const(of))
    if isinstance(of, str):
        return open_if_unknown(line, line.fact(of))
    if isinstance(of, ShareOfCount):
        count = open_if_unknown(line, line.fact(of.fact))
        part = graph.floored(graph.mul(count.number, graph.const(of.millionths)), WHOLE)
        return Value(graph.false, count.absent, part)
    return amount(line, of)
