"""The topic `remedies`: what a party is given, one part for each leg."""

from __future__ import annotations

from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Clock, Remedy
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.amounts import amount
from engine.policy.shapes.keys import Fields, Reader, need, read_map
from engine.policy.shapes.whens import read_when
from engine.policy.text import Map, Node
from engine.policy.topics import clocks
from engine.policy.topics.topic import Topic

_WAYS: Final = ("give", "choice", "first")
_PAY_KEYS: Final = {key: clocks.KEYS[key] for key in ("within", "counted_from", "counting", "roll")}
_EXCHANGE_KEYS: Final[dict[str, Reader]] = {
    "same_product": s.yes_no,
    "price_difference": c.one_of(("settled", "none"), "settled or none"),
}


def _pay_within(node: Node, ctx: Context) -> Clock | None:
    read = read_map(node, _PAY_KEYS, "`pay_within`", ctx)
    if read is None or not isinstance(node, Map):
        return None
    return clocks.build_clock(read, node, ctx)


def _exchange(node: Node, ctx: Context) -> Fields | None:
    return read_map(node, _EXCHANGE_KEYS, "`exchange`", ctx)


KEYS: Final[dict[str, Reader]] = {
    "give": c.one_of(w.REMEDIES, "a remedy"),
    "choice": c.many_of(w.REMEDIES, "a remedy"),
    "chosen_by": c.party,
    "first": c.many_of(w.REMEDIES, "a remedy"),
    "then": c.one_of(w.REMEDIES, "a remedy"),
    "after": read_when,
    "from": c.party,
    "of": amount,
    "percent": s.percent,
    "timing": c.one_of(w.TIMINGS, "a timing"),
    "pay_within": _pay_within,
    "issued_by": c.party,
    "bonus": amount,
    "creates": s.words,
    "exchange": _exchange,
}


def build_remedy(fields: Fields, node: Map, ctx: Context) -> Remedy | None:
    """What one leg gives: a remedy, a choice or a sequence."""
    ways = [key for key in _WAYS if key in node.entries]
    if len(ways) != 1:
        said = "A remedy takes exactly one of `give`, `choice` and `first` (with `then`, `after`)."
        ctx.fault("wrong_shape", node.source, said)
    if len(ways) != 1 or not fields.get(ways[0]):
        return None
    if "choice" in ways:
        need(node, "chosen_by", "`choice` needs `chosen_by`: who chooses?", ctx)
    if "first" in ways:
        need(node, "then", "`first` needs `then`: what comes next?", ctx)
        need(node, "after", "`first` needs `after`: when does the next one come?", ctx)
    exchange = fields.pop("exchange", {})
    return Remedy(from_=fields.pop("from", None), **fields, **exchange)


TOPIC: Final = Topic(name="remedies", keys=KEYS, build=build_remedy, plural=True)
