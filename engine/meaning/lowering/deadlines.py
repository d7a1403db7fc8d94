"""Lowers the deadlines of a line, and the questions for dates that they need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.dates import Length, Unit
from engine.meaning.graph import Node
from engine.meaning.lowering.best import best
from engine.meaning.lowering.clocks import Stands, asks_for_start, rank, stand, waits_for_start
from engine.meaning.lowering.line import Line, OpenEnds
from engine.meaning.lowering.rows import Taken, body_of, every, first
from engine.meaning.values import Value, nothing, unknown_if
from engine.policy.model import Clock, Row, Table
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
    for state in SUMMED:
        may_be = [each for each in found if _may_be(each, state)]
        wavers = [graph.all(each.when, each.stands.wavers) for each in may_be]
        wavers += [
            line.open_ends[each.part].state for each in may_be if each.part in line.open_ends
        ]
        hits = graph.any(*[_surely_counts(line, each, state) for each in found])
        flag = graph.choice(hits, graph.const(1), graph.zero)
        unknown = graph.all(graph.any(*wavers), graph.no(hits))
        line.facts[f"deadlines#{state}"] = Value(unknown, graph.false, flag)
    return found


def _may_be(read: Read, state: str) -> bool:
    """Whether a clock can count in a state."""
    clock = read.stands.clock
    if state == "disputed":
        return any(body_of(row, Clock).readings for row, _ in read.rows)
    able = {"early": clock.opens is not None, "silent": clock.by is not None}
    return clock.says(state) != "go_on" and able.get(state, True)


def _surely_counts(line: Line, read: Read, state: str) -> Node:
    ends = line.open_ends.get(read.part)
    hit = counts(line, read, state)
    return hit if ends is None else line.graph.all(hit, line.graph.no(ends.state))


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
        line.doubt(graph.all(read.when, read.stands.early_unknown))
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
    graph = line.graph
    if table.decide not in ("longest", "shortest"):
        return first(line, table, line.graph.true)
    rows = every(line, table, line.graph.true)
    ways = {row.id: stand(line, body_of(row, Clock)) for row in table.rows}
    by_day = all(s.last_moment.absent is line.graph.true for each in ways.values() for s in each)
    greatest = table.decide == "longest"
    ranked = [
        (when, rank(line, ways[row.id], by_day=by_day, greatest=greatest)) for row, when in rows
    ]
    whens = best(line.graph, ranked, greatest=greatest)
    taken = [(row, when) for (row, _), when in zip(rows, whens, strict=True)]
    ends = line.open_ends[str(table.part)] = _open_ends(line, table, taken, ways)
    line.doubt(graph.any(ends.some, ends.pauses))
    return taken


def _open_ends(
    line: Line, table: Table, taken: Taken, ways: Mapping[str, list[Stands]]
) -> OpenEnds:
    """Returns when it is open which of several rows is taken."""
    graph = line.graph
    found = list(_not_begun(line, table, taken, ways))
    holds = [(row, line.holds(row.when)[0]) for row, _ in taken]
    pauses = [
        graph.all(when, _other(line, holds, row), graph.any(*[e.open_end for e in ways[row.id]]))
        for row, when in holds
        if body_of(row, Clock).pauses
    ]
    goes_on, bits = graph.any(*pauses), graph.zero
    for place, each in enumerate([goes_on, *(row_open for row_open, _ in found)]):
        bits = graph.add(bits, graph.choice(each, graph.const(1 << place), graph.zero))
    return OpenEnds(
        some=graph.any(*[row_open for row_open, _ in found]),
        state=graph.any(*[state_open for _, state_open in found]),
        pauses=goes_on,
        bits=bits,
    )


def _other(line: Line, rows: Taken, row: Row) -> Node:
    """Returns when another row holds as well."""
    return line.graph.any(*[when for other, when in rows if other is not row])


def _not_begun(
    line: Line, table: Table, taken: Taken, ways: Mapping[str, list[Stands]]
) -> Iterator[tuple[Node, Node]]:
    """Yields for each row when it leaves open which row is taken, because its start was not sent:
    it is taken and may be beaten, or under `shortest` may beat the one that is taken; and when it
    leaves open its state."""
    graph = line.graph
    unbegun = {row.id: graph.any(*[each.unbegun for each in ways[row.id]]) for row, _ in taken}
    holds = [(row, line.holds(row.when)[0]) for row, _ in taken]
    for row, is_taken in taken:
        clock, others = body_of(row, Clock), [pair for pair in taken if pair[0] is not row]
        endless = graph.any(*[each.endless for each in ways[row.id]])
        row_open = state_open = graph.false
        if endless is not graph.false:
            row_open = state_open = graph.all(is_taken, endless, _other(line, holds, row))
        asked = table.decide == "shortest" and asks_for_start(str(table.part), clock)
        for other, when in others if asked else ():
            if body_of(other, Clock).start == clock.start:
                continue
            own = (line.holds(row.when)[0], unbegun[row.id])
            beats = graph.all(*own, when, graph.no(unbegun[other.id]))
            row_open = graph.any(row_open, beats)
            late = [line.one_of(each.state, ("late", "silent")) for each in ways[other.id]]
            sure = graph.all(graph.truth(clock.late_like(body_of(other, Clock))), *late)
            state_open = graph.any(state_open, graph.all(beats, graph.no(sure)))
        yield row_open, state_open


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
    if part in line.open_ends:
        _open(line, part, line.open_ends[part])


def _open(line: Line, part: str, ends: OpenEnds) -> None:
    """Makes unknown what later rows may test of a deadline, as far as it is open."""
    graph = line.graph
    for name in DEADLINE_FACTS:
        open_ = ends.state if name == "state" else ends.some
        line.facts[f"{part}.{name}"] = unknown_if(graph, open_, line.facts[f"{part}.{name}"])


def read_value(line: Line, reads: list[Read], name: str) -> Value:
    """Returns a date or a number of a deadline; absent if there is none."""
    found = nothing(line.graph)
    for read in reversed(reads):
        found = line.select(read.when, getattr(read.stands, name), found)
    return found


def _ask(line: Line, read: Read) -> None:
    """Adds the answer `ask` for a date that must be known and was not sent."""
    graph, stands, clock = line.graph, read.stands, read.stands.clock
    asks = [stands.no_event] if clock.can_be_missed else []
    asks += [stands.unsure] if clock.if_late != "go_on" else []
    if asks_for_start(read.part, clock):
        asks.append(waits_for_start(line, stands))
    line.say(graph.all(read.when, graph.any(*asks)), "ask", "fact_missing")
