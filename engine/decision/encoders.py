"""Reads a sent value by the type of its fact, and writes it to the slots of a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final

from engine.dates import day_of_instant, is_instant, parse_day, parse_instant
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts
from engine.decision.slots import Slots
from engine.errors import RequestFault, encodable
from engine.money import LIMIT, Money, parse_money
from engine.policy.faults import nearest
from engine.policy.vocabulary import DIGITS, MOST_COUNTED, Fact, FactType

Encoder = Callable[[object, Facts], None]
"""Writes a value to its slots; raises `RequestFault` for one that cannot be right."""

Reader = Callable[[object], int]
"""Returns the integer of a value that has one slot; raises `RequestFault`."""

_MOST_WORDS: Final = 200
_MOST_DATES: Final = 16_384
_NUMBER = re.compile(rf"-?[0-9]{{1,{DIGITS}}}(?:\.[0-9]{{1,6}})?%?\Z")


def encoder_of(fact: Fact, slots: Slots) -> Encoder:
    """Returns the encoder of a fact."""
    special = {FactType.DATE: _date, FactType.SET: _set, FactType.WORD: _word}
    if fact.type in special:
        return special[fact.type](fact, slots)
    read, read_some = reader_of(fact, slots), _some(fact, slots)
    slot = slots.numbers[fact.name]

    def encode(value: object, facts: Facts) -> None:
        facts.values[slot] = read(value)

    def encode_counted(value: object, facts: Facts) -> None:
        """Encodes a count, plain or with its provenance; `ahead` is added if it was sent."""
        if not isinstance(value, Mapping):
            encode(value, facts)
            return
        facts.values[slot] = read_some(value.get("counted"))
        if "ahead" in value:
            ahead = read_some(value["ahead"])
            facts.ahead = {**facts.ahead, fact.name: ahead}
            facts.values[slot] += ahead

    return encode if fact.own_counter is None else encode_counted


def check_readable(fact: Fact, value: object, currency: str = "") -> None:
    """Raises `RequestFault` for a value of a fact of the language that no policy reads.

    `currency` is that of the order that says it; without it, money may be in any. Words of closed
    lists are left to the policies: each has its own.
    """
    if value is None:
        return
    if fact.type is FactType.SET:
        _words(fact, value)
    elif fact.type is FactType.WORD:
        _text(fact, value)
    elif fact.type is FactType.DATE:
        _day_of(fact, value, days_in("UTC"))
    else:
        known = currency or (_parsed(fact, value, "USD").currency if _is_money(fact) else "")
        _read_in(known, fact)(fact, value)


def _is_money(fact: Fact) -> bool:
    return fact.type is FactType.MONEY


def reader_of(fact: Fact, slots: Slots) -> Reader:
    """Returns the reader of a fact that is no date, no set and no word."""
    read = _some(fact, slots)
    return lambda value: ABSENT if value is None else read(value)


def _some(fact: Fact, slots: Slots) -> Reader:
    return partial(_read_in(slots.policy.currency, fact), fact)


def _read_in(currency: str, fact: Fact) -> Callable[[Fact, object], int]:
    """Returns the reader of a fact's type; money has to be in `currency`."""
    return {
        FactType.MONEY: _money_reader(currency),
        FactType.COUNT: _count,
        FactType.YES_NO: _yes_no,
    }.get(fact.type, _number)


def other_word(fact: Fact, slots: Slots) -> Reader:
    """Returns a reader of words: 0 for a word without a number; `UnknownWord` if the list of words
    is closed."""
    codes = slots.codes(fact.name)
    closed = fact.words is not None and not fact.open

    def read(value: object) -> int:
        if value is None:
            return ABSENT
        word = _text(fact, value)
        if closed and word not in codes:
            raise UnknownWord(word)
        return codes.get(word, 0)

    return read


