"""What an amount of a policy comes to, in minor units, with the working shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from engine.money import Rounding, decimal_text, share
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

Look = Callable[[str], int | None]
"""Gives the value of a money or count fact, or None when it is not known."""


class Worth(NamedTuple):
    """An amount that was worked out: `minor` None when it is open, and then what it waits for."""

    minor: int | None
    working: str
    waits_for: str | None = None


def worth(amount: Amount, look: Look, currency: str, rounding: Rounding) -> Worth:
    """The amount in minor units; each share is rounded once."""
    if amount is None:
        return Worth(0, "none")
    if isinstance(amount, Fixed):
        return Worth(amount.money.minor, decimal_text(amount.money.minor, currency))
    if isinstance(amount, ToBeAssessed):
        return Worth(None, "to be assessed", "to be assessed")
    if isinstance(amount, FromFact):
        return _of_fact(amount, look, currency)
    if isinstance(amount, Percent):
        of = worth(amount.of, look, currency, rounding)
        if of.minor is None:
            return Worth(None, f"{percent_text(amount.millionths)} of {of.working}", of.waits_for)
        return Worth(share(of.minor, amount.millionths, rounding), f"{of.working} x {percent_text(amount.millionths)}")
    if isinstance(amount, Each):
        return _each(amount, look, currency, rounding)
    return _compared(amount, look, currency, rounding)


@lru_cache(maxsize=1024)
def percent_text(millionths: int) -> str:
    """`15%` for 150,000."""
    whole, rest = divmod(abs(millionths), 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{'-' if millionths < 0 else ''}{whole}{'.' + decimals if decimals else ''}%"


def rate_of(amount: Amount) -> str | None:
    """The percentage of a fee that is a plain share of something, for people."""
    return percent_text(amount.millionths) if isinstance(amount, Percent) else None


def _of_fact(amount: FromFact, look: Look, currency: str) -> Worth:
    value = look(amount.fact)
    if value is None:
        return Worth(None, amount.fact, amount.fact)
    return Worth(value, f"{decimal_text(value, currency)} ({amount.fact})")


def _each(amount: Each, look: Look, currency: str, rounding: Rounding) -> Worth:
    one, count = worth(amount.amount, look, currency, rounding), look(amount.per)
    if one.minor is None or count is None:
        return Worth(None, f"{one.working} for each {amount.per}", one.waits_for or amount.per)
    return Worth(one.minor * count, f"{one.working} x {count} ({amount.per})")


def _compared(amount: Extreme | Bounded, look: Look, currency: str, rounding: Rounding) -> Worth:
    if isinstance(amount, Extreme):
        parts = [worth(part, look, currency, rounding) for part in amount.parts]
        if open_ := next((part for part in parts if part.minor is None), None):
            return open_
        best = (max if amount.greatest else min)(parts, key=lambda part: part.minor or 0)
        name = "greater" if amount.greatest else "lesser"
        return Worth(best.minor, f"the {name} of {' and '.join(part.working for part in parts)}")
    found = worth(amount.amount, look, currency, rounding)
    for bound, take, name in ((amount.at_least, max, "at least"), (amount.at_most, min, "at most")):
        limit = worth(bound, look, currency, rounding)
        if bound is None or found.minor is None:
            continue
        if limit.minor is None:
            return limit
        found = Worth(take(found.minor, limit.minor), f"{found.working}, {name} {limit.working}")
    return found
