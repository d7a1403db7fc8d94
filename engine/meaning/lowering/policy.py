"""Lowers a whole policy for one return line; `meaning_of` is the entry point for a line alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.amounts import open_if_unknown
from engine.meaning.lowering.answer import answer_line, write_answer
from engine.meaning.lowering.deadlines import Read, read_deadlines, read_value
from engine.meaning.lowering.intake import derive, foreign_words
from engine.meaning.lowering.line import Line, Say, Sent, tested_facts
from engine.meaning.lowering.money import Money, work_out
from engine.meaning.lowering.promises import PromisedOutcome, keep_promises
from engine.meaning.lowering.settle import Settled, refuse_line, settle_line
from engine.meaning.lowering.words import Book
from engine.meaning.values import Value
from engine.policy.conditions import conditions_of as conditions_of_row
from engine.policy.model import Condition, Policy
from engine.policy.topics.catalogue import main_deadline
from engine.policy.words import UNSETTLED

NOTHING: Final = -(2**61)
"""The number of an outcome field without a value: no net, no last day."""

WORDS: Final = ("answer", "code", "remedy", "goods", "return_paid_by")
"""The fields of an outcome that are words; the others are numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The fields of the outcome of a line; if `doubt` holds, no outcome is claimed.

    Words are numbers of the book, amounts minor units, days ordinals. `settled` are the fields if
    `settles` holds: the line is neither refused nor unsettled, and no unknown word was sent.
    """

    policy: Policy
    fields: Mapping[str, Node]
    looked_at: tuple[Node, ...]
    """Expressions that read all that rows, clocks and amounts read, whatever else is sent."""
    settles: Node
    settled: Mapping[str, Node]
    doubt: Node


def meaning_of(
    policy: Policy, graph: Graph, book: Book, sent: Mapping[str, Sent], otherwise: Sent
) -> Meaning:
    """Lowers a policy for returns that send for each fact what `sent` says, else `otherwise`.

    A word that the policy does not know leads to `ask` if its fact is sent.

    If several policies share a graph, the book must have learned the words of all of them.
    """
    line = Line(graph, policy, book, sent, otherwise, tests_remedy=tests_remedy(policy))
    derive(line)
    whole = lowered(line)
    fields, settled = fields_of(line, whole)
    foreign = foreign_words(line)
    unsettled = graph.any(whole.refused, line.one_of(whole.answer, UNSETTLED), foreign)
    return Meaning(
        policy=policy,
        fields={n: graph.choice(foreign, _asked(line, n), each) for n, each in fields.items()},
        looked_at=(*fields.values(), *line.doubts),
        settles=graph.no(unsettled),
        settled=settled,
        doubt=graph.all(graph.no(foreign), graph.any(*line.doubts)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """An answer given from outside, with the fields that a reading sets."""

    answer: str
    code: str
    sets: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """All topics of a line; `settled` and `money` hold if it is not refused, `after` if it is."""

    reads: list[Read]
    refused: Node
    settled: Settled
    after: Settled
    money: Money
    answer: Node
    code: Node
    doubt: Node
    """When no outcome is claimed, without the doubts of promises."""


def lowered(line: Line, forced: Forced | None = None) -> Lowered:
    """Lowers the topics in their order; a `forced` answer overrides the rows."""
    reads = read_deadlines(line)
    answer_line(line, reads)
    if forced is not None:
        line.said = [Say(line.graph.true, forced.answer, line.word(forced.code))]
        line.sets = [(line.graph.true, forced.sets)]
        write_answer(line)
    refused = line.one_of(line.facts["answer"].number, ("refuse",))
    accepted = line.graph.no(refused)
    settled, legs = settle_line(line, accepted)
    money = work_out(line, accepted, legs)
    after = refuse_line(line, refused)
    answer, code = line.facts["answer"].number, line.facts["code"].number
    doubt = line.graph.any(*line.doubts)
    if forced is None:
        whole = _either(line, refused, after, settled)
        answer, code = keep_promises(line, PromisedOutcome(refused, whole, money, reads))
    return Lowered(
        reads=reads,
        refused=refused,
        settled=settled,
        after=after,
        money=money,
        answer=answer,
        code=code,
        doubt=doubt,
    )


def fields_of(line: Line, whole: Lowered) -> tuple[dict[str, Node], dict[str, Node]]:
    """Returns the fields of the outcome; and those that are settled, if it is not refused."""
    graph, money = line.graph, whole.money
    sums = {"net": _number(line, money.net), "fee": _number(line, money.fee_total)}
    accepts = {**_words(whole.settled), **sums}
    refuses = {**_words(whole.after), "net": graph.const(NOTHING), "fee": graph.zero}
    comes = {name: graph.choice(whole.refused, refuses[name], accepts[name]) for name in accepts}
    last = _number(line, last_day(line, whole.reads))
    return {"answer": whole.answer, "code": whole.code, "last_day": last, **comes}, accepts


def _words(settled: Settled) -> dict[str, Node]:
    return {
        "remedy": settled.remedy,
        "goods": settled.goods,
        "return_paid_by": settled.payer,
    }


def _either(line: Line, when: Node, one: Settled, other: Settled) -> Settled:
    choice = line.graph.choice
    return Settled(
        *(choice(when, getattr(one, name), getattr(other, name)) for name in Settled.__slots__)
    )


def _number(line: Line, value: Value) -> Node:
    return line.graph.choice(value.absent, line.graph.const(NOTHING), value.number)


def last_day(line: Line, reads: list[Read]) -> Value:
    """Returns the last day of the main deadline; absent if there is none, or if it is open."""
    main = main_deadline([str(table.part) for table in line.policy.deadlines])
    mine = [read for read in reads if read.part == main]
    return open_if_unknown(line, read_value(line, mine, "last_day"))


def _asked(line: Line, name: str) -> Node:
    """Returns the value of a field if a word that the policy does not know is asked about."""
    said = {"answer": line.word("ask"), "code": line.word("unknown_word"), "fee": line.graph.zero}
    return said.get(name, line.word(None) if name in WORDS else line.graph.const(NOTHING))


def conditions_of(policy: Policy) -> list[Condition]:
    """Returns every condition that a policy tests for one line."""
    of_rows = [each for row in policy.rows for each in conditions_of_row(row)]
    return [*of_rows, *(promise.when for promise in policy.must)]


def tests_remedy(policy: Policy) -> bool:
    """Whether a row tests the remedy, so that an open choice leaves that row in doubt."""
    return "remedy" in tested_facts(conditions_of(policy))
