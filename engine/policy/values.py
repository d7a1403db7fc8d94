"""Reads single values: words, lengths, money, percents, dates and amounts.

Each reader takes a node and the context, records a fault when the node is not what it must be, and
then returns None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from engine.dates import Length, parse_day, parse_length
from engine.money import parse_money
from engine.policy.context import Context
from engine.policy.faults import listed, nearest
from engine.policy.model import (
    Amount,
    Bounded,
    Each,
    Extreme,
    Fixed,
    FromFact,
    Percent,
    Pick,
    Start,
    StartDate,
    ToBeAssessed,
)
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import FactType

Reader = Callable[[Node, Context], object]

_PERCENT = re.compile(r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)%\Z")
_SHARE = re.compile(r"(\S+%) of (.+)\Z")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?\Z")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+&/-]{0,79}\Z")
_WORDY = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,120}\Z")


def text(node: Node, ctx: Context) -> str | None:
    """A sentence or a title."""
    if isinstance(node, Scalar) and node.text:
        if len(node.text) > 2000:
            ctx.fault("too_long", node.source, "This text is longer than 2,000 characters.")
            return None
        return node.text
    ctx.fault("wrong_type", node.source, f"A text belongs here, not {node.kind}.")
    return None


def word(node: Node, ctx: Context) -> str | None:
    """Any one word."""
    if isinstance(node, Scalar) and _WORDY.match(node.text) and node.text == node.text.strip():
        return node.text
    ctx.fault("wrong_type", node.source, "One word belongs here.")
    return None


def identifier(node: Node, ctx: Context) -> str | None:
    """An id: letters, digits and `-_.:/`."""
    if isinstance(node, Scalar) and _WORD.match(node.text):
        return node.text
    ctx.fault(
        "wrong_type",
        node.source,
        "An id belongs here: letters, digits, `-`, `_`, `.`, `/`; at most 80.",
    )
    return None


def one_of(known: Iterable[str], what: str) -> Reader:
    """A reader of one word of a closed list."""
    legal = tuple(known)

    def read(node: Node, ctx: Context) -> str | None:
        if isinstance(node, Scalar) and node.text in legal:
            return node.text
        shown = node.text[:60] if isinstance(node, Scalar) else node.kind
        hint = nearest(shown, legal) or f" Known: {listed(legal, 20)}."
        ctx.fault("unknown_word", node.source, f"`{shown}` is not {what}.{hint}")
        return None

    return read


def many_of(known: Iterable[str], what: str) -> Reader:
    """A reader of a list of words of a closed list."""
    read_one = one_of(known, what)

    def read(node: Node, ctx: Context) -> tuple[object, ...]:
        found = [read_one(item, ctx) for item in ctx.items_of(node, "This")]
        return tuple(item for item in found if item is not None)

    return read


def words(node: Node, ctx: Context) -> tuple[str, ...]:
    """A list of any words."""
    found = [word(item, ctx) for item in ctx.items_of(node, "This")]
    return tuple(item for item in found if item is not None)


def party(node: Node, ctx: Context) -> str | None:
    """A party, by name or by its role in this policy."""
    from engine.policy.words import PARTIES, ROLES

    if isinstance(node, Scalar) and node.text in ROLES:
        if node.text in ctx.parties:
            return ctx.parties[node.text]
        ctx.fault(
            "unknown_role",
            node.source,
            f"This policy has no `{node.text}`; name it under `parties`.",
        )
        return None
    found = one_of(PARTIES, "a party")(node, ctx)
    return found if isinstance(found, str) else None


def code(node: Node, ctx: Context) -> str | None:
    """A reason code, built in or declared under `codes`."""
    if isinstance(node, Scalar) and node.text == "from_deadline":
        return node.text
    found = one_of(ctx.codes, "a known code; declare your own under `codes`")(node, ctx)
    return found if isinstance(found, str) else None


def yes_no(node: Node, ctx: Context) -> bool | None:
    """`true` or `false`."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    said = f"`{node.text[:30]}`" if isinstance(node, Scalar) else node.kind
    ctx.fault("wrong_type", node.source, f"{said} is not `true` or `false`.")
    return None


