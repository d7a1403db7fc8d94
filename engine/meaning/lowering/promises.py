"""Lowers the check of an outcome against the promises (`must`) of its policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Node
from engine.meaning.lowering.amounts import open_if_unknown, quantity
from engine.meaning.lowering.answer import strongest
from engine.meaning.lowering.deadlines import Read, read_value
from engine.meaning.lowering.line import Line, Say, tested_facts
from engine.meaning.lowering.money import Charged, Money, sum_of_kind
from engine.meaning.lowering.settle import Settled
from engine.meaning.values import Value, chosen, known, not_sent
from engine.policy.conditions import leaves
from engine.policy.model import PRESENCE, Op, OutcomeTest, Promise

_UNLIMITED: Final = 10**9
"""The days allowed by a clock without a limit."""

_LATE: Final = ("remedy", "timing", "goods", "goods_to", "return_paid_by", "label_by", "base")

_OF_A_SET: Final = (Op.HAS, Op.LACKS)


@dataclass(frozen=True, slots=True)
class PromisedOutcome:
    """The parts of an outcome that promises test."""

    refused: Node
    settled: Settled
    money: Money
    reads: list[Read]


def keep_promises(line: Line, outcome: PromisedOutcome) -> tuple[Node, Node]:
    """Returns the answer and its code, with a `review` for each broken promise.

    A refusal that breaks a promise about the answer or a deadline does not stand.
    """
    graph, promises = line.graph, line.policy.must
    if not promises:
        return strongest(line, line.said)
    _forget_what_was_not_settled(line, outcome.refused)
    broken = [(promise, _broken(line, promise, outcome)) for promise in promises]
    line.broken = {promise.id: when for promise, when in broken}
    overruled = graph.all(outcome.refused, graph.any(*[when for _, when in broken]))
    said = [Say(graph.all(s.when, graph.no(overruled)), s.answer, s.code) for s in line.said]
    breaches = [
        Say(when, "review", line.word(promise.code or "policy_breach")) for promise, when in broken
    ]
    return strongest(line, [*said, *breaches])


def _forget_what_was_not_settled(line: Line, refused: Node) -> None:
    """Makes facts unknown after a refusal that only settling works out."""
    names = [*_LATE, "fee_total", *(name for name in line.facts if name.startswith("fees."))]
    tested = tested_facts(promise.when for promise in line.policy.must)
    for name in names:
        if name in line.facts and name in tested:
            line.facts[name] = chosen(line.graph, refused, not_sent(line.graph), line.facts[name])


def _broken(line: Line, promise: Promise, outcome: PromisedOutcome) -> Node:
    graph = line.graph
    applies, maybe = line.holds(promise.when)
    broken = []
    for test in promise.outcome:
        part = test.path.partition(".")[0] if "." in test.path else ""
        of_any = test.path in ("answer", "code") or part in {r.part for r in outcome.reads}
        where = graph.true if of_any else graph.no(outcome.refused)
        broken.append(graph.all(where, graph.no(_passes(line, test, outcome))))
    waits = graph.any(*[each.unknown for each in _sent(line, promise)])
    line.doubt(graph.all(maybe, graph.no(applies), waits, graph.any(*broken)))
    return graph.all(applies, graph.any(*broken))


def _sent(line: Line, promise: Promise) -> Iterator[Value]:
    """Yields the facts that a promise's condition tests, without those that settling derives."""
    for leaf in leaves(promise.when):
        if leaf.op not in PRESENCE and not leaf.fact.startswith(("fees.", *_LATE)):
            yield line.fact(f"{leaf.fact}#{leaf.words[0]}" if leaf.op in _OF_A_SET else leaf.fact)


def _passes(line: Line, test: OutcomeTest, outcome: PromisedOutcome) -> Node:
    word = _word(line, test.path, outcome)
    if word is not None:
        return line.graph.any(_undated(line, test.path, outcome), _is_word(line, test, word))
    value = _number(line, test.path, outcome)
    if value is None or test.op in (Op.IN, Op.NOT_IN):
        line.doubt(line.graph.true)
        return line.graph.true
    return _within(line, test, value)


