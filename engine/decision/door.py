"""The door for facts: checks what a request sends and turns it into the integers of a policy.

Wrong values are errors with a code and a path; a word that the policy does not know is not an
error but a question back (`ask`). What was not sent stays unknown, never zero or false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from engine.dates import day_of_instant, is_instant, parse_day, parse_instant
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts
from engine.decision.slots import Slots
from engine.errors import RequestFault
from engine.money import LIMIT, Money, parse_money
from engine.policy.faults import nearest
from engine.policy.vocabulary import Fact, FactType

_MOST_WORDS = 200
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?%?\Z")
_MAY_BE_NEGATIVE = ("price_difference",)


class _Slots(NamedTuple):
    """Where the facts stand from which others follow; a date's moment stands one after it."""

    ordered: int
    requested: int
    delivered: int
    request_sent: int
    now: int
    quantity: int
    quantity_ordered: int
    unit_price: int
    item_price: int
    return_value: int


Encoder = Callable[[object, "Facts"], None]


class Door:
    """Encodes requests for the slots of one policy; made once, then only read."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._facts = slots.policy.facts
        self._members = _members(slots)
        self._encoders = {name: self._encoder(fact) for name, fact in self._facts.items()}
        self._since = [(slot, slots.numbers[name]) for name, slot in slots.starting("days_since.")]
        self._at = _Slots(**{name: slots.numbers[name] for name in _Slots._fields})
        self._blank = self._made_blank()

    def enter(self, given: Mapping[str, object]) -> Facts:
        """The facts of one line; raises `RequestFault` for a value that cannot be right."""
        facts = Facts(self._blank.copy(), dict(given), self._slots)
        encoders = self._encoders
        for name, value in given.items():
            if name not in encoders:
                said = str(name)[:60]
                hint = nearest(said, self._facts)
                raise RequestFault("unknown_fact", f"There is no fact `{said}`.{hint}", said)
            encoders[name](value, facts)
        if "evidence" in given and "lacking" in given:
            self._open_evidence(facts)
        self._derive(facts)
        return facts

    # --- what follows from what was sent ----------------------------------------------------------

    def _derive(self, facts: Facts) -> None:
        values = facts.values
        at = self._at
        ordered, requested, delivered = (
            values[at.ordered],
            values[at.requested],
            values[at.delivered],
        )
        for slot, moment in ((at.request_sent, at.request_sent + 1), (at.now, at.now + 1)):
            if values[slot] == UNKNOWN:
                values[slot] = requested
                values[moment] = values[at.requested + 1]
        quantity = values[at.quantity]
        if values[at.item_price] == UNKNOWN and values[at.unit_price] > ABSENT < quantity:
            values[at.item_price] = values[at.unit_price] * quantity
        if values[at.return_value] == UNKNOWN:
            values[at.return_value] = values[at.item_price]
        if ordered > ABSENT:
            if ABSENT < delivered < ordered:
                raise RequestFault(
                    "dates_reversed",
                    "The goods were delivered before they were ordered.",
                    "delivered",
                )
            if ABSENT < requested < ordered:
                raise RequestFault(
                    "dates_reversed",
                    "The return was requested before the goods were ordered.",
                    "requested",
                )
        if ABSENT < values[at.quantity_ordered] < quantity:
            raise RequestFault(
                "too_many_units",
                f"{quantity} units are to come back, but only "
                f"{values[at.quantity_ordered]} were ordered.",
                "quantity",
            )
        for slot, source in self._since:
            if requested > ABSENT and values[source] > ABSENT:
                values[slot] = requested - values[source]

    def _open_evidence(self, facts: Facts) -> None:
        """Where both lists are sent, what neither of them names is open, not lacking."""
        named = {*(facts.sent["evidence"] or ()), *(facts.sent["lacking"] or ())}
        for word, member in self._members.get("evidence", {}).items():
            if word not in named:
                facts.values[member] = UNKNOWN

    def _made_blank(self) -> list[int]:
        facts = Facts([UNKNOWN] * len(self._slots.numbers), {}, self._slots)
        for name, fact in self._facts.items():
            if fact.if_not_sent is not None:
                self._encoders[name](fact.if_not_sent, facts)
        return facts.values

    # --- one encoder per type ---------------------------------------------------------------------

    def _encoder(self, fact: Fact) -> Encoder:
        slot = self._slots.numbers[fact.name]
        if fact.type is FactType.DATE:
            return self._date(fact, slot)
        if fact.type is FactType.SET:
            return self._set(fact, slot)
        if fact.type is FactType.WORD:
            return self._word(fact, slot)
        read = {
            FactType.MONEY: self._money,
            FactType.COUNT: _count,
            FactType.YES_NO: _yes_no,
            FactType.NUMBER: _number,
            FactType.PERCENT: _number,
        }[fact.type]

        def encode(value: object, facts: Facts) -> None:
            facts.values[slot] = ABSENT if value is None else read(fact, value)

        return encode

    def _word(self, fact: Fact, slot: int) -> Encoder:
        closed = fact.words is not None and not fact.open
        codes = self._slots.codes(fact.name)

        def encode(value: object, facts: Facts) -> None:
            if value.__class__ is str and value in codes:
                facts.values[slot] = codes[value]
            elif value is None:
                facts.values[slot] = ABSENT
            else:
                word = _text(fact, value)
                if closed and word not in codes:
                    facts.unknown_words.append((fact.name, word, nearest(word, fact.words or ())))
                facts.values[slot] = codes.get(word, 0)

        return encode

    def _set(self, fact: Fact, slot: int) -> Encoder:
        def encode(value: object, facts: Facts) -> None:
            listed = [] if value is None else value
            if isinstance(listed, str) or not isinstance(listed, list | tuple | set | frozenset):
                raise RequestFault("wrong_type", f"`{fact.name}` is a list of words.", fact.name)
            if len(listed) > _MOST_WORDS:
                raise RequestFault(
                    "too_many_words", f"`{fact.name}` has more than {_MOST_WORDS} words.", fact.name
                )
            found = {_text(fact, item) for item in listed}
            if fact.words is not None and not fact.open:
                for word in sorted(found - set(fact.words)):
                    facts.unknown_words.append((fact.name, word, nearest(word, fact.words)))
            facts.values[slot] = 1
            for word, member in self._members.get(fact.name, {}).items():
                if word in found:
                    facts.values[member] = 1
                elif fact.name != "evidence" or facts.values[member] == UNKNOWN:
                    facts.values[member] = 0
            if fact.name == "lacking":
                for word, member in self._members.get("evidence", {}).items():
                    if word in found:
                        facts.values[member] = 0

        return encode

    def _date(self, fact: Fact, slot: int) -> Encoder:
        moment_slot = self._slots.numbers[f"{fact.name}@"]
        zone = self._slots.policy.time_zone

        def encode(value: object, facts: Facts) -> None:
            if value is None:
                facts.values[slot] = facts.values[moment_slot] = ABSENT
                return
            if isinstance(value, datetime | date):
                value = value.isoformat()
            try:
                text = value if value.__class__ is str else _text(fact, value)
                facts.values[slot], facts.values[moment_slot] = _date_of(text, zone)
            except ValueError as error:
                raise RequestFault("wrong_date", str(error), fact.name) from None

        return encode

    def _money(self, fact: Fact, value: object) -> int:
        currency = self._slots.policy.currency
        if isinstance(value, str):
            try:
                value = _money_of(value)
            except ValueError as error:
                raise RequestFault("wrong_money", str(error), fact.name) from None
        if not isinstance(value, Money):
            raise RequestFault(
                "wrong_money",
                f"`{fact.name}` is money; write a currency and an amount, as in "
                f"`{currency} 15.00`.",
                fact.name,
            )
        if value.currency != currency:
            raise RequestFault(
                "other_currency",
                f"`{fact.name}` is in {value.currency}, but the policy pays in {currency}.",
                fact.name,
            )
        if value.minor < 0 and fact.name not in _MAY_BE_NEGATIVE:
            raise RequestFault("negative_money", f"`{fact.name}` is below zero.", fact.name)
        if abs(value.minor) > LIMIT:
            raise RequestFault(
                "wrong_money",
                f"`{fact.name}` is larger than any amount that is handled.",
                fact.name,
            )
        return value.minor


@lru_cache(maxsize=16_384)
def _date_of(text: str, zone: str) -> tuple[int, int]:
    """The day and the moment of a date as it was sent; a date without a time has no moment."""
    if is_instant(text):
        moment = parse_instant(text)
        return day_of_instant(moment, zone), moment
    return parse_day(text), UNKNOWN


_money_of = lru_cache(maxsize=16_384)(parse_money)


def _members(slots: Slots) -> dict[str, dict[str, int]]:
    """The slots of the words of each set."""
    found: dict[str, dict[str, int]] = {}
    for name, slot in slots.numbers.items():
        fact, mark, word = name.partition("#")
        if mark:
            found.setdefault(fact, {})[word] = slot
    return found


def _text(fact: Fact, value: object) -> str:
    if isinstance(value, bool | int | float):
        value = str(value).lower()
    if not isinstance(value, str) or not value or len(value) > 200:
        raise RequestFault(
            "wrong_type", f"`{fact.name}` is a {fact.type}; this is not one.", fact.name
        )
    return value


def _count(fact: Fact, value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 13:
        value = int(value)
    if (
        type(value) is not int
        or not 0 <= value <= 10**12
        or (value == 0 and fact.name == "quantity")
    ):
        least = 1 if fact.name == "quantity" else 0
        raise RequestFault(
            "wrong_number", f"`{fact.name}` is a whole number from {least}.", fact.name
        )
    return value


def _yes_no(fact: Fact, value: object) -> int:
    if isinstance(value, str) and value in ("true", "false"):
        value = value == "true"
    if not isinstance(value, bool):
        raise RequestFault("wrong_type", f"`{fact.name}` is true or false.", fact.name)
    return int(value)


def _number(fact: Fact, value: object) -> int:
    text = (
        str(value)
        if isinstance(value, int | float | str | Decimal) and not isinstance(value, bool)
        else ""
    )
    if not _NUMBER.match(text) or (text.endswith("%") and fact.type is not FactType.PERCENT):
        raise RequestFault(
            "wrong_number",
            f"`{fact.name}` is a number with at most six decimals"
            f"{', as in 15%' if fact.type is FactType.PERCENT else ''}.",
            fact.name,
        )
    scale = 4 if fact.type is FactType.PERCENT else 6
    return int(Decimal(text.rstrip("%")).scaleb(scale))
