"""Reads single values: texts, words, numbers, lengths, days, percents and money."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final, TypeGuard, TypeVar

from engine.dates import Length, parse_day, parse_length
from engine.money import Money, parse_money
from engine.policy.context import Context, readable
from engine.policy.text import Node, Scalar, resolve
from engine.policy.vocabulary import FactType

_T = TypeVar("_T")

MOST: Final = 10**12
"""The largest count."""

PERCENT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,4})?)%\Z")
NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?\Z")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+&/-]{0,79}\Z")
WORD = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff](?:[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{0,119})\Z"
)
_PLACEHOLDER = re.compile(r"<([A-Za-z][A-Za-z0-9_.-]{0,79})>")
LONGEST_TEXT = 2000
_MOST_WORDS = 5000

_OLD_WORDS = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_OLD_NUMBER = re.compile(
    r"[-+]?(?:0[0-9_]+|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*)\Z"
)
"""Whole numbers that YAML 1.1 and 1.2 read differently."""


def is_said(node: Node) -> TypeGuard[Scalar]:
    """Returns whether a value is written and is not the `null` of YAML."""
    return isinstance(node, Scalar) and node.value is not None


def text(node: Node, ctx: Context) -> str | None:
    """Reads a sentence or a title."""
    if not isinstance(node, Scalar):
        ctx.fault("wrong_type", node.source, f"A text belongs here, not {node.kind}.")
        return None
    if node.value is None or not node.text.strip():
        ctx.fault("wrong_type", node.source, "The text is missing here.")
        return None
    if len(node.text) > LONGEST_TEXT:
        ctx.fault("too_long", node.source, "This text is longer than 2,000 characters.")
        return None
    return node.text


def sentence(node: Node, ctx: Context) -> str | None:
    """Reads a text in which `<last_day>` and the like stand for values that the policy knows."""
    said = text(node, ctx)
    for name in _PLACEHOLDER.findall(said) if said and "<" in said else ():
        known = ctx.placeholders()
        if name not in known:
            hint = ctx.nearest(name, known) or " Write a fact, or `<last_day>` of a deadline."
            ctx.fault("unknown_placeholder", node.source, f"`<{name}>` stands for nothing.{hint}")
    return said


def word(node: Node, ctx: Context) -> str | None:
    """Reads any one word, or a few that form one name."""
    if is_said(node) and WORD.match(node.text) and node.text[-1] != " ":
        return node.text
    ctx.fault("wrong_type", node.source, f"A word belongs here, not {shown(node)}.")
    return None


def words(node: Node, ctx: Context) -> tuple[str, ...]:
    """Reads a list of any words."""
    items = ctx.items_of(node, "This")
    if len(items) > _MOST_WORDS:
        ctx.fault("too_large", node.source, f"More than {_MOST_WORDS:,} words in one list.")
        return ()
    return readable(word(item, ctx) for item in items)


def identifier(node: Node, ctx: Context) -> str | None:
    """Reads an id: letters, digits and `-_.:/`."""
    if is_said(node) and IDENTIFIER.match(node.text):
        return node.text
    ctx.fault(
        "wrong_type",
        node.source,
        "An id belongs here: letters, digits, `-`, `_`, `.`, `/`; at most 80.",
    )
    return None


def yes_no(node: Node, ctx: Context) -> bool | None:
    """Reads `true` or `false`."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    old = _OLD_WORDS.get(node.text.lower()) if isinstance(node, Scalar) else None
    hint = f" YAML 1.2 reads it as a word; write `{old}`." if old else ""
    hint = hint or _unquoted(node)
    ctx.fault("wrong_type", node.source, f"{shown(node)} is not `true` or `false`.{hint}")
    return None


def only_true(node: Node, ctx: Context) -> bool | None:
    """Reads `true` for a key that is left out otherwise."""
    found = yes_no(node, ctx)
    if found is False:
        ctx.fault("wrong_shape", node.source, "`true` belongs here, or the key is left out.")
    return found or None


