"""The facts of a return as a graph takes them, read from what was sent and not from the decider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.meaning.lowering.words import Book
from engine.meaning.values import ABSENT
from engine.money import parse_money
from engine.policy.model import Policy
from engine.policy.vocabulary import Fact, FactType


def encoded(policy: Policy, book: Book, given: Mapping[str, object]) -> dict[str, int]:
    """Numbers by fact; a date's moment is `NAME@`, a word of a set `NAME#word`.

    That it is no day now is as if nothing was sent: today is always some day.
    """
    defaults = {n: f.if_not_sent for n, f in policy.facts.items() if f.if_not_sent is not None}
    found: dict[str, int] = {}
    sent = {n: value for n, value in given.items() if (n, value) != ("now", None)}
    for name, value in {**defaults, **sent}.items():
        found |= _fact(policy, policy.facts[name], value, book)
    return found


def _fact(policy: Policy, fact: Fact, value: object, book: Book) -> dict[str, int]:
    name = fact.name
    if fact.type is FactType.SET:
        there = set(value or ())  # type: ignore[call-overload]
        words = {*book.of.get(name, ()), *there}
        return {name: 1, **{f"{name}#{word}": int(word in there) for word in words}}
    if value is None:
        return {name: ABSENT, f"{name}@": ABSENT} if fact.type is FactType.DATE else {name: ABSENT}
    if fact.type is FactType.DATE:
        return _date(policy, name, str(value))
    return {name: _number(fact, value, book)}


def _date(policy: Policy, name: str, text: str) -> dict[str, int]:
    if len(text) == 10:
        return {name: date.fromisoformat(text).toordinal()}
    moment = datetime.fromisoformat(text)
    day = moment.astimezone(ZoneInfo(policy.time_zone)).date().toordinal()
    return {name: day, f"{name}@": int(moment.timestamp())}


def _number(fact: Fact, value: object, book: Book) -> int:
    if fact.type is FactType.WORD:
        return book.number(value) if value in book.of.get(fact.name, ()) else 0
    if fact.type is FactType.MONEY:
        return parse_money(str(value)).minor
    if fact.type in (FactType.NUMBER, FactType.PERCENT):
        scale = 10_000 if fact.type is FactType.PERCENT else 1_000_000
        return int(Decimal(str(value).rstrip("%")) * scale)
    return (
        {"true": 1, "false": 0}.get(str(value).lower(), 0)
        if fact.type is FactType.YES_NO
        else (
            int(value)  # type: ignore[call-overload]
        )
    )
