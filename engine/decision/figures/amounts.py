"""What an amount of a policy comes to, in minor units, with the working shown.

An amount is made into one function of the slots; each share is rounded once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from msgspec import Struct

from engine.decision.slots import Slots
from engine.meaning.code import NAMES, function_of
from engine.money import decimal_text, percent_text, share
from engine.policy.model import (
    Amount,
    Bounded,
    Each,
    Extreme,
    Fixed,
    FromFact,
    Percent,
    ToBeAssessed,
)


class Worth(Struct, frozen=True, gc=False):
    """An amount worked out: `minor` is None when it is open, and then `waits_for` says for what."""

    minor: int | None
    working: str
    waits_for: str | None = None


WorthOf = Callable[[list[int]], Worth]

_NAMES: Final = {
    **NAMES,
    "Worth": Worth,
    "share": share,
    "text": decimal_text,
    "max": max,
    "min": min,
}


def worth_of(amount: Amount, slots: Slots) -> WorthOf:
    """A function of the slots that works the amount out."""
    writer = _Writer(slots)
    found = writer.write(amount)
    return function_of("v", [*writer.lines, f"return Worth({found})"], writer.given, _NAMES)


def rate_of(amount: Amount) -> str | None:
    """The percentage of a fee that is a plain share of something, for people."""
    return percent_text(amount.millionths) if isinstance(amount, Percent) else None


class _Part(NamedTuple):
    """The names of variables: minor units, the working, and what they wait for."""

    minor: str
    working: str
    waits_for: str

    def __str__(self) -> str:
        return ", ".join(self)


class _Writer:
    """Writes the lines of a function that work an amount out, of its parts first."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self.lines: list[str] = []
        self.given: list[object] = []

    def write(self, amount: Amount) -> _Part:
        """The variables of an amount."""
        ways: dict[type, Callable[[Any], _Part]] = {
            Percent: self._percent,
            FromFact: self._of_fact,
            Each: self._each,
            Extreme: self._extreme,
            Bounded: self._bounded,
        }
        return ways.get(type(amount), self._constant)(amount)

    def _parameter(self, value: object) -> str:
        self.given.append(value)
        return f"p{len(self.given) - 1}"

    def _part(self, otherwise: str, *ways: tuple[str, str]) -> _Part:
        """A new part: the value of the first way whose condition holds."""
        number = len(self.lines)
        part = _Part(f"n{number}", f"w{number}", f"q{number}")
        texts = "".join(f"({value}) if {when} else " for when, value in ways)
        self.lines.append(f"{part} = {texts}({otherwise})")
        return part

    def _constant(self, amount: Fixed | ToBeAssessed | None) -> _Part:
        if isinstance(amount, ToBeAssessed):
            return self._part("None, 'to be assessed', 'to be assessed'")
        minor = 0 if amount is None else amount.money.minor
        working = "none" if amount is None else decimal_text(minor, self._slots.policy.currency)
        return self._part(f"{self._parameter(minor)}, {self._parameter(working)}, None")

    def _of_fact(self, amount: FromFact) -> _Part:
        name, currency = map(self._parameter, (amount.fact, self._slots.policy.currency))
        value = f"v[{self._slots.slot(amount.fact)}]"
        known = f"{value}, f'{{text({value}, {currency})}} ({{{name}}})', None"
        return self._part(f"None, {name}, {name}", (f"{value} > A", known))

    def _percent(self, amount: Percent) -> _Part:
        minor, working, waits_for = self.write(amount.of)
        rate = self._parameter(percent_text(amount.millionths))
        by = f"{self._parameter(amount.millionths)}, {self._parameter(self._slots.policy.rounding)}"
        open_ = f"None, f'{{{rate}}} of {{{working}}}', {waits_for}"
        known = f"share({minor}, {by}), f'{{{working}}} x {{{rate}}}', None"
        return self._part(known, (f"{minor} is None", open_))

    def _each(self, amount: Each) -> _Part:
        (minor, working, waits_for), name = self.write(amount.amount), self._parameter(amount.per)
        count = f"v[{self._slots.slot(amount.per)}]"
        open_ = f"None, f'{{{working}}} for each {{{name}}}', {waits_for} or {name}"
        known = f"{minor} * {count}, f'{{{working}}} x {{{count}}} ({{{name}}})', None"
        return self._part(known, (f"{minor} is None or {count} <= A", open_))

    def _extreme(self, amount: Extreme) -> _Part:
        name, takes = ("greater", "max") if amount.greatest else ("lesser", "min")
        return self._taken([*map(self.write, amount.parts)], takes, f"the {name} of ", " and ")

    def _bounded(self, amount: Bounded) -> _Part:
        found = self.write(amount.amount)
        for bound, takes, name in (
            (amount.at_least, "max", "at least"),
            (amount.at_most, "min", "at most"),
        ):
            if bound is not None:
                found = self._taken([found, self.write(bound)], takes, "", f", {name} ")
        return found

    def _taken(self, parts: list[_Part], takes: str, before: str, between: str) -> _Part:
        """One of several; the first that is open leaves it open."""
        working = between.join(f"{{{part.working}}}" for part in parts)
        known = f"{takes}({', '.join(part.minor for part in parts)}), f'{before}{working}', None"
        return self._part(known, *[(f"{part.minor} is None", str(part)) for part in parts])
