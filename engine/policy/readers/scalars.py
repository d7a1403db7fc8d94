"""Reads single values: texts, words, numbers, lengths, days, percents and money."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final, TypeGuard, TypeVar

from engine.dates import Length, parse_day, parse_length
from engine.money import Money, parse_money
from engine.policy.context import Context, Unreadable
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


def text(node: Node, _ctx: Context) -> str:
    """Reads a sentence or a title."""
    if not isinstance(node, Scalar):
        raise _wrong_type(node, f"A text belongs here, not {node.kind}.")
    if node.value is None or not node.text.strip():
        raise _wrong_type(node, "The text is missing here.")
    if len(node.text) > LONGEST_TEXT:
        raise Unreadable("too_long", node.source, "This text is longer than 2,000 characters.")
    return node.text


def sentence(node: Node, ctx: Context) -> str:
    """Reads a text in which `<last_day>` and the like stand for values that the policy knows."""
    said = text(node, ctx)
    for name in _PLACEHOLDER.findall(said) if "<" in said else ():
        known = ctx.placeholders()
        if name not in known:
            hint = ctx.nearest(name, known) or " Write a fact, or `<last_day>` of a deadline."
            ctx.fault("unknown_placeholder", node.source, f"`<{name}>` stands for nothing.{hint}")
    return said


def word(node: Node, _ctx: Context) -> str:
    """Reads any one word, or a few that form one name."""
    if is_said(node) and WORD.match(node.text) and node.text[-1] != " ":
        return node.text
    raise _wrong_type(node, f"A word belongs here, not {shown(node)}.")


def words(node: Node, ctx: Context) -> tuple[str, ...]:
    """Reads a list of any words."""
    items = ctx.items_of(node, "This")
    if len(items) > _MOST_WORDS:
        ctx.fault("too_large", node.source, f"More than {_MOST_WORDS:,} words in one list.")
        return ()
    return ctx.each(word, items)


def identifier(node: Node, _ctx: Context) -> str:
    """Reads an id: letters, digits and `-_.:/`."""
    if is_said(node) and IDENTIFIER.match(node.text):
        return node.text
    raise _wrong_type(node, "An id belongs here: letters, digits, `-`, `_`, `.`, `/`; at most 80.")


def yes_no(node: Node, _ctx: Context) -> bool:
    """Reads `true` or `false`."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    old = _OLD_WORDS.get(node.text.lower()) if isinstance(node, Scalar) else None
    hint = f" YAML 1.2 reads it as a word; write `{old}`." if old else ""
    raise _wrong_type(node, f"{shown(node)} is not `true` or `false`.{hint or _unquoted(node)}")


def only_true(node: Node, ctx: Context) -> bool:
    """Reads `true` for a key that is left out otherwise."""
    if not yes_no(node, ctx):
        said = "`true` belongs here, or the key is left out."
        raise Unreadable("wrong_shape", node.source, said)
    return True


def count(node: Node, _ctx: Context) -> int:
    """Reads a whole number from 0."""
    if isinstance(node, Scalar) and _OLD_NUMBER.match(node.text):
        said = f"{shown(node)} is read differently by different readers of YAML"
        raise _wrong_type(node, f"{said}; write the number in plain digits.")
    if isinstance(node, Scalar) and type(node.value) is int and 0 <= node.value <= MOST:
        return node.value
    raise _wrong_type(node, f"{shown(node)} is not a whole number from 0.{_unquoted(node)}")


def _unquoted(node: Node) -> str:
    """What to write for a value that is a text by its quotes alone."""
    if isinstance(node, Scalar) and isinstance(node.value, str) and resolve(node.text) != node.text:
        return f" The quotes make it a text; write `{node.text[:60]}` without them."
    return ""


def number(node: Node, _ctx: Context) -> int:
    """Reads a number with at most six decimals, as millionths."""
    if isinstance(node, Scalar) and NUMBER.match(node.text):
        return int(Decimal(node.text).scaleb(6))
    raise _wrong_type(node, f"{shown(node)} is not a number with at most six decimals.")


def percent(node: Node, _ctx: Context) -> int:
    """Reads `15%` as millionths."""
    if isinstance(node, Scalar) and (match := PERCENT.match(node.text.strip())):
        return int(Decimal(match[1]).scaleb(4))
    said = f"{shown(node)} is not a percentage such as `15%`."
    if isinstance(node, Scalar) and type(node.value) in (int, float):
        raise Unreadable("bare_number", node.source, f"{said} Write `{shown(node)[1:-1]}%`.")
    raise _wrong_type(node, said)


def length(node: Node, _ctx: Context) -> Length:
    """Reads a length such as `30 days`."""
    if isinstance(node, Scalar) and type(node.value) is int:
        said = f"{shown(node)} has no unit; write `{node.text[:30]} days`, say."
        raise Unreadable("bare_number", node.source, said)
    return _parsed(parse_length, node, "A length such as `30 days`")


def day(node: Node, _ctx: Context) -> int:
    """Reads a date as an ordinal."""
    return _parsed(parse_day, node, "A date such as `2025-01-31`")


def money(node: Node, ctx: Context) -> int:
    """Reads `USD 15.00` in the policy's currency, as minor units from 0."""
    if isinstance(node, Scalar) and type(node.value) in (int, float):
        said = f"{shown(node)} has no currency; write `{ctx.currency} {node.text[:30]}`."
        raise Unreadable("bare_number", node.source, said)
    parse = partial(parse_money, example=ctx.currency)
    found = _parsed(parse, node, f"Money such as `{Money(1500, ctx.currency)}`")
    if ctx.currency_known and found.currency != ctx.currency:
        said = f"{shown(node)} is not in {ctx.currency}, the currency of this policy."
        raise Unreadable("other_currency", node.source, said)
    if found.minor < 0:
        raise Unreadable("negative_money", node.source, f"{shown(node)} is below zero.")
    return found.minor


def shown(node: Node) -> str:
    """Formats a node for a sentence: its text in backticks, or what kind of node it is."""
    if not isinstance(node, Scalar):
        return node.kind
    return f"`{node.text[:60]}`" if node.text else "nothing"


def _parsed(parse: Callable[[str], _T], node: Node, what: str) -> _T:
    if not isinstance(node, Scalar):
        raise _wrong_type(node, f"{what} belongs here, not {node.kind}.")
    try:
        return parse(node.text.strip())
    except ValueError as error:
        raise _wrong_type(node, str(error)) from None


def _wrong_type(node: Node, sentence: str) -> Unreadable:
    return Unreadable("wrong_type", node.source, sentence)


NUMBERS: Final[dict[FactType, Callable[[Node, Context], int]]] = {
    FactType.COUNT: count,
    FactType.NUMBER: number,
    FactType.PERCENT: percent,
    FactType.MONEY: money,
    FactType.DATE: day,
}
"""The reader of each type whose values have an order, as comparable integers."""
