"""What an amount of a policy comes to, in minor units, with the working shown.

An amount is made into a function of the slots once; each share is rounded once.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from engine.decision.encoding import ABSENT
from engine.decision.slots import Slots
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

_NOTHING = Worth(0, "none")
_LATER = Worth(None, "to be assessed", "to be assessed")


def worth_of(amount: Amount, slots: Slots) -> WorthOf:
    """A function of the slots that works the amount out."""
    if amount is None:
        return lambda _: _NOTHING
    if isinstance(amount, Percent):
        return _percent(amount, slots)
    if isinstance(amount, FromFact):
        return _of_fact(amount, slots)
    if isinstance(amount, Fixed | ToBeAssessed):
        return _constant(amount, slots)
    return _composed(amount, slots)


def _constant(amount: Fixed | ToBeAssessed, slots: Slots) -> WorthOf:
    if isinstance(amount, ToBeAssessed):
        return lambda _: _LATER
    minor = amount.money.minor
    fixed = Worth(minor, decimal_text(minor, slots.policy.currency))
    return lambda _: fixed


def _composed(amount: Each | Extreme | Bounded, slots: Slots) -> WorthOf:
    if isinstance(amount, Each):
        return _each(amount, slots)
    return _extreme(amount, slots) if isinstance(amount, Extreme) else _bounded(amount, slots)


def rate_of(amount: Amount) -> str | None:
    """The percentage of a fee that is a plain share of something, for people."""
    return percent_text(amount.millionths) if isinstance(amount, Percent) else None


def _of_fact(amount: FromFact, slots: Slots) -> WorthOf:
    slot, name, currency = slots.slot(amount.fact), amount.fact, slots.policy.currency
    missing = Worth(None, name, name)

    def work_out(values: list[int]) -> Worth:
        value = values[slot]
        if value <= ABSENT:
            return missing
        return Worth(value, f"{decimal_text(value, currency)} ({name})")

    return work_out


def _percent(amount: Percent, slots: Slots) -> WorthOf:
    inner, rate = worth_of(amount.of, slots), percent_text(amount.millionths)
    millionths, rounding = amount.millionths, slots.policy.rounding

    def work_out(values: list[int]) -> Worth:
        of = inner(values)
        if of.minor is None:
            return Worth(None, f"{rate} of {of.working}", of.waits_for)
        return Worth(share(of.minor, millionths, rounding), f"{of.working} x {rate}")

    return work_out


def _each(amount: Each, slots: Slots) -> WorthOf:
    inner, slot, name = worth_of(amount.amount, slots), slots.slot(amount.per), amount.per

    def work_out(values: list[int]) -> Worth:
        one, count = inner(values), values[slot]
        if one.minor is None or count <= ABSENT:
            return Worth(None, f"{one.working} for each {name}", one.waits_for or name)
        return Worth(one.minor * count, f"{one.working} x {count} ({name})")

    return work_out


def _extreme(amount: Extreme, slots: Slots) -> WorthOf:
    inner = [worth_of(part, slots) for part in amount.parts]
    best, name = (max, "greater") if amount.greatest else (min, "lesser")

    def work_out(values: list[int]) -> Worth:
        parts = [part(values) for part in inner]
        open_ = next((part for part in parts if part.minor is None), None)
        if open_ is not None:
            return open_
        taken = best(parts, key=lambda part: part.minor or 0)
        return Worth(taken.minor, f"the {name} of {' and '.join(part.working for part in parts)}")

    return work_out


def _bounded(amount: Bounded, slots: Slots) -> WorthOf:
    inner = worth_of(amount.amount, slots)
    bounds = [
        (worth_of(bound, slots), take, name)
        for bound, take, name in (
            (amount.at_least, max, "at least"),
            (amount.at_most, min, "at most"),
        )
        if bound is not None
    ]

    def work_out(values: list[int]) -> Worth:
        found = inner(values)
        for bound, take, name in bounds:
            limit = bound(values)
            if found.minor is None or limit.minor is None:
                return found if found.minor is None else limit
            found = Worth(
                take(found.minor, limit.minor), f"{found.working}, {name} {limit.working}"
            )
        return found

    return work_out
