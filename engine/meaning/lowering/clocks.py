"""Lowers the clock of a deadline: its first and last day or moment, and its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.dates import DAY, Length, Unit, added_up, seconds_of
from engine.meaning.graph import Graph, Node, offset
from engine.meaning.lowering.days import FromFirst, Rolled, day_of, end_of, moment_of, moved
from engine.meaning.lowering.line import Line
from engine.meaning.values import Value, known, nothing, unknown_if
from engine.policy.model import Clock, Pick, Start
from engine.policy.words import BAD


def goes_on(clock: Clock, state: str) -> bool:
    """Whether a clock whose time is over refuses nothing, so that its opening still matters."""
    if state == "silent" and clock.if_silent in ("accept", "settle", "go_on"):
        return True
    return clock.if_late == "go_on"


def asks_for_start(part: str, clock: Clock) -> bool:
    """Whether it is asked from which date a clock runs or opens, if that was not sent."""
    return clock.must_start or part == "request"


Lengths = Sequence[tuple[Node, Length]]
"""The lengths that a clock may have, each with its condition, of which one holds."""

FOREVER: Final = 10**12
LONGEST_PAUSE: Final = 40_000
"""Days; a longer pause would move the end beyond the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """The result of reading a clock, if `when` holds."""

    when: Node
    clock: Clock
    state: Node
    wavers: Node
    """Whether the state is unknown: a pause has no end, the opening was not sent, or it depends on
    the day, which nobody has said."""
    undated: Node
    """Whether its state depends on the day, and nobody has said what day it is."""
    unsure: Node
    early_unknown: Node
    """Whether it is over, but would be early if it opens late enough, which was neither sent nor
    supposed: the state is unknown."""
    no_event: Node
    open_end: Node
    """Whether a pause is not over, and its end is unknown."""
    unbegun: Node
    """Whether its end is unknown, because its start was not sent."""
    endless: Node
    """The same, if it is early whenever it starts."""
    first_day: Value
    last_day: Value
    last_moment: Value
    days_left: Value
    days_since_open: Value
    days_allowed: Value


@dataclass(frozen=True, slots=True)
class _Begun:
    """A start that may be known, as a day or a moment."""

    known: Node
    at: Node


def stand(line: Line, clock: Clock, lengths: Lengths = ()) -> list[Stands]:
    """Returns the ways in which a clock can stand; several if its readings may disagree.

    `lengths` are those that it may have in days, if not only its own.
    """
    if not clock.readings:
        return [_plain(line, clock, lengths)]
    graph = line.graph
    each = {reading.id: _plain(line, reading.clock) for reading in clock.readings}
    bad = [line.one_of(stands.state, BAD) for stands in each.values()]
    agreed = graph.any(graph.all(*bad), graph.all(*[graph.no(one) for one in bad]))
    taken = clock.we_take
    if taken not in (None, "none"):
        return [each[str(taken)]]
    first, left = next(iter(each.values())), graph.true
    found = []
    for stands in each.values():
        waits = graph.any(waits_for_start(line, stands), stands.unsure, stands.undated)
        waits = graph.all(left, waits)
        found.append(replace(stands, when=waits))
        left = graph.all(left, graph.no(waits))
    disputed = graph.all(left, graph.no(agreed))
    return [
        *found,
        replace(first, when=graph.all(left, agreed)),
        _disputed(line, first, clock, disputed),
    ]


def waits_for_start(line: Line, stands: Stands) -> Node:
    """Returns when a clock has not started because its opening, or its start, was not sent."""
    graph, clock = line.graph, stands.clock
    waits = unsent(line, clock.start)
    if clock.opens is not None:
        unopened = graph.no(stands.first_day.known(graph))
        waits = graph.any(waits, graph.all(unopened, unsent(line, clock.opens.start)))
    return graph.all(line.one_of(stands.state, ("not_started",)), waits)


def unsent(line: Line, start: Start | None) -> Node:
    """Returns the condition that no start date of a clock was sent."""
    dates = start.dates if start is not None else ()
    if not dates:
        return line.graph.false
    return line.graph.all(*[line.fact(each.fact).unknown for each in dates])


