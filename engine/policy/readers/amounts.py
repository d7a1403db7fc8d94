"""Reads amounts of money in all their forms, and quantities that may be counts instead."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from engine.money import Money
from engine.policy.context import Context
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
from engine.policy.readers.choices import chosen
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
        ctx.fault("wrong_type", node.source, f"An amount belongs here, not {node.kind}.")
        return None
    return _written(node, ctx, 1)


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
    return ShareOfCount(percent(_part(match[1], node), ctx) or 0, fact.name)


def _written(node: Scalar, ctx: Context, depth: int) -> Amount:
    said = node.text.strip()
    if said in _WORDS:
        return _WORDS[said]
    if (match := _SHARE.match(said)) and depth <= SHARES_OF_SHARES:
        millionths = percent(_part(match[1], node), ctx)
        of = _written(_part(match[2], node), ctx, depth + 1)
        return Percent(millionths, of) if millionths is not None else None
    if (like := _LIKE_SHARE.match(said)) and _refuses_share(like, node, ctx):
        return None
    if _MONEY.match(said) and not said.endswith("%"):
        minor = money(node, ctx)
        return Fixed(Money(minor, ctx.currency)) if minor is not None else None
    if _is_money_fact(said, ctx):
        return FromFact(said)
    _refuse(said, node, ctx)
    return None


def _refuses_share(like: re.Match[str], node: Node, ctx: Context) -> bool:
    """Refuses a share that is written in another way, with how it is written here."""
    if not like[2] and not like[3] and not _is_money_fact(like[4], ctx):
        return False
    number = Decimal(like[1])
    share = number if like[2] or number > 1 else number * 100
    instead = f"{share.normalize():f}% of {like[4][:60]}"
    ctx.fault("wrong_type", node.source, f"{shown(node)} is not an amount; write `{instead}`.")
    return True


def _part(text: str, node: Node) -> Scalar:
    return Scalar(source=node.source, text=text, value=text)


def _is_money_fact(name: str, ctx: Context) -> bool:
    fact, step = ctx.derived.get(name, (ctx.facts.get(name), -1))
    return fact is not None and fact.type is FactType.MONEY and step < ctx.step


def _refuse(said: str, node: Node, ctx: Context) -> None:
    if said.endswith("%"):
        sentence = f"{shown(node)} of what? Write `{said[:20]} of item_price`, say."
        ctx.fault("unknown_amount", node.source, sentence)
        return
    later = [name for name in ctx.derived if _is_money_fact(name, ctx)]
    hint = ctx.nearest(said, [*ctx.facts_of(FactType.MONEY), *later])
    money_, share = Money(500, ctx.currency), "15% of item_price"
    forms = f"`none`, `{money_}`, `{share}`, a money fact or `to_be_assessed`"
    sentence = f"{shown(node)} is not an amount.{hint} Write {forms}."
    ctx.fault("unknown_amount", node.source, sentence)


def _composed(node: Map, ctx: Context) -> Amount:
    keys = set(node.entries)
    if ctx.cut_at_comma(node):
        return None
    if len(keys) == 1 and keys <= set(EXTREMES):
        return _extreme(node, ctx)
    if keys == set(SHARE):
        millionths = percent(node.entries["percent"], ctx)
        of = amount(node.entries["of"], ctx)
        return Percent(millionths, of) if millionths is not None else None
    if keys == set(EACH):
        counts = {"unit": None} | dict.fromkeys(ctx.facts_of(FactType.COUNT))
        per = chosen(node.entries["per"], counts, "`unit` or a count", ctx)
        return Each(amount(node.entries["each"], ctx), "quantity" if per in ("unit", None) else per)
    if "amount" in keys and keys <= set(BOUNDED):
        bounds = {key: amount(node.entries[key], ctx) for key in keys}
        return Bounded(bounds["amount"], bounds.get("at_least"), bounds.get("at_most"))
    said = (
        "An amount is one of `{greater_of: [..]}`, `{lesser_of: [..]}`, "
        "`{amount: .., at_least: .., at_most: ..}`, `{percent: .., of: ..}` and "
        "`{each: .., per: unit}`."
    )
    ctx.fault("wrong_shape", node.source, said)
    return None


def _extreme(node: Map, ctx: Context) -> Amount:
    ((key, listed),) = node.entries.items()
    if not isinstance(listed, Items) or len(listed.items) < 2:
        ctx.fault("wrong_shape", node.source, f"`{key}` takes a list of two amounts or more.")
        return None
    if ctx.cut_at_comma(listed):
        return None
    return Extreme(key == "greater_of", tuple(amount(item, ctx) for item in listed.items))
