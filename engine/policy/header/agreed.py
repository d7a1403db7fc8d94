"""Reads `agreed`: values that are settled partner by partner, and holds a value to its bounds."""

from __future__ import annotations

from typing import Final

from engine.policy.context import Context
from engine.policy.header.own_words import named
from engine.policy.model import Agreed
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.keys import need, read_keys
from engine.policy.shapes.spans import ordered
from engine.policy.text import Items, Map, Node
from engine.policy.vocabulary import FactType

KEYS: Final = ("type", "of", "default", "at_least", "at_most")
BOUNDED: Final = (
    FactType.LENGTH,
    FactType.PERCENT,
    FactType.MONEY,
    FactType.COUNT,
    FactType.NUMBER,
    FactType.DATE,
)


def read_agreed(node: Node | None, ctx: Context) -> tuple[Agreed, ...]:
    """The values that are settled partner by partner."""
    found: list[Agreed] = []
    for key, child in named(node, "agreed", "the name of a value", ctx):
        entry = ctx.map_of(child, f"The agreed value `{key}`")
        value = _agreed(key, entry, ctx) if entry else None
        found += [value] if value else []
    return tuple(found)


def check_value(agreed: Agreed, node: Node, ctx: Context) -> None:
    """A fault where a value is not of its type, not among its words or outside its bounds."""
    if agreed.type == FactType.ROWS:
        if not isinstance(node, Items):
            said = f"The agreed value `{agreed.name}` is a list of rows."
            ctx.fault("wrong_type", node.source, said)
    elif agreed.type == FactType.YES_NO:
        s.yes_no(node, ctx)
    elif agreed.type == FactType.SET:
        _words(agreed, ctx.items_of(node, f"The agreed value `{agreed.name}`"), ctx)
    elif agreed.type == FactType.WORD:
        _words(agreed, (node,), ctx)
    else:
        _in_bounds(agreed, node, ctx)


def _agreed(name: str, node: Map, ctx: Context) -> Agreed | None:
    ctx.only_keys(node, KEYS, "an agreed value")
    need(node, "type", f"The agreed value `{name}` needs a `type`.", ctx)
    read = read_keys(node, {"type": c.one_of(FactType, "a type"), "of": s.words}, ctx)
    if "type" not in read:
        return None
    found = Agreed(
        name=name,
        type=read["type"],
        default=node.get("default"),
        of=read.get("of", ()),
        at_least=node.get("at_least"),
        at_most=node.get("at_most"),
        source=node.source,
    )
    _check_bounds(found, ctx)
    return found


def _check_bounds(agreed: Agreed, ctx: Context) -> None:
    bounds = [bound for bound in (agreed.at_least, agreed.at_most) if bound is not None]
    if bounds and agreed.type not in BOUNDED:
        said = f"A value of the type `{agreed.type}` has no `at_least` and `at_most`."
        ctx.fault("wrong_type", agreed.source, said)
        return
    orders = [order for bound in bounds if (order := ordered(agreed.type, bound, ctx)) is not None]
    if len(orders) == 2 and orders[0] > orders[1]:
        said = "The bounds are reversed: `at_least` is above `at_most`."
        ctx.fault("reversed", agreed.source, said)


def _words(agreed: Agreed, items: tuple[Node, ...], ctx: Context) -> None:
    for item in items:
        if agreed.of:
            what = f"a word that may be agreed for `{agreed.name}`"
            c.chosen(item, agreed.of, what, ctx)
        else:
            s.word(item, ctx)


def _in_bounds(agreed: Agreed, node: Node, ctx: Context) -> None:
    order = ordered(agreed.type, node, ctx)
    quiet = Context(ctx.file, currency=ctx.currency)
    for bound, word in ((agreed.at_least, "at least"), (agreed.at_most, "at most")):
        limit = ordered(agreed.type, bound, quiet) if bound else None
        if order is None or limit is None:
            continue
        if order < limit if bound is agreed.at_least else order > limit:
            said = f"The agreed value `{agreed.name}` must be {word} {s.shown(bound or node)}."
            ctx.fault("out_of_bounds", node.source, said)