def _disputed(line: Line, first: Stands, clock: Clock, when: Node) -> Stands:
    none = nothing(line.graph)
    return Stands(
        when=when,
        clock=clock,
        state=line.word("disputed"),
        wavers=line.graph.false,
        undated=line.graph.false,
        unsure=line.graph.false,
        early_unknown=line.graph.false,
        no_event=first.no_event,
        open_end=line.graph.false,
        unbegun=line.graph.false,
        endless=line.graph.false,
        first_day=none,
        last_day=none,
        last_moment=none,
        days_left=none,
        days_since_open=none,
        days_allowed=none,
    )


def _plain(line: Line, clock: Clock, lengths: Lengths = ()) -> Stands:
    graph = line.graph
    event = line.fact(clock.event)
    has_event = event.known(graph)
    on = line.select(has_event, event, _today(line))
    day, has_day = on.number, on.known(graph)
    first = _opening(line, clock)
    last, moment, allowed, open_end = _end(line, clock, lengths)
    has_last, has_first = last.known(graph), first.known(graph)
    late = _late(line, clock, (last, moment), day)
    early = graph.all(has_first, graph.lt(day, first.number))
    unbegun = graph.all(graph.no(has_last), graph.truth(clock.within is not None))
    unspoken = graph.all(event.unknown, graph.no(line.now_came()))
    past = graph.all(has_day, graph.no(early), graph.no(unbegun), late)
    unsure = graph.all(past, graph.any(open_end, unspoken))
    over, unopened = _over(line, clock, (has_event, has_first, unsure))
    unopened, supposed = graph.all(past, unopened), line.supposed_early(clock)
    early_unknown = graph.all(unopened, supposed.unknown)
    endless = graph.all(has_day, early, unbegun, unsent(line, clock.start))
    undated = graph.all(graph.no(has_day), graph.any(has_first, has_last))
    last = unknown_if(graph, graph.any(open_end, endless), last)
    first = unknown_if(graph, unopened, first)
    good = _good(line, clock, has_event, has_first)
    state = graph.choice(unbegun, line.word("not_started"), graph.choice(late, over, good))
    is_early = graph.any(early, _is_supposed(line, unopened, supposed))
    state = graph.choice(is_early, line.word("early"), state)
    return Stands(
        when=graph.true,
        clock=clock,
        state=graph.choice(has_day, state, _waiting(line, clock)),
        wavers=graph.any(graph.all(past, open_end), early_unknown, undated),
        undated=undated,
        unsure=unsure,
        early_unknown=early_unknown,
        no_event=graph.no(has_day),
        open_end=open_end,
        unbegun=graph.all(unbegun, unsent(line, clock.start)),
        endless=endless,
        first_day=first,
        last_day=last,
        last_moment=moment,
        days_left=_between(line, on, last),
        days_since_open=_between(line, first, on),
        days_allowed=unknown_if(graph, graph.any(open_end, endless), allowed),
    )


def _today(line: Line) -> Value:
    """Returns today, which is unknown if nobody has said what day it is, but never none."""
    now = line.fact("now")
    return unknown_if(line.graph, now.absent, now)


def _waiting(line: Line, clock: Clock) -> Node:
    """Returns the state of a clock that is the same on every day."""
    return line.word("pending" if clock.within is None else "not_started")


def _between(line: Line, one: Value, other: Value) -> Value:
    graph, absent = line.graph, line.graph.any(one.absent, other.absent)
    unknown = graph.all(graph.any(one.unknown, other.unknown), graph.no(absent))
    return Value(unknown, absent, graph.sub(other.number, one.number))


def _good(line: Line, clock: Clock, has_event: Node, has_first: Node) -> Node:
    """Returns the state of a clock that has begun, is not early and has time left."""
    graph = line.graph
    good = graph.choice(has_event, line.word("in_time"), line.word("pending"))
    return good if clock.opens is None else graph.choice(has_first, good, line.word("not_started"))


