"""Reads the words for a day or a moment: `delivered + 5 business days`, `the end of requested`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.dates import add_length, day_of_instant, end_of_day, parse_day, parse_length
from engine.policy.model import Policy

UNITS: Final = {"second": 1, "minute": 60, "hour": 3_600}
_FORMS: Final = {
    r"(\d{4}-\d\d-\d\d)": "_day",
    r"(\w+)": "_fact",
    r"\((.*)\)": "read",
    r"the end of (.*?)(?: in (\S+))?": "_end_of",
    r"(\d+) (hour|minute|second)s? (after|before) (.*)": "_time_from",
    r"the (later|earlier) of (.*)": "_one_of",
    r"the day (?:of )?(.*?)(?: in (\S+))?": "_day_of",
    r"business day (\d+)(?: of (\S+))? from (.*) on": "_business",
    r"the first business day()(?: of (\S+))? from (.*) on": "_business",
}
"""How the words of a day or a moment look, and what reads each kind."""


class NoDate(ValueError):
    """Words for something else than a day or a moment."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads days as ordinals and moments as seconds, for one return under some policies."""

    given: Mapping[str, object]
    policies: Sequence[Policy]

    def read(self, said: str) -> int | None:
        """The day or moment; None if one of its dates is null."""
        parts = _terms(said)
        if len(parts) > 1:
            return self._sum(parts)
        for form, reader in _FORMS.items():
            if match := re.fullmatch(form, said):
                found: int | None = getattr(self, reader)(*match.groups())
                return found
        raise NoDate(said)

    def _day(self, said: str) -> int:
        return parse_day(said)

    def _end_of(self, said: str, zone: str | None) -> int | None:
        day = self.read(said)
        return None if day is None else end_of_day(day, self._zone(zone))

    def _time_from(self, count: str, unit: str, way: str, said: str) -> int | None:
        moment, more = self.read(said), int(count) * UNITS[unit]
        return None if moment is None else moment + (more if way == "after" else -more)

    def _one_of(self, which: str, said: str) -> int | None:
        return _either(which == "later", [self.read(each) for each in _two(said)])

    def _day_of(self, said: str, zone: str | None) -> int | None:
        moment = self.read(f"{said} in {zone}" if zone else said)
        return None if moment is None else day_of_instant(moment, self._zone(zone))

    def _sum(self, parts: list[tuple[str, str]]) -> int | None:
        """A day moved by lengths, one after the other."""
        day = self.read(parts[0][1])
        for sign, part in parts[1:]:
            if day is None:
                return None
            if part.startswith("("):
                more = self.days(part)
                day = None if more is None else day + (more if sign == "+" else -more)
            else:
                day = self._moved(day, sign, part)
        return day

    def _fact(self, name: str) -> int | None:
        if not any(name in p.facts and p.facts[name].type == "date" for p in self.policies):
            raise NoDate(name)
        value = self.given[name]
        return None if value is None else parse_day(str(value))

    def days(self, said: str) -> int | None:
        """A number of days; None if one of its dates is null."""
        parts = _terms(said)
        if len(parts) > 1:
            each = [self.days(part) for _, part in parts]
            signs = [-1 if sign == "-" else 1 for sign, _ in parts]
            return (
                None
                if None in each
                else sum(s * (d or 0) for s, d in zip(signs, each, strict=True))
            )
        if said.startswith("("):
            return self.days(said[1:-1])
        if match := re.fullmatch(r"the days from (\(.*?\)|.*?) to (.*)", said):
            begun, ended = (self.read(each) for each in match.groups())
            return None if begun is None or ended is None else ended - begun
        if match := re.fullmatch(r"the (greater|lesser) of (.*)", said):
            return _either(match[1] == "greater", [self.days(each) for each in _two(match[2])])
        if match := re.fullmatch(r"(\d+) days?", said):
            return int(match[1])
        raise NoDate(said)

    def _moved(self, day: int, sign: str, said: str) -> int:
        length, _, whose = said.partition(" of ")
        try:
            much = parse_length(length)
        except ValueError:
            raise NoDate(length) from None
        calendar = self._policy(whose).calendar
        return add_length(day, much, calendar, 1 if sign == "+" else -1)

    def _business(self, count: str, whose: str | None, begun: str) -> int | None:
        day, calendar = self.read(begun), self._policy(whose).calendar
        if day is None:
            return None
        return calendar.add_from(day, int(count)) if count else calendar.roll(day)

    def _policy(self, whose: str | None) -> Policy:
        """The policy that is named; without a name, both must have the same calendar."""
        if whose:
            return next(each for each in self.policies if each.reference == whose)
        return self.policies[0]

    def _zone(self, named: str | None) -> str:
        zones = {each.time_zone for each in self.policies}
        if named is None:
            assert len(zones) == 1, "the words do not say in which zone"
            return zones.pop()
        return named


def _terms(said: str) -> list[tuple[str, str]]:
    """The parts of a sum with their signs; what stands in brackets is one part."""
    depth, parts, begun = 0, list[tuple[str, str]](), 0
    sign = "+"
    for at, letter in enumerate(said):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if not depth and said[at : at + 3] in (" + ", " - "):
            parts.append((sign, said[begun:at]))
            sign, begun = said[at + 1], at + 3
    return [*parts, (sign, said[begun:])]


def _two(said: str) -> list[str]:
    """The two parts of `A and B`; a part that is more than a name or a number is in brackets."""
    parts = re.fullmatch(r"(\(.*?\)|[\w-]+(?: days?)?) and (.*)", said)
    if parts is None:
        raise NoDate(said)
    return list(parts.groups())


def _either(greatest: bool, values: list[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    if len(known) < len(values):
        return None
    return max(known) if greatest else min(known)
