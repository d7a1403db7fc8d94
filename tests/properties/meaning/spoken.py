"""Reads the words that describe a region, and tells whether a return lies in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final

from engine.dates import parse_day
from engine.money import Rounding, parse_money, share
from engine.policy.model import Policy
from tests.properties.meaning.spoken_dates import UNITS, Dates, NoDate

Given = Mapping[str, object]

_SIGNED: Final = re.compile(
    r"(.+?) is (less than|at most|the same as|at least|more than|not the same as) "
    r"((?:[a-z(]|[\d.]+% of ).*)\Z"
)
_SIGNS: Final[dict[str, Callable[[Decimal], bool]]] = {
    "less than": lambda more: more < 0,
    "at most": lambda more: more <= 0,
    "the same as": lambda more: more == 0,
    "at least": lambda more: more >= 0,
    "more than": lambda more: more > 0,
    "not the same as": lambda more: more != 0,
}


class Unread(AssertionError):
    """A phrase that a reader could not check on a return."""


def holds(phrase: str, given: Given, policies: Sequence[Policy]) -> bool | None:
    """Whether a phrase is true of a return; None if it says "some"."""
    if match := re.fullmatch(r"(\w+) (has|lacks) (\w+)", phrase):
        there = given[match[1]]
        assert isinstance(there, list)
        return (match[3] in there) == (match[2] == "has")
    name, _, said = phrase.partition(" is ")
    if said in ("known", "null"):
        return (given[name] is None) == (said == "null")
    dates = Dates(given, policies)
    with suppress(NoDate):
        return _of_dates(dates.read(name), said, dates)
    with suppress(NoDate):
        days = dates.days(name)
        return days is not None and any(_long(each, days) for each in said.split(" or "))
    return _of_value(phrase, given)


def _of_value(phrase: str, given: Given) -> bool | None:
    """Whether a phrase about words or amounts is true."""
    if match := _SIGNED.fullmatch(phrase):
        return _SIGNS[match[2]](_worth(match[1], given) - _worth(match[3], given))
    name, _, said = phrase.partition(" is ")
    value = given.get(name, "USD ")
    if value is None or isinstance(value, bool):
        return _of_words(said, {None: "null", True: "true", False: "false"}[value])
    if isinstance(value, str) and not re.match(r"[A-Z]{3} |-?[\d.]+%?\Z", value):
        return _of_words(said, value)
    return _of_numbers(said, _worth(name, given))


def _of_words(said: str, word: str) -> bool:
    if match := re.fullmatch(r"(null, or|known and) not (.*)", said):
        if word == "null":
            return match[1] == "null, or"
        return word not in re.split(r", | or ", match[2])
    if said == "known":
        return word != "null"
    return word in re.split(r", | or ", said)


def _of_numbers(said: str, number: Decimal) -> bool | None:
    sure, some, rest = said.partition(", or of ")
    if any(_within(each, number) for each in sure.split(" or ")):
        return True
    if some:
        bands = rest.removesuffix(" some, by how each is rounded").split(" and ")
        return None if any(_within(each, number) for each in bands) else False
    return False


def _within(said: str, number: Decimal) -> bool:
    if said == "anything":
        return True
    if " and " in said:
        return all(_within(each, number) for each in said.split(" and "))
    if match := re.fullmatch(r"(at most|at least|more than|less than) (.+)", said):
        return _SIGNS[match[1]](number - _plain(match[2]))
    low, _, high = said.partition(" to ")
    return _plain(low) <= number <= _plain(high or low)


# --- dates ----------------------------------------------------------------------------------------


def _of_dates(one: int | None, said: str, dates: Dates) -> bool:
    if said.startswith("not "):
        return one is not None and not _of_dates(one, said.removeprefix("not "), dates)
    parts = said.split(" or ")
    for at, part in reversed(list(enumerate(parts[:-1]))):
        if re.fullmatch(r"(at (most|least) |more than |less than )?[\d]+( \w+)?( to .*)?", part):
            tail = re.search(r" (after|before) .*", parts[at + 1])
            parts[at] = f"{part}{tail[0] if tail else ''}"
    return any(_of_date(one, part, dates) for part in parts)


def _of_date(one: int | None, said: str, dates: Dates) -> bool:
    for form, fits in _AFTER.items():
        if match := re.fullmatch(form, said):
            other = dates.read(match[match.lastindex or 1])
            return one is not None and other is not None and fits(one - other, *match.groups())
    low, _, high = said.partition(" to ")
    return one is not None and parse_day(low) <= one <= parse_day(high or low)


def _long(said: str, length: int) -> bool:
    if match := re.fullmatch(r"(at most|at least|more than|less than) (.+)", said):
        return _SIGNS[match[1]](Decimal(length - _span(match[2])))
    low, _, high = said.partition(" to ")
    if high and low.isdecimal():
        low = f"{low} {high.split()[1]}"
    return _span(low) <= length <= _span(high or low)


def _span(said: str) -> int:
    match = re.fullmatch(r"(\d+) (day|hour|minute|second)s?", said)
    if match is None:
        raise Unread(said)
    return int(match[1]) * UNITS.get(match[2], 1)


_AFTER: Final[Mapping[str, Callable[..., bool]]] = {
    r"no later than (.*)": lambda more, *_: more <= 0,
    r"no earlier than (.*)": lambda more, *_: more >= 0,
    r"the same as (.*)": lambda more, *_: more == 0,
    r"from (.*?) before to (.*?) after (.*)": lambda more, low, high, _: (
        -_span(low) <= more <= _span(high)
    ),
    r"(.*?) (after|before) (.*)": lambda more, said, way, _: _long(
        said, more if way == "after" else -more
    ),
}
"""How the words for the time between two look, and what reads each kind."""


# --- amounts --------------------------------------------------------------------------------------


def _worth(said: str, given: Given) -> Decimal:
    """A sum of facts, numbers and shares of facts, from left to right."""
    total, sign = Decimal(0), 1
    for part in re.split(r" ([+-]) ", said):
        if part in ("+", "-"):
            sign = 1 if part == "+" else -1
        elif match := re.fullmatch(r"([\d.]+)% of (\w+)", part):
            millionths = int(Decimal(match[1]) * 10_000)
            cents = int(_plain(given[match[2]]) * 100)
            total += sign * Decimal(share(cents, millionths, Rounding.HALF_UP)) / 100
        elif part in given:
            total += sign * _plain(given[part])
        else:
            total += sign * _plain(part)
    return total


def _plain(value: object) -> Decimal:
    """An amount, a count, a number or a percentage."""
    text = str(value)
    if re.match(r"[A-Z]{3} ", text):
        return Decimal(parse_money(text).minor) / 100
    if not re.fullmatch(r"-?[\d.]+%?", text):
        raise Unread(text)
    return Decimal(text.removesuffix("%"))