def _over(line: Line, clock: Clock, of: tuple[Node, Node, Node]) -> tuple[Node, Node]:
    """Returns the state of a clock whose time is over, and whether it may be early instead, because
    it is late or silent and its opening was not sent."""
    graph = line.graph
    has_event, has_first, unsure = of
    past = line.word("late")
    if clock.by is not None:
        past = graph.choice(has_event, past, line.word("silent"))
    over = graph.choice(unsure, line.word("pending"), past)
    if clock.opens is None:
        return over, graph.false
    unopened = graph.all(graph.no(has_first), unsent(line, clock.opens.start))
    for state in ("pending", "late", "silent"):
        if goes_on(clock, state):
            lenient = graph.all(unopened, line.one_of(over, (state,)))
            over = graph.choice(lenient, line.word("not_started"), over)
    return over, graph.all(unopened, line.one_of(over, ("late", "silent")))


def _is_supposed(line: Line, unopened: Node, supposed: Value) -> Node:
    """Returns when a clock that is not known to open is supposed to be early."""
    graph = line.graph
    return graph.all(unopened, supposed.known(graph), graph.eq(supposed.number, graph.const(1)))


def _late(line: Line, clock: Clock, end: tuple[Value, Value], day: Node) -> Node:
    graph, (last, moment) = line.graph, end
    by_day = graph.all(last.known(graph), graph.lt(last.number, day))
    if moment.absent is graph.true:
        return by_day
    has_event = line.fact(clock.event).known(graph)
    sent = line.select(has_event, line.fact(f"{clock.event}@"), line.fact("now@"))
    seen = moment_of(line, day, sent, graph.true)
    return graph.choice(moment.absent, by_day, graph.lt(moment.number, seen))


# --- the end --------------------------------------------------------------------------------------


def _opening(line: Line, clock: Clock) -> Value:
    graph = line.graph
    if clock.opens is None:
        return nothing(graph)
    begun = _begun(line, clock.opens.start)
    sign = -1 if clock.opens.ahead else 1
    return Value(
        graph.false, graph.no(begun.known), moved(line, begun.at, clock.opens.length, sign)
    )


