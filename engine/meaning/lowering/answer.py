"""Lowers the answer of a line: the strongest of those of eligibility, limits and demands."""

from __future__ import annotations

from typing import NamedTuple

from engine.meaning.graph import Node
from engine.meaning.lowering.amounts import quantity
from engine.meaning.lowering.best import best
from engine.meaning.lowering.deadlines import Read, counts
from engine.meaning.lowering.line import Line, Say
from engine.meaning.lowering.rows import body_of, every, first
from engine.meaning.values import Value, known, nothing
from engine.policy.conditions import inside_of, leaves
from engine.policy.model import Clock, Demand, Limit, Row, Table, Verdict
from engine.policy.words import DEFAULT_CODES, STRENGTH, SUMMED


def answer_line(line: Line, reads: list[Read]) -> None:
    """Works out the answer, and writes it for later rows to test."""
    stands = _eligibility(line, reads)
    write_answer(line)
    go_on = line.graph.no(stands)
    for table in line.policy.limits:
        _limit(line, table, go_on)
    _demands(line, go_on)
    write_answer(line)


def strongest(line: Line, said: list[Say]) -> tuple[Node, Node]:
    """Returns the strongest answer and its code; the earliest among equal ones."""
    answer = code = line.word(None)
    later_first = said[::-1]
    for each in sorted(later_first, key=lambda one: STRENGTH[one.answer]):
        answer = line.graph.choice(each.when, line.word(each.answer), answer)
        code = line.graph.choice(each.when, each.code, code)
    return answer, code


def write_answer(line: Line) -> tuple[Node, Node]:
    """Writes the answer so far and its code for later topics to test."""
    answer, code = strongest(line, line.said)
    line.derive("answer", answer)
    line.derive("code", code)
    return answer, code


# --- eligibility ----------------------------------------------------------------------------------


def _eligibility(line: Line, reads: list[Read]) -> Node:
    """Adds the answer of the first row; returns when it stands whatever later topics find."""
    stands = []
    for row, when in first(line, line.policy.eligibility, line.graph.true):
        body = body_of(row, Verdict)
        if "from_deadline" in (row.code, body.answer):
            _of_deadlines(line, row, when, reads)
        else:
            _verdict(line, row, body, when)
        stands.append(when if body.stands else line.graph.false)
    return line.graph.any(*stands)


def _verdict(line: Line, row: Row, body: Verdict, when: Node) -> None:
    answer, code = body.answer, row.code or DEFAULT_CODES[body.answer]
    if answer == "two_readings" and body.we_take not in (None, "none"):
        taken = next(each for each in body.readings if each.id == body.we_take)
        line.sets.append((when, dict(taken.sets)))
        answer = taken.answer
        code = taken.code or ("ok" if answer == "accept" else code)
    line.say(when, answer, code)


def _of_deadlines(line: Line, row: Row, when: Node, reads: list[Read]) -> None:
    """Adds the answer of the first deadline in a state that the row tests (early, late, disputed
    or silent)."""
    tests = [leaf for leaf in leaves(row.when) if leaf.fact == "deadlines"]
    tested = {word for leaf in tests for word in leaf.words}
    left = when
    for state in SUMMED:
        for read in reads if not tested or state in tested else ():
            hit = line.graph.all(left, counts(line, read, state))
            left = line.graph.all(left, line.graph.no(hit))
            line.say(hit, *_of_state(state, read.stands.clock))
    line.say(left, "refuse", "outside_window")


def _of_state(state: str, clock: Clock) -> tuple[str, str]:
    if state == "early":
        return "refuse", clock.if_early
    if state == "disputed":
        return "two_readings", clock.code or "conflict_in_text"
    if state == "silent" and clock.if_silent in ("accept", "settle"):
        return "accept", "ok"
    past = clock.if_late
    return "refuse", "outside_window" if state == "silent" and past == "go_on" else past


# --- limits ---------------------------------------------------------------------------------------


