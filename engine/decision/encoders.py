"""Reads one sent value by the type of its fact and writes it to the slots of a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.dates import day_of_instant, is_instant, parse_day, parse_instant
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts
from engine.decision.slots import Slots
from engine.errors import RequestFault, encodable
from engine.money import LIMIT, Money, parse_money
from engine.policy.faults import nearest
from engine.policy.vocabulary import Fact, FactType

Encoder = Callable[[object, Facts], None]
"""Writes a value; raises `RequestFault` for one that cannot be right."""

_MOST_WORDS: Final = 200
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?%?\Z")


def encoder_of(fact: Fact, slots: Slots) -> Encoder:
    """The encoder of a fact."""
    special = {FactType.DATE: _date, FactType.SET: _set, FactType.WORD: _word}
    if fact.type in special:
        return special[fact.type](fact, slots)
    read: Callable[[Fact, object], int] = {
        FactType.MONEY: _money_reader(slots.policy.currency),
        FactType.COUNT: _count,
        FactType.YES_NO: _yes_no,
    }.get(fact.type, _number)
    slot = slots.numbers[fact.name]

    def encode(value: object, facts: Facts) -> None:
        facts.values[slot] = ABSENT if value is None else read(fact, value)

    def encode_counted(value: object, facts: Facts) -> None:
        """A count with its provenance; without `ahead` it is not complete yet."""
        if not isinstance(value, Mapping):
            encode(value, facts)
            return
        facts.values[slot] = read(fact, value.get("counted"))
        if "ahead" in value:
            facts.ahead[fact.name] = read(fact, value["ahead"])
            facts.values[slot] += facts.ahead[fact.name]

    return encode if fact.own_counter is None else encode_counted


def _word(fact: Fact, slots: Slots) -> Encoder:
    closed = fact.words is not None and not fact.open
    codes, slot = slots.codes(fact.name), slots.numbers[fact.name]

    def encode(value: object, facts: Facts) -> None:
        if isinstance(value, str) and value in codes:
            facts.values[slot] = codes[value]
        elif value is None:
            facts.values[slot] = ABSENT
        else:
            word = _text(fact, value)
            if closed and word not in codes:
                facts.unknown_words.append((fact.name, word, nearest(word, fact.words or ())))
            facts.values[slot] = codes.get(word, 0)

    return encode


def _set(fact: Fact, slots: Slots) -> Encoder:
    """A set writes 1 or 0 for each word that a policy names; evidence is read by its own rule."""
    slot = slots.numbers[fact.name]
    members = slots.starting(f"{fact.name}#")
    evidence = slots.starting("evidence#")
    legal = frozenset(fact.words) if fact.words is not None and not fact.open else None

    def encode(value: object, facts: Facts) -> None:
        found = _words(fact, value)
        for word in sorted(found - legal) if legal is not None else ():
            facts.unknown_words.append((fact.name, word, nearest(word, fact.words or ())))
        values = facts.values
        values[slot] = 1
        for word, member in members:
            if word in found or fact.name != "evidence" or values[member] == UNKNOWN:
                values[member] = int(word in found)
        for word, member in evidence if fact.name == "lacking" else ():
            if word in found:
                values[member] = 0

    return encode


def _date(fact: Fact, slots: Slots) -> Encoder:
    slot = slots.numbers[fact.name]
    moment = slots.numbers[f"{fact.name}@"]
    zone = slots.policy.time_zone

    def encode(value: object, facts: Facts) -> None:
        if value is None:
            facts.values[slot] = facts.values[moment] = ABSENT
            return
        if isinstance(value, datetime | date):
            value = value.isoformat()
        try:
            text = value if isinstance(value, str) else _text(fact, value)
            facts.values[slot], facts.values[moment] = _date_of(text, zone)
        except ValueError as error:
            raise RequestFault("wrong_date", str(error), fact.name) from None

    return encode


@lru_cache(maxsize=16_384)
def _date_of(text: str, zone: str) -> tuple[int, int]:
    """The day and the moment of a date as it was sent; a date without a time has no moment."""
    if is_instant(text):
        moment = parse_instant(text)
        return day_of_instant(moment, zone), moment
    return parse_day(text), UNKNOWN


_money_of = lru_cache(maxsize=16_384)(parse_money)


def _money_reader(currency: str) -> Callable[[Fact, object], int]:
    def read(fact: Fact, value: object) -> int:
        found = _parsed(fact, value, currency)
        if found.currency != currency:
            said = f"`{fact.name}` is in {found.currency}, but the policy pays in {currency}."
            raise RequestFault("other_currency", said, fact.name)
        if found.minor < 0 and not fact.signed:
            raise RequestFault("negative_money", f"`{fact.name}` is below zero.", fact.name)
        if abs(found.minor) > LIMIT:
            said = f"`{fact.name}` is larger than any amount that is handled."
            raise RequestFault("wrong_money", said, fact.name)
        return found.minor

    return read


def _parsed(fact: Fact, value: object, currency: str) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        said = f"`{fact.name}` is money; write it as in `{currency} 15.00`."
        raise RequestFault("wrong_money", said, fact.name)
    try:
        return _money_of(value)
    except ValueError as error:
        raise RequestFault("wrong_money", str(error), fact.name) from None


def _words(fact: Fact, value: object) -> set[str]:
    listed = [] if value is None else value
    if not isinstance(listed, list | tuple | set | frozenset):
        raise RequestFault("wrong_type", f"`{fact.name}` is a list of words.", fact.name)
    if len(listed) > _MOST_WORDS:
        said = f"`{fact.name}` has more than {_MOST_WORDS} words."
        raise RequestFault("too_many_words", said, fact.name)
    return {_text(fact, item) for item in listed}


def _text(fact: Fact, value: object) -> str:
    if isinstance(value, float | int) and -LIMIT <= value <= LIMIT:
        value = str(value).lower()
    if not isinstance(value, str) or not value or len(value) > 200 or not encodable(value):
        said = f"`{fact.name}` is a {fact.type}; this is not one."
        raise RequestFault("wrong_type", said, fact.name)
    return value


def _count(fact: Fact, value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 13:
        value = int(value)
    least = 1 if fact.name == "quantity" else 0
    if type(value) is not int or not least <= value <= 10**12:
        said = f"`{fact.name}` is a whole number from {least}."
        raise RequestFault("wrong_number", said, fact.name)
    return value


def _yes_no(fact: Fact, value: object) -> int:
    if isinstance(value, str) and value in ("true", "false"):
        return int(value == "true")
    if not isinstance(value, bool):
        raise RequestFault("wrong_type", f"`{fact.name}` is true or false.", fact.name)
    return int(value)


def _number(fact: Fact, value: object) -> int:
    """Millionths of a number; `15%` of a percentage is 150,000."""
    plain = isinstance(value, int | float | str | Decimal) and not isinstance(value, bool)
    short = plain and not (isinstance(value, int) and abs(value) > LIMIT)
    text = str(value) if short else ""
    percent = fact.type is FactType.PERCENT
    if not _NUMBER.match(text) or (text.endswith("%") and not percent):
        more = ", as in `15%`" if percent else ""
        said = f"`{fact.name}` is a number with at most six decimals{more}."
        raise RequestFault("wrong_number", said, fact.name)
    return int(Decimal(text.rstrip("%")).scaleb(4 if percent else 6))