def _end(line: Line, clock: Clock, lengths: Lengths) -> tuple[Value, Value, Value, Node]:
    """Returns the last day, the last moment, the days allowed, and whether a pause has no end."""
    graph = line.graph
    none, goes_on = nothing(graph), graph.false
    last = none if clock.until is None else known(graph, graph.const(clock.until))
    if clock.within is None or clock.start is None:
        return last, none, none, goes_on
    within = clock.within
    begun = _begun(line, clock.start, by_day=not within.on_clock)
    missing = graph.no(begun.known)
    if within.on_clock:
        end = graph.plus(begun.at, _seconds(clock, within))
        day, moment = day_of(line, end), Value(graph.false, missing, end)
        allowed = graph.const(_seconds(clock, within) // DAY)
    else:
        lengths = lengths or [(graph.true, within)]
        (day, goes_on), moment = _day_end(line, clock, lengths, begun.at), none
        allowed = graph.plus(graph.sub(day, begun.at), int(clock.start_day_is_first))
    last = line.select(begun.known, known(graph, day), last)
    open_end = graph.all(last.known(graph), goes_on)
    return last, moment, Value(graph.false, missing, allowed), open_end


def _seconds(clock: Clock, within: Length) -> int:
    """Returns the length of a clock that runs on moments, in seconds."""
    seconds, more = seconds_of(within) - int(clock.strict), clock.extended_by
    return seconds + seconds_of(more) if more is not None and more.on_clock else seconds


def _day_end(line: Line, clock: Clock, lengths: Lengths, start: Node) -> tuple[Node, Node]:
    """Returns the last day, and whether a pause is not over and its end is unknown."""
    graph, goes_on = line.graph, line.graph.false
    last = _one_of(graph, [(when, _counted_out(line, clock, e, start)) for when, e in lengths])
    if clock.pauses:
        days, goes_on = _paused(line, clock.pauses, start, last)
        last = graph.add(last, days)
    return graph.step(Rolled(line.policy.calendar), last) if clock.roll else last, goes_on


def _one_of(graph: Graph, ends: Sequence[tuple[Node, Node]]) -> Node:
    """Returns the day whose condition holds; of days after one day, the number that is added."""
    bases = {offset(end)[0] for _, end in ends}
    if len(bases) == 1:
        ends = [(when, graph.const(offset(end)[1])) for when, end in ends]
    found = ends[-1][1]
    for when, end in reversed(ends[:-1]):
        found = graph.choice(when, end, found)
    return graph.add(bases.pop(), found) if len(bases) == 1 else found


def _counted_out(line: Line, clock: Clock, within: Length, start: Node) -> Node:
    """Returns the last day of a length with its extension, before any pause."""
    graph = line.graph
    within, more = added_up(within, clock.extended_by)
    if clock.start_day_is_first and within.unit is Unit.BUSINESS_DAYS:
        last = graph.step(FromFirst(within.count, line.policy.calendar), start)
    else:
        last = graph.plus(moved(line, start, within), -int(clock.start_day_is_first))
    last = moved(line, last, more) if more is not None else last
    return graph.plus(last, -int(clock.strict))


def _paused(line: Line, between: tuple[str, str], start: Node, last: Node) -> tuple[Node, Node]:
    """Returns the days of a pause that began before the last day; and whether it is not over and
    today's date is unknown."""
    graph = line.graph
    begun, ended, now = line.fact(between[0]), line.fact(between[1]), line.fact("now")
    over = ended.known(graph)
    until = graph.choice(over, ended.number, now.number)
    days = graph.sub(until, graph.greatest(begun.number, start))
    days = graph.least(graph.greatest(graph.zero, days), graph.const(LONGEST_PAUSE))
    runs = graph.all(begun.known(graph), graph.le(begun.number, last))
    goes_on = graph.all(runs, graph.no(over), graph.no(now.known(graph)))
    return graph.choice(graph.all(runs, graph.no(goes_on)), days, graph.zero), goes_on


def _begun(line: Line, start: Start, *, by_day: bool = True) -> _Begun:
    """Returns the start of a clock: the only date, or the first known, the later or the earlier.

    The moment of a date without a time, or of one that was moved, is the end of its day.
    """
    found: _Begun | None = None
    for entry in start.dates:
        value = line.fact(entry.fact)
        at = value.number if entry.plus is None else moved(line, value.number, entry.plus)
        if not by_day:
            stays = line.graph.eq(at, value.number)
            at = moment_of(line, at, line.fact(f"{entry.fact}@"), stays)
        each = _Begun(value.known(line.graph), at)
        found = each if found is None else _picked(line, start.pick, found, each)
    assert found is not None  # noqa: S101 - a start names a date
    return found


def _picked(line: Line, pick: Pick, one: _Begun, other: _Begun) -> _Begun:
    graph = line.graph
    better = graph.false
    if pick is Pick.LATER_OF:
        better = graph.lt(one.at, other.at)
    elif pick is Pick.EARLIER_OF:
        better = graph.lt(other.at, one.at)
    take = graph.all(other.known, graph.any(graph.no(one.known), better))
    return _Begun(graph.any(one.known, other.known), graph.choice(take, other.at, one.at))


def rank(line: Line, ways: list[Stands], *, by_day: bool, greatest: bool) -> Node:
    """Returns the end of a deadline, in days or seconds, as its rank; no limit comes last, and a
    clock that never begins loses to every other."""
    found = line.graph.const(FOREVER)
    for stands in reversed(ways):
        found = line.graph.choice(
            stands.when, _rank(line, stands, by_day=by_day, greatest=greatest), found
        )
    return found


def _rank(line: Line, stands: Stands, *, by_day: bool, greatest: bool) -> Node:
    graph, forever, last = line.graph, line.graph.const(FOREVER), stands.last_day
    end = forever
    if not stands.clock.no_limit:
        day = last.number if by_day else end_of(line, last.number)
        dates = stands.clock.start.dates if stands.clock.start else ()
        gone = graph.all(*[line.fact(each.fact).absent for each in dates])
        never = graph.const(-FOREVER if greatest else 2 * FOREVER) if dates else forever
        end = graph.choice(last.known(graph), day, graph.choice(gone, never, forever))
    return graph.choice(stands.last_moment.known(graph), stands.last_moment.number, end)
