"""Steps between days and moments that are opaque to a graph."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dates import Calendar, Length, Unit, add_length, day_of_instant, end_of_day
from engine.meaning.graph import Node
from engine.meaning.lowering.line import Line
from engine.meaning.values import Value


@dataclass(frozen=True, slots=True)
class Later:
    """A day moved by business days, months or years."""

    length: Length
    calendar: Calendar
    sign: int

    def __call__(self, day: int) -> int:
        return add_length(day, self.length, self.calendar, self.sign)


@dataclass(frozen=True, slots=True)
class FromFirst:
    """The n-th business day from a day on; the day itself counts as the first if it is one."""

    count: int
    calendar: Calendar

    def __call__(self, day: int) -> int:
        return self.calendar.add_from(day, self.count)


@dataclass(frozen=True, slots=True)
class Rolled:
    """A day, or the next business day if it is none."""

    calendar: Calendar

    def __call__(self, day: int) -> int:
        return self.calendar.roll(day)


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """The last second of a day."""

    zone: str

    def __call__(self, day: int) -> int:
        return end_of_day(day, self.zone)


@dataclass(frozen=True, slots=True)
class DayOf:
    """The day of a moment."""

    zone: str

    def __call__(self, moment: int) -> int:
        return day_of_instant(moment, self.zone)


def moved(line: Line, day: Node, length: Length, sign: int = 1) -> Node:
    """Moves a day by a length; `sign` -1 moves it back."""
    if length.unit in (Unit.DAYS, Unit.WEEKS):
        days = length.count * (7 if length.unit is Unit.WEEKS else 1)
        return line.graph.plus(day, sign * days)
    calendar = line.policy.calendar if length.unit is Unit.BUSINESS_DAYS else Calendar()
    return line.graph.step(Later(length, calendar, sign), day)


def end_of(line: Line, day: Node) -> Node:
    """Returns the last second of a day."""
    return line.graph.step(EndOfDay(line.policy.time_zone), day)


def moment_of(line: Line, day: Node, sent: Value, counts: Node) -> Node:
    """Returns the moment sent with a day, if `counts` holds; else the end of the day."""
    graph = line.graph
    return graph.choice(graph.all(counts, sent.known(graph)), sent.number, end_of(line, day))


def day_of(line: Line, moment: Node) -> Node:
    """Returns the day of a moment."""
    return line.graph.step(DayOf(line.policy.time_zone), moment)