def count(node: Node, ctx: Context) -> int | None:
    """A whole number from 0."""
    if isinstance(node, Scalar) and type(node.value) is int and 0 <= node.value <= 10**12:
        return node.value
    said = f"`{node.text[:30]}`" if isinstance(node, Scalar) else node.kind
    ctx.fault("wrong_type", node.source, f"{said} is not a whole number from 0.")
    return None


def length(node: Node, ctx: Context) -> Length | None:
    """`30 days`."""
    if isinstance(node, Scalar):
        if type(node.value) is int:
            ctx.fault(
                "bare_number",
                node.source,
                f"`{node.text[:30]}` has no unit; write `{node.text[:30]} days`, say.",
            )
            return None
        try:
            return parse_length(node.text)
        except ValueError as error:
            ctx.fault("wrong_type", node.source, str(error))
            return None
    ctx.fault(
        "wrong_type", node.source, f"A length such as `30 days` belongs here, not {node.kind}."
    )
    return None


def day(node: Node, ctx: Context) -> int | None:
    """A date as an ordinal."""
    if isinstance(node, Scalar):
        try:
            return parse_day(node.text)
        except ValueError as error:
            ctx.fault("wrong_type", node.source, str(error))
            return None
    ctx.fault(
        "wrong_type", node.source, f"A date such as `2025-01-31` belongs here, not {node.kind}."
    )
    return None


def percent(node: Node, ctx: Context) -> int | None:
    """`15%` as millionths."""
    if isinstance(node, Scalar) and (match := _PERCENT.match(node.text)):
        return int(Decimal(match[1]).scaleb(4))
    said = f"`{node.text[:30]}`" if isinstance(node, Scalar) else node.kind
    ctx.fault("wrong_type", node.source, f"{said} is not a percentage such as `15%`.")
    return None


def number(node: Node, ctx: Context) -> int | None:
    """A number with at most six decimals, as millionths."""
    if isinstance(node, Scalar) and _NUMBER.match(node.text):
        return int(Decimal(node.text).scaleb(6))
    said = f"`{node.text[:30]}`" if isinstance(node, Scalar) else node.kind
    ctx.fault("wrong_type", node.source, f"{said} is not a number with at most six decimals.")
    return None


def money(node: Node, ctx: Context) -> int | None:
    """`USD 15.00` in the policy's currency, as minor units from 0."""
    if not isinstance(node, Scalar):
        ctx.fault("wrong_type", node.source, f"Money such as `{ctx.currency} 15.00` belongs here.")
        return None
    if type(node.value) in (int, float):
        ctx.fault(
            "bare_number",
            node.source,
            f"`{node.text[:30]}` has no currency; write `{ctx.currency} {node.text[:30]}`.",
        )
        return None
    try:
        found = parse_money(node.text)
    except ValueError as error:
        ctx.fault("wrong_type", node.source, str(error))
        return None
    if found.currency != ctx.currency:
        ctx.fault(
            "other_currency",
            node.source,
            f"`{node.text}` is not in {ctx.currency}, the currency of this policy.",
        )
        return None
    if found.minor < 0:
        ctx.fault("negative_money", node.source, f"`{node.text}` is below zero.")
        return None
    return found.minor


def amount(node: Node, ctx: Context) -> Amount:
    """Any amount: `none`, money, a money fact, `15% of item_price`, `greater_of` and so on."""
    if isinstance(node, Map):
        return _composed(node, ctx)
    if not isinstance(node, Scalar):
        ctx.fault("wrong_type", node.source, f"An amount belongs here, not {node.kind}.")
        return None
    return _amount_text(node.text.strip(), node, ctx)


