"""Lowers remedies, goods and return shipping of a line, and what follows a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from engine.meaning.graph import Node
from engine.meaning.lowering.line import Line
from engine.meaning.lowering.rows import body_of, first, words_of
from engine.policy.conditions import inside_of, joined
from engine.policy.model import AfterRefusal, Goods, Remedy, Row, Shipping


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of remedies that is taken if `when` holds."""

    when: Node
    party: str
    row: Row
    body: Remedy


@dataclass(frozen=True, slots=True)
class Settled:
    """The words of an outcome."""

    remedy: Node
    timing: Node
    goods: Node
    goods_to: Node
    payer: Node
    label: Node


def settle_line(line: Line, accepted: Node) -> tuple[Settled, list[Leg]]:
    """Lowers what follows any answer but a refusal.

    `accepted` only limits the doubts of rows that unknown facts leave undecided.
    """
    legs = _legs(line, accepted)
    remedy, timing = _remedies(line, accepted, legs)
    goods = first(line, line.policy.goods, accepted)
    do = line.over("goods", words_of(line, goods, Goods, lambda body: body.do))
    to = line.over("goods_to", words_of(line, goods, Goods, lambda body: body.to))
    line.derive("goods", do)
    line.derive("goods_to", to)
    shipping = first(line, line.policy.return_shipping, accepted)
    payer = line.over(
        "return_paid_by", words_of(line, shipping, Shipping, lambda body: body.paid_by)
    )
    label = line.over("label_by", words_of(line, shipping, Shipping, lambda body: body.label_by))
    line.derive("return_paid_by", payer)
    line.derive("label_by", label)
    return Settled(remedy, timing, do, to, payer, label), legs


def refuse_line(line: Line, refused: Node) -> Settled:
    """Lowers what still happens after a refusal."""
    rows = first(line, line.policy.after_refusal, refused)
    remedy = timing = line.word(None)
    for row, when in reversed(rows):
        body = body_of(row, AfterRefusal)
        parties = dict(body.remedies)
        leg = parties.get(line.policy.claimant) or next(iter(parties.values()), None)
        if leg is not None:
            remedy = line.graph.choice(when, given(line, leg, None), remedy)
            timing = line.graph.choice(when, line.word(leg.timing), timing)
    return Settled(
        remedy=line.over("remedy", remedy),
        timing=timing,
        goods=words_of(line, rows, AfterRefusal, lambda body: body.goods.do),
        goods_to=words_of(line, rows, AfterRefusal, lambda body: body.goods.to),
        payer=words_of(line, rows, AfterRefusal, lambda body: body.shipping.paid_by),
        label=words_of(line, rows, AfterRefusal, lambda body: body.shipping.label_by),
    )


def _legs(line: Line, accepted: Node) -> list[Leg]:
    """Returns every leg, the claimant's first, whose remedy is that of the line."""
    found = [
        Leg(when, str(table.part), row, body_of(row, Remedy))
        for table in line.policy.remedies
        for row, when in first(line, table, accepted)
    ]
    return sorted(found, key=lambda leg: leg.party != line.policy.claimant)


def _remedies(line: Line, accepted: Node, legs: list[Leg]) -> tuple[Node, Node]:
    graph = line.graph
    remedy = timing = line.word(None)
    left = accepted
    for leg in legs:
        open_ = leg.body.choice or len(leg.body.first) > 1
        if open_ and line.tests_remedy:
            chosen = given(line, leg.body, leg.row)
            line.doubt(graph.all(left, leg.when, line.one_of(chosen, (None,))))
        inside = inside_of(leg.row)
        if inside is not None:
            true, maybe = line.holds(joined([leg.row.when, inside]))
            line.doubt(graph.all(accepted, leg.when, maybe, graph.no(true)))
        left = graph.all(left, graph.no(leg.when))
    for leg in reversed(legs):
        remedy = graph.choice(leg.when, given(line, leg.body, leg.row), remedy)
        timing = graph.choice(leg.when, line.word(leg.body.timing), timing)
    remedy, timing = line.over("remedy", remedy), line.over("timing", timing)
    line.derive("remedy", remedy)
    line.derive("timing", timing)
    return remedy, timing


def given(line: Line, body: Remedy, row: Row | None) -> Node:
    """Returns the remedy that a leg gives; no word (0) while a choice is open."""
    if body.first:
        found = line.word(body.first[0] if len(body.first) == 1 else None)
        inside = inside_of(row) if row is not None else None
        if row is None or inside is None:
            return found
        after, _ = line.holds(joined([row.when, inside]))
        return line.graph.choice(after, line.word(body.then), found)
    if not body.choice:
        return line.word(body.give)
    wanted, found = line.fact("wanted"), line.word(None)
    for word in body.choice:
        asked = line.graph.among(wanted.number, [line.book.name("wanted", word)])
        said = line.graph.all(wanted.known(line.graph), asked)
        found = line.graph.choice(said, line.word(word), found)
    return found
