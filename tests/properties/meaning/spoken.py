"""Reads the words that describe a region, and tells whether a return lies in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from engine.dates import parse_day
from engine.money import Rounding, share

Given = Mapping[str, object]

_DATES: Final = re.compile(
    r"(\w+) is (.*?) ?(before|after|no later than|no earlier than|the day of) (\w+)\Z"
)
_SIGNED: Final = re.compile(
    r"(.+?) is (less than|at most|the same as|at least|more than|not the same as) "
    r"((?:[a-z(]|[\d.]+% of ).*)\Z"
)
_SIGNS: Final[dict[str, Callable[[int], bool]]] = {
    "less than": lambda more: more < 0,
    "at most": lambda more: more <= 0,
    "the same as": lambda more: more == 0,
    "at least": lambda more: more >= 0,
    "more than": lambda more: more > 0,
    "not the same as": lambda more: more != 0,
}


class Unread(AssertionError):
    """A phrase that a reader could not check on a return."""


def holds(phrase: str, given: Given) -> bool | None:
    """Whether a phrase is true of a return; None if it says "some"."""
    if match := re.fullmatch(r"(\w+) is (known|null)", phrase):
        return (given[match[1]] is None) == (match[2] == "null")
    if match := _DATES.fullmatch(phrase):
        return _of_dates(match[1], match[2], match[3], match[4], given)
    if match := _SIGNED.fullmatch(phrase):
        return _SIGNS[match[2]](_worth(match[1], given) - _worth(match[3], given))
    name, _, said = phrase.partition(" is ")
    value = given.get(name, "USD ")
    if value is None or isinstance(value, bool):
        return _of_words(said, {None: "null", True: "true", False: "false"}[value])
    if isinstance(value, str) and not value.startswith("USD "):
        return _of_words(said, value)
    return _of_numbers(said, _worth(name, given))


def _of_words(said: str, word: str) -> bool:
    other = said.startswith("not ")
    words = re.split(r", | or ", said.removeprefix("not "))
    return (word in words) is not other


def _of_numbers(said: str, number: int) -> bool | None:
    sure, some, rest = said.partition(", or of ")
    if any(_within(each, number) for each in sure.split(" or ")):
        return True
    if some:
        bands = rest.removesuffix(" some, by how each is rounded").split(" and ")
        return None if any(_within(each, number) for each in bands) else False
    return False


def _within(said: str, number: int) -> bool:
    if said == "anything":
        return True
    if match := re.fullmatch(r"at (most|least) (.+)", said):
        edge = _plain(match[2])
        return number <= edge if match[1] == "most" else number >= edge
    low, _, high = said.partition(" to ")
    return _plain(low) <= number <= _plain(high or low)


def _of_dates(later: str, said: str, how: str, earlier: str, given: Given) -> bool:
    if given[later] is None or given[earlier] is None:
        return False
    days = parse_day(str(given[later])) - parse_day(str(given[earlier]))
    if how in ("no later than", "no earlier than", "the day of"):
        return {"no later than": days <= 0, "no earlier than": days >= 0}.get(how, days == 0)
    days = -days if how == "before" else days
    parts = re.sub(r" days?", "", said).split(" or ")
    return any(_within(each, days) for each in parts)


def _worth(said: str, given: Given) -> int:
    """A sum of facts, numbers and shares of facts, from left to right."""
    total, sign = 0, 1
    for part in re.split(r" ([+-]) ", said):
        if part in ("+", "-"):
            sign = 1 if part == "+" else -1
        elif match := re.fullmatch(r"([\d.]+)% of (\w+)", part):
            millionths = int(Decimal(match[1]) * 10_000)
            total += sign * share(_plain(given[match[2]]), millionths, Rounding.HALF_UP)
        elif part in given:
            total += sign * _plain(given[part])
        else:
            total += sign * _plain(part)
    return total


def _plain(value: object) -> int:
    """An amount in cents, or a count."""
    text = str(value)
    if text.startswith("USD "):
        return int(Decimal(text.removeprefix("USD ")) * 100)
    if not re.fullmatch(r"-?\d+", text):
        raise Unread(text)
    return int(text)
