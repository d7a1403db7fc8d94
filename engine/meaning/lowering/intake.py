"""Lowers the intake: facts that follow from others, and words that the policy does not know."""

from __future__ import annotations

from engine.meaning.graph import Node
from engine.meaning.lowering.line import Line
from engine.meaning.values import Value
from engine.policy.vocabulary import FactType


def derive(line: Line) -> None:
    """Writes the facts that follow from others, unless they were sent."""
    graph = line.graph
    requested, moment = line.fact("requested"), line.fact("requested@")
    unsent = line.raw("request_sent").unknown
    for name, follows in (("request_sent", unsent), ("now", graph.no(line.now_came()))):
        line.facts[name] = line.select(follows, requested, line.raw(name))
        line.facts[f"{name}@"] = line.select(follows, moment, line.raw(f"{name}@"))
    unit, quantity = line.raw("unit_price"), line.raw("quantity")
    both = graph.all(unit.known(graph), quantity.known(graph))
    price = Value(graph.no(both), graph.false, graph.mul(unit.number, quantity.number))
    _follow(line, "item_price", price)
    _follow(line, "return_value", line.fact("item_price"))
    _follow(line, "loose_units", _loose(line, quantity))
    _follow(line, "whole_order_back", _whole(line))


def _follow(line: Line, name: str, value: Value) -> None:
    own = line.raw(name)
    line.facts[name] = line.select(own.unknown, value, own)


def _loose(line: Line, quantity: Value) -> Value:
    graph, pack = line.graph, line.raw("case_pack")
    some = graph.lt(graph.zero, pack.number)
    full = graph.all(pack.known(graph), some, quantity.known(graph))
    return Value(graph.no(full), graph.false, graph.rest(quantity.number, pack.number))


def _whole(line: Line) -> Value:
    """Returns whether all lines of the order come back; a line alone is a return of one line."""
    graph, lines = line.graph, line.raw("order_lines")
    back = graph.const(1)
    for name in ("returned_lines", "line_count"):
        value = line.raw(name)
        back = graph.greatest(back, graph.choice(value.known(graph), value.number, graph.zero))
    all_ = graph.choice(graph.le(lines.number, back), graph.const(1), graph.zero)
    return Value(graph.no(lines.known(graph)), graph.false, all_)


def foreign_words(line: Line) -> Node:
    """Returns when a word was sent that the policy does not know, but another policy or none does.

    Of a set, only words of other policies count.
    """
    graph, found = line.graph, []
    for name, fact in line.policy.facts.items():
        if fact.words is None or fact.open:
            continue
        own = set(fact.words)
        others = [word for word in line.book.of.get(name, ()) if word not in own]
        if fact.type is FactType.WORD:
            value = line.raw(name)
            numbers = [0, *map(line.book.number, others)]
            found.append(graph.all(value.known(graph), graph.among(value.number, numbers)))
        elif fact.type is FactType.SET:
            members = [line.raw(f"{name}#{word}") for word in others]
            found += [
                graph.all(each.known(graph), graph.among(each.number, (1,))) for each in members
            ]
    return graph.any(*found)