def count(node: Node, ctx: Context) -> int | None:
    """Reads a whole number from 0."""
    if isinstance(node, Scalar) and _OLD_NUMBER.match(node.text):
        sentence_ = f"{shown(node)} is read differently by different readers of YAML"
        ctx.fault("wrong_type", node.source, f"{sentence_}; write the number in plain digits.")
        return None
    if isinstance(node, Scalar) and type(node.value) is int and 0 <= node.value <= MOST:
        return node.value
    said = f"{shown(node)} is not a whole number from 0.{_unquoted(node)}"
    ctx.fault("wrong_type", node.source, said)
    return None


def _unquoted(node: Node) -> str:
    """What to write for a value that is a text by its quotes alone."""
    if isinstance(node, Scalar) and isinstance(node.value, str) and resolve(node.text) != node.text:
        return f" The quotes make it a text; write `{node.text[:60]}` without them."
    return ""


def number(node: Node, ctx: Context) -> int | None:
    """Reads a number with at most six decimals, as millionths."""
    if isinstance(node, Scalar) and NUMBER.match(node.text):
        return int(Decimal(node.text).scaleb(6))
    said = f"{shown(node)} is not a number with at most six decimals."
    ctx.fault("wrong_type", node.source, said)
    return None


def percent(node: Node, ctx: Context) -> int | None:
    """Reads `15%` as millionths."""
    if isinstance(node, Scalar) and (match := PERCENT.match(node.text.strip())):
        return int(Decimal(match[1]).scaleb(4))
    bare = isinstance(node, Scalar) and type(node.value) in (int, float)
    hint = f" Write `{shown(node)[1:-1]}%`." if bare else ""
    code = "bare_number" if bare else "wrong_type"
    ctx.fault(code, node.source, f"{shown(node)} is not a percentage such as `15%`.{hint}")
    return None


def length(node: Node, ctx: Context) -> Length | None:
    """Reads a length such as `30 days`."""
    if isinstance(node, Scalar) and type(node.value) is int:
        said = f"{shown(node)} has no unit; write `{node.text[:30]} days`, say."
        ctx.fault("bare_number", node.source, said)
        return None
    return _parsed(parse_length, node, "A length such as `30 days`", ctx)


def day(node: Node, ctx: Context) -> int | None:
    """Reads a date as an ordinal."""
    return _parsed(parse_day, node, "A date such as `2025-01-31`", ctx)


def money(node: Node, ctx: Context) -> int | None:
    """Reads `USD 15.00` in the policy's currency, as minor units from 0."""
    if isinstance(node, Scalar) and type(node.value) in (int, float):
        said = f"{shown(node)} has no currency; write `{ctx.currency} {node.text[:30]}`."
        ctx.fault("bare_number", node.source, said)
        return None
    parse = partial(parse_money, example=ctx.currency)
    found = _parsed(parse, node, f"Money such as `{Money(1500, ctx.currency)}`", ctx)
    if found is None:
        return None
    if ctx.currency_known and found.currency != ctx.currency:
        said = f"{shown(node)} is not in {ctx.currency}, the currency of this policy."
        ctx.fault("other_currency", node.source, said)
        return None
    if found.minor < 0:
        ctx.fault("negative_money", node.source, f"{shown(node)} is below zero.")
        return None
    return found.minor


def shown(node: Node) -> str:
    """Formats a node for a sentence: its text in backticks, or what kind of node it is."""
    if not isinstance(node, Scalar):
        return node.kind
    return f"`{node.text[:60]}`" if node.text else "nothing"


def _parsed(parse: Callable[[str], _T], node: Node, what: str, ctx: Context) -> _T | None:
    if not isinstance(node, Scalar):
        ctx.fault("wrong_type", node.source, f"{what} belongs here, not {node.kind}.")
        return None
    try:
        return parse(node.text.strip())
    except ValueError as error:
        ctx.fault("wrong_type", node.source, str(error))
        return None


NUMBERS: Final[dict[FactType, Callable[[Node, Context], int | None]]] = {
    FactType.COUNT: count,
    FactType.NUMBER: number,
    FactType.PERCENT: percent,
    FactType.MONEY: money,
    FactType.DATE: day,
}
"""The reader of each type whose values have an order, as comparable integers."""
