"""Reads amounts of money in all their forms, and quantities that may be counts instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

from engine.money import Money
from engine.policy.context import Context, Unreadable
from engine.policy.model import (
    Amount,
    Bounded,
    Each,
    Extreme,
    Fixed,
    FromFact,
    Percent,
    Quantity,
    ShareOfCount,
    ToBeAssessed,
)
from engine.policy.readers.choices import OneOf
from engine.policy.readers.scalars import count, money, percent, shown
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import FactType

_SHARE: Final = re.compile(r"([0-9.]{1,20}%) of (.{1,120})\Z")
_LIKE_SHARE: Final = re.compile(
    r"([0-9]{1,6}(?:\.[0-9]{1,4})?) ?(%|percent|per cent)? ?(of )?([a-z].{0,119})\Z"
)
"""A share as it is not written: of a number alone, with a blank, or without its `of`."""
_MONEY: Final = re.compile(r"[A-Z]{3} |-?[0-9]")
_WORDS: Final = {"none": None, "to_be_assessed": ToBeAssessed()}
SHARES_OF_SHARES: Final = 3
EXTREMES: Final = ("greater_of", "lesser_of")
SHARE: Final = ("percent", "of")
EACH: Final = ("each", "per")
BOUNDED: Final = ("amount", "at_least", "at_most")
"""The keys of amounts that are written as maps."""


def amount(node: Node, ctx: Context) -> Amount:
    """Reads any amount: `none`, money, a money fact, `15% of item_price`, `greater_of`, etc."""
    if isinstance(node, Map):
        return _composed(node, ctx)
    if not isinstance(node, Scalar):
        said = f"An amount belongs here, not {node.kind}."
        raise Unreadable("wrong_type", node.source, said)
    return _written(node, ctx)


def quantity(node: Node, ctx: Context) -> Quantity:
    """Reads a count, a count fact's name, a share of one (`5% of units_shipped`), or an amount."""
    if isinstance(node, Scalar) and type(node.value) is int:
        return count(node, ctx)
    said = node.text if isinstance(node, Scalar) else ""
    match = _SHARE.match(said)
    fact = ctx.facts.get(match[2] if match else said)
    if fact is None or fact.type is not FactType.COUNT:
        return amount(node, ctx)
    if match is None:
        return fact.name
    return ShareOfCount(ctx.attempt(percent, _part(match[1], node)) or 0, fact.name)


def _written(node: Node, ctx: Context, depth: int = 1) -> Amount:
    said = node.text.strip() if isinstance(node, Scalar) else ""
    if said in _WORDS:
        return _WORDS[said]
    if (match := _SHARE.match(said)) and depth <= SHARES_OF_SHARES:
        inner = partial(_written, depth=depth + 1)
        return _share(_part(match[1], node), _part(match[2], node), inner, ctx)
    if like := _LIKE_SHARE.match(said):
        _refuse_share(like, node, ctx)
    if _MONEY.match(said) and not said.endswith("%"):
        return Fixed(Money(money(node, ctx), ctx.currency))
    if _is_money_fact(said, ctx):
        return FromFact(said)
    raise Unreadable("unknown_amount", node.source, _no_amount(said, node, ctx))


def _share(
    share: Node, whole: Node, read: Callable[[Node, Context], Amount], ctx: Context
) -> Percent | None:
    millionths, of = ctx.attempt(percent, share), ctx.attempt(read, whole)
    return None if millionths is None else Percent(millionths, of)


def _refuse_share(like: re.Match[str], node: Node, ctx: Context) -> None:
    """Refuses a share that is written in another way, with how it is written here."""
    if like[2] or like[3] or _is_money_fact(like[4], ctx):
        number = Decimal(like[1])
        share = number if like[2] or number > 1 else number * 100
        instead = f"{share.normalize():f}% of {like[4][:60]}"
        said = f"{shown(node)} is not an amount; write `{instead}`."
        raise Unreadable("wrong_type", node.source, said)


def _part(text: str, node: Node) -> Scalar:
    return Scalar(source=node.source, text=text, value=text)


def _is_money_fact(name: str, ctx: Context) -> bool:
    fact, step = ctx.derived.get(name, (ctx.facts.get(name), -1))
    return fact is not None and fact.type is FactType.MONEY and step < ctx.step


def _no_amount(said: str, node: Node, ctx: Context) -> str:
    if said.endswith("%"):
        return f"{shown(node)} of what? Write `{said[:20]} of item_price`, say."
    later = [name for name in ctx.derived if _is_money_fact(name, ctx)]
    hint = ctx.nearest(said, [*ctx.facts_of(FactType.MONEY), *later])
    money_, share = Money(500, ctx.currency), "15% of item_price"
    forms = f"`none`, `{money_}`, `{share}`, a money fact or `to_be_assessed`"
    return f"{shown(node)} is not an amount.{hint} Write {forms}."


def _composed(node: Map, ctx: Context) -> Amount:
    keys = set(node.entries)
    if ctx.cut_at_comma(node):
        return None
    if len(keys) == 1 and keys <= set(EXTREMES):
        return _extreme(node, ctx)
    if keys == set(SHARE):
        return _share(node.entries["percent"], node.entries["of"], amount, ctx)
    if keys == set(EACH):
        counts = {"unit": None} | dict.fromkeys(ctx.facts_of(FactType.COUNT))
        per = ctx.attempt(OneOf(counts, "`unit` or a count"), node.entries["per"])
        each = ctx.attempt(amount, node.entries["each"])
        return Each(each, "quantity" if per in ("unit", None) else per)
    if "amount" in keys and keys <= set(BOUNDED):
        bounds = {key: ctx.attempt(amount, node.entries[key]) for key in keys}
        return Bounded(bounds["amount"], bounds.get("at_least"), bounds.get("at_most"))
    said = (
        "An amount is one of `{greater_of: [..]}`, `{lesser_of: [..]}`, "
        "`{amount: .., at_least: .., at_most: ..}`, `{percent: .., of: ..}` and "
        "`{each: .., per: unit}`."
    )
    raise Unreadable("wrong_shape", node.source, said)


def _extreme(node: Map, ctx: Context) -> Amount:
    ((key, listed),) = node.entries.items()
    if not isinstance(listed, Items) or len(listed.items) < 2:
        said = f"`{key}` takes a list of two amounts or more."
        raise Unreadable("wrong_shape", node.source, said)
    if ctx.cut_at_comma(listed):
        return None
    parts = tuple(ctx.attempt(amount, item) for item in listed.items)
    return Extreme(key == "greater_of", parts)
