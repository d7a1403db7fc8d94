"""Lowers the deadlines of a line, and the questions for dates that they need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from engine.dates import Length, Unit
from engine.meaning.graph import Node
from engine.meaning.lowering.best import best
from engine.meaning.lowering.clocks import Stands, rank, stand, waits_for_start
from engine.meaning.lowering.line import Line
from engine.meaning.lowering.rows import Taken, body_of, every, first
from engine.meaning.values import Value, nothing
from engine.policy.model import Clock, Table
from engine.policy.vocabulary import DEADLINE_FACTS
from engine.policy.words import SUMMED

_ANY: Final = Length(0, Unit.DAYS)


@dataclass(frozen=True, slots=True)
class Read:
    """One way in which the clock of some rows can stand: each row with the condition under which it
    is taken and its clock stands so, and that one of them is (`when`)."""

    part: str
    rows: Taken
    when: Node
    stands: Stands


def read_deadlines(line: Line) -> list[Read]:
    """Reads the clocks in the order of the policy, then sums up their states."""
    found = [each for table in line.policy.deadlines for each in _read(line, table)]
    graph = line.graph
    wavers = graph.any(*[graph.all(each.when, each.stands.wavers) for each in found])
    for state in SUMMED:
        hits = graph.any(*[counts(line, each, state) for each in found])
        flag = graph.choice(hits, graph.const(1), graph.zero)
        unknown = graph.all(wavers, graph.no(hits))
        line.facts[f"deadlines#{state}"] = Value(unknown, graph.false, flag)
    return found


def counts(line: Line, read: Read, state: str) -> Node:
    """Returns when a deadline counts in a state; never if it only goes on (`go_on`)."""
    if read.stands.clock.says(state) == "go_on":
        return line.graph.false
    return line.graph.all(read.when, line.one_of(read.stands.state, (state,)))


def _read(line: Line, table: Table) -> list[Read]:
    graph, part = line.graph, str(table.part)
    found = []
    for rows in _alike(line, _taken(line, table)):
        clocks = [(when, body_of(row, Clock)) for row, when in rows]
        lengths = [(when, clock.within) for when, clock in clocks if clock.within is not None]
        for stands in stand(line, clocks[0][1], lengths):
            taken = [(row, graph.all(when, stands.when)) for row, when in rows]
            found.append(Read(part, taken, graph.any(*[when for _, when in taken]), stands))
    _write(line, part, found)
    for read in found:
        _ask(line, read)
    return found


def _alike(line: Line, taken: Taken) -> Iterable[Taken]:
    """Groups rows whose clocks differ in nothing but their length in days.

    Generated code works out one clock for all of them, of the length that counts. A graph that is
    searched keeps them apart, because it is split on the end of each.
    """
    groups: defaultdict[object, Taken] = defaultdict(list)
    for row, when in taken:
        clock = body_of(row, Clock)
        in_days = clock.within is not None and not clock.within.on_clock
        apart = line.graph.searched or not in_days or clock.readings or clock.pauses
        groups[row.id if apart else replace(clock, within=_ANY)].append((row, when))
    return groups.values()


def _taken(line: Line, table: Table) -> Taken:
    if table.decide not in ("longest", "shortest"):
        return first(line, table, line.graph.true)
    rows = every(line, table, line.graph.true)
    ways = {row.id: stand(line, body_of(row, Clock)) for row in table.rows}
    by_day = all(s.last_moment.absent is line.graph.true for each in ways.values() for s in each)
    for row, when in rows:
        line.doubt(line.graph.all(when, *[line.graph.any(*[s.open_end for s in ways[row.id]])]))
    greatest = table.decide == "longest"
    ranked = [
        (when, rank(line, ways[row.id], by_day=by_day, greatest=greatest)) for row, when in rows
    ]
    whens = best(line.graph, ranked, greatest=greatest)
    return [(row, when) for (row, _), when in zip(rows, whens, strict=True)]


def _write(line: Line, part: str, reads: list[Read]) -> None:
    """Writes what later rows may test of a deadline."""
    graph = line.graph
    state, row, some, wavers = line.word("none"), line.word(None), graph.false, graph.false
    for read in reversed(reads):
        state = graph.choice(read.when, read.stands.state, state)
        wavers = graph.choice(read.when, read.stands.wavers, wavers)
        some = graph.any(some, read.when)
        for taken, when in reversed(read.rows):
            row = graph.choice(when, line.word(taken.id), row)
    line.facts[f"{part}.state"] = Value(wavers, graph.false, state)
    line.facts[f"{part}.row"] = Value(graph.false, graph.no(some), row)
    for name in DEADLINE_FACTS:
        if name not in ("state", "row"):
            line.facts[f"{part}.{name}"] = read_value(line, reads, name)


def read_value(line: Line, reads: list[Read], name: str) -> Value:
    """Returns a date or a number of a deadline; absent if there is none."""
    found = nothing(line.graph)
    for read in reversed(reads):
        found = line.select(read.when, getattr(read.stands, name), found)
    return found


def _ask(line: Line, read: Read) -> None:
    """Adds the answer `ask` for a date that must be known and was not sent."""
    graph, stands, clock = line.graph, read.stands, read.stands.clock
    missed = clock.if_late != "go_on" and not (clock.no_limit and clock.opens is None)
    asks = [stands.no_event, stands.unsure] if missed else []
    if clock.must_start or read.part == "request":
        asks.append(waits_for_start(line, stands))
    line.say(graph.all(read.when, graph.any(*asks)), "ask", "fact_missing")
