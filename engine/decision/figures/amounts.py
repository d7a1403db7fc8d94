"""Works out the amounts of a policy in minor units, and shows the working.

Each amount is compiled into one function of the slots; each share is rounded once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from msgspec import Struct

from engine.decision.slots import Slots
from engine.meaning import code
from engine.meaning.code import function_of
from engine.money import CENTS, decimal_text, digits_of, percent_text, share
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
    """An amount worked out: `minor` is None while it is open; `waits_for` says for what."""

    minor: int | None
    working: str
    waits_for: str | None = None


WorthOf = Callable[[list[int]], Worth]

NAMES: Final = {
    **code.NAMES,
    "Worth": Worth,
    "share": share,
    "text": decimal_text,
    "C": CENTS,
    "max": max,
    "min": min,
}
"""The names that the generated functions use."""


def worth_of(amount: Amount, slots: Slots) -> WorthOf:
    """Generates the function of the slots that works an amount out."""
    writer = Writer(slots)
    found = writer.write(amount)
    return function_of("v", [*writer.lines, f"return Worth({found})"], writer.given, NAMES)


def rate_of(amount: Amount) -> str | None:
    """Returns the percentage of a fee that is a plain share of something, as text; else None."""
    return percent_text(amount.millionths) if isinstance(amount, Percent) else None


class Part(NamedTuple):
    """The variables of a worked-out amount: minor units, working, and what it waits for."""

    minor: str
    working: str
    waits_for: str

    def __str__(self) -> str:
        return ", ".join(self)


class Writer:
    """Writes the lines of a function of `v` that work an amount out, its parts first."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self.lines: list[str] = []
        self.given = code.Given()
        self.parameter = self.given.parameter
        self.currency = self.parameter(slots.policy.currency)

    def write(self, amount: Amount) -> Part:
        """Writes the lines of an amount and returns its variables."""
        ways: dict[type, Callable[[Any], Part]] = {
            Percent: self._percent,
            FromFact: self._of_fact,
            Each: self._each,
            Extreme: self._extreme,
            Bounded: self._bounded,
        }
        return ways.get(type(amount), self._constant)(amount)

    def value(self, fact: str) -> str:
        """Returns the source of the value of a fact; `U` (unknown) if it has no slot."""
        slot = self._slots.numbers.get(fact)
        return "U" if slot is None else f"v[{slot}]"

    def text(self, minor: str) -> str:
        """Returns the source of the text of minor units; for cents, the usual case, in one step."""
        usual = f"text({minor}, {self.currency})"
        if digits_of(self._slots.policy.currency) != 2:
            return usual
        return f'(f"{{{minor} // 100}}.{{C[{minor} % 100]}}" if {minor} >= 0 else {usual})'

    def part(self, otherwise: str, *ways: tuple[str, str]) -> Part:
        """Writes a new part: the value of the first way whose condition holds, or `otherwise`."""
        number = len(self.lines)
        part = Part(f"n{number}", f"w{number}", f"q{number}")
        texts = "".join(f"({value}) if {when} else " for when, value in ways)
        self.lines.append(f"{part} = {texts}({otherwise})")
        return part

    def _constant(self, amount: Fixed | ToBeAssessed | None) -> Part:
        if isinstance(amount, ToBeAssessed):
            return self.part("None, 'to be assessed', 'to be assessed'")
        minor = 0 if amount is None else amount.money.minor
        working = "none" if amount is None else decimal_text(minor, self._slots.policy.currency)
        return self.part(f"{self.parameter(minor)}, {self.parameter(working)}, None")

    def _of_fact(self, amount: FromFact) -> Part:
        name, value = self.parameter(amount.fact), f"v[{self._slots.slot(amount.fact)}]"
        known = f"{value}, f'{{{self.text(value)}}} ({{{name}}})', None"
        return self.part(f"None, {name}, {name}", (f"{value} > A", known))

    def _percent(self, amount: Percent) -> Part:
        minor, working, waits_for = self.write(amount.of)
        rate = self.parameter(percent_text(amount.millionths))
        by = f"{self.parameter(amount.millionths)}, {self.parameter(self._slots.policy.rounding)}"
        open_ = f"None, f'{{{rate}}} of {{{working}}}', {waits_for}"
        known = f"share({minor}, {by}), f'{{{working}}} x {{{rate}}}', None"
        return self.part(known, (f"{minor} is None", open_))

    def _each(self, amount: Each) -> Part:
        (minor, working, waits_for), name = self.write(amount.amount), self.parameter(amount.per)
        count = f"v[{self._slots.slot(amount.per)}]"
        open_ = f"None, f'{{{working}}} for each {{{name}}}', {waits_for} or {name}"
        known = f"{minor} * {count}, f'{{{working}}} x {{{count}}} ({{{name}}})', None"
        return self.part(known, (f"{minor} is None or {count} <= A", open_))

    def _extreme(self, amount: Extreme) -> Part:
        name, takes = ("greater", "max") if amount.greatest else ("lesser", "min")
        return self._taken([*map(self.write, amount.parts)], takes, f"the {name} of ", " and ")

    def _bounded(self, amount: Bounded) -> Part:
        found = self.write(amount.amount)
        for bound, takes, name in (
            (amount.at_least, "max", "at least"),
            (amount.at_most, "min", "at most"),
        ):
            if bound is not None:
                found = self._taken([found, self.write(bound)], takes, "", f", {name} ")
        return found

    def _taken(self, parts: list[Part], takes: str, before: str, between: str) -> Part:
        """Writes the greatest or least of several parts; open if any of them is open."""
        working = between.join(f"{{{part.working}}}" for part in parts)
        known = f"{takes}({', '.join(part.minor for part in parts)}), f'{before}{working}', None"
        return self.part(known, *[(f"{part.minor} is None", str(part)) for part in parts])