def _is_word(line: Line, test: OutcomeTest, word: Node) -> Node:
    if test.op is Op.ABSENT:
        return line.one_of(word, (None, "none"))
    if test.op not in (Op.IN, Op.NOT_IN):
        return line.graph.true
    inside = line.one_of(word, test.words)  # a missing word reads as `None`, which no promise names
    return inside if test.op is Op.IN else line.graph.no(inside)


def _undated(line: Line, path: str, outcome: PromisedOutcome) -> Node:
    """Returns when the state of a deadline is not known, because nobody has said what day it is."""
    part, _, field = path.partition(".")
    reads = [read for read in outcome.reads if read.part == part and field == "state"]
    return line.graph.any(*[line.graph.all(each.when, each.stands.undated) for each in reads])


def _within(line: Line, test: OutcomeTest, value: Value) -> Node:
    """Returns when a number passes; an open number passes until it is known."""
    graph = line.graph
    if test.op is Op.ABSENT:
        return graph.any(value.absent, graph.among(value.number, (0,)))
    bound = quantity(line, test.bound)
    compared = {
        Op.AT_LEAST: graph.le(bound.number, value.number),
        Op.AT_MOST: graph.le(value.number, bound.number),
        Op.UNDER: graph.lt(value.number, bound.number),
        Op.OVER: graph.lt(bound.number, value.number),
    }[test.op]
    return graph.any(value.absent, bound.absent, compared)


def _word(line: Line, path: str, outcome: PromisedOutcome) -> Node | None:
    """Returns a field that is a word, also the state or row of a deadline; None for others."""
    settled = outcome.settled
    words: Mapping[str, Node] = {
        "answer": line.facts["answer"].number,
        "code": line.facts["code"].number,
        "remedy": settled.remedy,
        "timing": settled.timing,
        "goods": settled.goods,
        "goods_to": settled.goods_to,
        "return_paid_by": settled.payer,
        "label_by": settled.label,
    }
    part, _, field = path.partition(".")
    if field == "state" and part in {read.part for read in outcome.reads}:
        found = line.word(None)  # no row, no standing
        for read in reversed(outcome.reads):
            if read.part == part:
                found = line.graph.choice(read.when, read.stands.state, found)
        return found
    if field == "row":
        row = line.facts[path]
        return line.graph.choice(row.absent, line.word(None), row.number)
    return words.get(path)


def _number(line: Line, path: str, outcome: PromisedOutcome) -> Value | None:
    """Returns a field that is a number, or None; after a refusal only those of deadlines count."""
    money, graph = outcome.money, line.graph
    named = {
        "net": money.net,
        "base": money.base,
        "percent": known(graph, money.percent),
        "fee_total": money.fee_total,
        "outbound_refunded": money.outbound,
        "fees": _all_fees(line, money.fees),
    }
    part, _, field = path.partition(".")
    if part == "fees" and field:
        return sum_of_kind(line, [fee for fee in money.fees if fee.kind == field])
    reads = [read for read in outcome.reads if read.part == part]
    return _of_deadline(line, reads, field) if field and reads else named.get(path)


def _all_fees(line: Line, fees: tuple[Charged, ...]) -> Value:
    """Returns the sum of every known fee; absent if that is zero and one is open."""
    graph, number, open_ = line.graph, line.graph.zero, []
    for fee in fees:
        counted = graph.all(fee.when, graph.no(fee.amount.absent))
        number = graph.add(number, graph.choice(counted, fee.amount.number, graph.zero))
        open_.append(graph.all(fee.when, fee.amount.absent))
    absent = graph.all(graph.among(number, (0,)), graph.any(*open_))
    return Value(graph.false, absent, number)


def _of_deadline(line: Line, reads: list[Read], field: str) -> Value:
    found = open_if_unknown(line, read_value(line, reads, field))
    if field != "days_allowed":
        return found
    graph = line.graph
    free = graph.any(*[read.when for read in reads if read.stands.clock.no_limit])
    unlimited = graph.all(found.absent, free)
    return line.select(unlimited, known(graph, graph.const(_UNLIMITED)), found)