def start(node: Node, ctx: Context) -> Start | None:
    """Where a clock counts from: a date, or one of several."""
    if not isinstance(node, Map) or "date" in node.entries:
        entry = _start_date(node, ctx)
        return Start((entry,)) if entry else None
    picks = [pick for pick in Pick if pick is not Pick.ONLY and pick in node.entries]
    ctx.only_keys(node, [*Pick][1:] + ["date", "plus"], "`counted_from`")
    if len(picks) != 1:
        ctx.fault(
            "wrong_shape", node.source, "Write one of `first_known`, `later_of` and `earlier_of`."
        )
        return None
    found = [_start_date(item, ctx) for item in ctx.items_of(node.entries[picks[0]], picks[0])]
    dates = tuple(entry for entry in found if entry)
    return Start(dates, picks[0]) if dates else None


def date_fact(node: Node, ctx: Context) -> str | None:
    """The name of a date fact."""
    dates = [name for name, fact in ctx.facts.items() if fact.type is FactType.DATE]
    found = one_of(dates, "a date fact")(node, ctx)
    return found if isinstance(found, str) else None


def _start_date(node: Node, ctx: Context) -> StartDate | None:
    if not isinstance(node, Map):
        name = date_fact(node, ctx)
        return StartDate(name) if name else None
    ctx.only_keys(node, ("date", "plus"), "a start date")
    inner = node.get("date")
    name = date_fact(inner, ctx) if inner else None
    plus = length(node.entries["plus"], ctx) if "plus" in node.entries else None
    if plus and plus.on_clock:
        ctx.fault(
            "wrong_type",
            node.source,
            "`plus` moves a date; write it in days, weeks, months or years.",
        )
    return StartDate(name, plus) if name else None


def _amount_text(said: str, node: Node, ctx: Context) -> Amount:
    if said == "none":
        return None
    if said == "to_be_assessed":
        return ToBeAssessed()
    if match := _SHARE.match(said):
        millionths = percent(Scalar(source=node.source, text=match[1], value=match[1]), ctx)
        of = _amount_text(match[2].strip(), node, ctx)
        return Percent(millionths, of) if millionths is not None else None
    if re.match(r"[A-Z]{3} ", said) or re.match(r"-?[0-9]", said):
        plain = node.value if isinstance(node, Scalar) and node.text.strip() == said else said
        minor = money(Scalar(source=node.source, text=said, value=plain), ctx)
        from engine.money import Money

        return Fixed(Money(minor, ctx.currency)) if minor is not None else None
    known = [name for name, fact in ctx.facts.items() if fact.type is FactType.MONEY]
    known += [
        name
        for name, (fact, step) in ctx.derived.items()
        if fact.type is FactType.MONEY and step < ctx.step
    ]
    if said in known:
        return FromFact(said)
    ctx.fault(
        "unknown_amount",
        node.source,
        f"`{said[:60]}` is not an amount.{nearest(said, known)} Write "
        f"`none`, `{ctx.currency} 5.00`, `15% of item_price`, a money fact or `to_be_assessed`.",
    )
    return None


def _composed(node: Map, ctx: Context) -> Amount:
    keys = set(node.entries)
    for greatest, key in ((True, "greater_of"), (False, "lesser_of")):
        if keys == {key}:
            listed_ = node.entries[key]
            parts = (
                tuple(amount(item, ctx) for item in listed_.items)
                if isinstance(listed_, Items)
                else ()
            )
            if len(parts) < 2:
                ctx.fault(
                    "wrong_shape", node.source, f"`{key}` takes a list of two amounts or more."
                )
                return None
            return Extreme(greatest, parts)
    if keys == {"each", "per"}:
        counts = [name for name, fact in ctx.facts.items() if fact.type is FactType.COUNT]
        per = one_of(["unit", *counts], "`unit` or a count")(node.entries["per"], ctx)
        return Each(amount(node.entries["each"], ctx), "quantity" if per == "unit" else str(per))
    if "amount" in keys and keys <= {"amount", "at_least", "at_most"}:
        bounds = {key: amount(node.entries[key], ctx) for key in keys}
        return Bounded(bounds["amount"], bounds.get("at_least"), bounds.get("at_most"))
    ctx.fault(
        "wrong_shape",
        node.source,
        "An amount is one of `{greater_of: [..]}`, `{lesser_of: [..]}`, "
        "`{amount: .., at_least: .., at_most: ..}` and `{each: .., per: unit}`.",
    )
    return None