def _word(fact: Fact, slots: Slots) -> Encoder:
    read, slot = other_word(fact, slots), slots.numbers[fact.name]

    def encode(value: object, facts: Facts) -> None:
        try:
            facts.values[slot] = read(value)
        except UnknownWord as unknown:
            facts.values[slot] = 0
            facts.unknown_words += ((fact.name, *unknown.told(fact)),)

    return encode


class UnknownWord(Exception):
    """A word that is not in the closed list of words of a fact."""

    def told(self, fact: Fact) -> tuple[str, str]:
        """Returns the word, and a hint at the word that may have been meant."""
        word = str(self)
        return word, nearest(word, fact.words or ())


def _set(fact: Fact, slots: Slots) -> Encoder:
    read = set_reader(fact, slots)

    def encode(value: object, facts: Facts) -> None:
        for word in read(value, facts.values):
            facts.unknown_words += ((fact.name, word, nearest(word, fact.words or ())),)

    return encode


def set_reader(fact: Fact, slots: Slots) -> Callable[[object, list[int]], list[str]]:
    """Returns a function that writes 1 or 0 for each word of a set that the policy names.

    It returns the words that the policy does not know. `lacking` also writes 0 for the evidence
    that it names; `evidence` overwrites that only for words that it names itself.
    """
    slot = slots.numbers[fact.name]
    members = slots.starting(f"{fact.name}#")
    evidence = slots.starting("evidence#")
    legal = frozenset(fact.words) if fact.words is not None and not fact.open else None

    def read(value: object, values: list[int]) -> list[str]:
        found = _words(fact, value)
        values[slot] = 1
        for word, member in members:
            if word in found or fact.name != "evidence" or values[member] == UNKNOWN:
                values[member] = int(word in found)
        for word, member in evidence if fact.name == "lacking" else ():
            if word in found:
                values[member] = 0
        return sorted(found - legal) if legal is not None else []

    return read


class Days(dict[str | None, tuple[int, int]]):
    """Day (an ordinal) and moment (seconds since 1970 UTC) of each date, by its text.

    The moment of a date without a time is `UNKNOWN`. Raises `ValueError` for text that is no date.
    """

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def __missing__(self, text: str | None) -> tuple[int, int]:
        if text is None:
            return ABSENT, ABSENT
        if is_instant(text):
            moment = parse_instant(text)
            found = day_of_instant(moment, self._zone), moment
        else:
            found = parse_day(text), UNKNOWN
        if len(self) >= _MOST_DATES:
            self.clear()
        self[text] = found
        return found


@lru_cache(maxsize=256)
def days_in(zone: str) -> Days:
    """Returns the parsed dates of a time zone, shared by all policies in it."""
    return Days(zone)


def _date(fact: Fact, slots: Slots) -> Encoder:
    slot = slots.numbers[fact.name]
    moment = slots.numbers[f"{fact.name}@"]
    days = days_in(slots.policy.time_zone)

    def encode(value: object, facts: Facts) -> None:
        facts.values[slot], facts.values[moment] = _day_of(fact, value, days)

    return encode


def _day_of(fact: Fact, value: object, days: Days) -> tuple[int, int]:
    if isinstance(value, datetime | date):
        value = value.isoformat()
    text = value if value is None or isinstance(value, str) else _text(fact, value)
    try:
        return days[text]
    except ValueError as error:
        raise RequestFault("wrong_date", str(error), fact.name) from None


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
    least = fact.ends[0]
    if type(value) is not int or not least <= value <= MOST_COUNTED:
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
    """Returns millionths; the percentage `15%` is 150,000."""
    plain = isinstance(value, int | float | str | Decimal) and not isinstance(value, bool)
    short = plain and not (isinstance(value, int) and abs(value) > LIMIT)
    text = str(value) if short else ""
    percent = fact.type is FactType.PERCENT
    if not _NUMBER.match(text) or (text.endswith("%") and not percent):
        more = ", as in `15%`" if percent else ""
        said = f"`{fact.name}` is a number with at most six decimals{more}."
        raise RequestFault("wrong_number", said, fact.name)
    return int(Decimal(text.rstrip("%")).scaleb(4 if percent else 6))