def _limit(line: Line, table: Table, go_on: Node) -> None:
    graph = line.graph
    several = table.decide in ("lowest", "highest")
    taken = (every if several else first)(line, table, go_on)
    judged = [(row, graph.all(go_on, when), _left(line, row)) for row, when in taken]
    waits = graph.any(*[graph.all(when, left.absent) for _, when, left in judged])
    ranked = [(when, left.number) for _, when, left in judged]
    whens = best(line.graph, ranked, greatest=table.decide == "highest") if several else None
    state, left_over = line.word("none"), nothing(graph)
    for index, (_, when, left) in reversed(list(enumerate(judged))):
        counted = graph.all(whens[index] if whens else when, graph.no(waits))
        broken = graph.lt(left.number, graph.zero)
        said = graph.choice(broken, line.word("over"), line.word("inside"))
        state = graph.choice(counted, said, state)
        left_over = line.select(counted, known(graph, left.number), left_over)
    for index, (row, when, left) in enumerate(judged):
        counted = graph.all(whens[index] if whens else when, graph.no(waits))
        body = body_of(row, Limit)
        code = row.code or body.usual_code
        line.say(graph.all(counted, graph.lt(left.number, graph.zero)), body.if_over, code)
    line.facts[f"{table.part}.state"] = Value(waits, graph.false, state)
    line.facts[f"{table.part}.left"] = Value(
        waits, graph.all(graph.no(waits), left_over.absent), left_over.number
    )


def _left(line: Line, row: Row) -> Value:
    """Returns what is left of a limit, below zero if it is exceeded; absent if it is open."""
    graph, body = line.graph, body_of(row, Limit)
    line = line.before(body.adds)
    used, adds = quantity(line, body.used), quantity(line, body.adds)
    found: Node | None = None
    open_ = [used.absent, adds.absent]
    for bound, sign, strict in ((body.at_most, 1, 0), (body.under, 1, 1), (body.at_least, -1, 0)):
        if bound is None:
            continue
        value = quantity(line, bound)
        open_.append(value.absent)
        rest = graph.sub(graph.sub(value.number, used.number), adds.number)
        rest = graph.plus(rest if sign > 0 else graph.sub(graph.zero, rest), -strict)
        found = rest if found is None else graph.least(found, rest)
    return Value(graph.false, graph.any(*open_), found or graph.zero)


# --- demands --------------------------------------------------------------------------------------


def _demands(line: Line, go_on: Node) -> None:
    graph = line.graph
    missing: dict[str, _Found] = {}
    failed: dict[str, _Found] = {}
    for row in line.policy.demands.rows:
        body, inside = body_of(row, Demand), inside_of(row)
        if inside is None:
            continue
        true, maybe = line.holds(row.when)
        met, could = line.holds(inside)
        line.doubt(graph.all(go_on, maybe, graph.no(true)))
        bad = graph.all(go_on, true, graph.no(could))
        may = graph.all(go_on, maybe, graph.no(met))
        failed[row.id] = _Found(bad, may)
        for word in body.need:
            paper = line.fact(f"evidence#{word}")
            lacks = graph.all(paper.known(graph), graph.among(paper.number, (0,)))
            before = missing.get(word, _Found(graph.false, graph.false))
            missing[word] = _Found(
                graph.any(before.true, graph.all(bad, lacks)),
                graph.any(before.maybe, graph.all(may, graph.any(paper.unknown, lacks))),
            )
        if body.if_not != "go_on":
            line.say(bad, body.if_not, row.code or body.usual_code)
    _write_demands(line, missing, failed)


class _Found(NamedTuple):
    """Whether something failed or is missing (`true`), or could, once facts are known (`maybe`)."""

    true: Node
    maybe: Node


def _write_demands(line: Line, missing: dict[str, _Found], failed: dict[str, _Found]) -> None:
    """Writes which words are missing and which demands failed, as far as rows test it; unknown
    while a demand is open."""
    graph = line.graph
    none = _Found(graph.false, graph.false)
    conditions = [row.when for row in line.policy.rows] + [each.when for each in line.policy.must]
    for leaf in (leaf for each in conditions for leaf in leaves(each)):
        found = {"missing": missing, "failed": failed}.get(leaf.fact)
        for word in leaf.words if found is not None else ():
            hit = found.get(word, none) if found is not None else none
            open_ = graph.all(hit.maybe, graph.no(hit.true))
            flag = graph.choice(hit.true, graph.const(1), graph.zero)
            line.facts[f"{leaf.fact}#{word}"] = Value(open_, graph.false, flag)
