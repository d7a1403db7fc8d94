"""What an amount of money is once it has been read."""

from __future__ import annotations

from dataclasses import dataclass

from engine.money import Money


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed sum."""

    money: Money


@dataclass(frozen=True, slots=True)
class FromFact:
    """The value of a money fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Percent:
    """`millionths` of an amount: 15% is 150,000."""

    millionths: int
    of: Amount


@dataclass(frozen=True, slots=True)
class Extreme:
    """The greatest or the least of several amounts."""

    greatest: bool
    parts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Bounded:
    """An amount with a floor and a cap."""

    amount: Amount
    at_least: Amount | None
    at_most: Amount | None


@dataclass(frozen=True, slots=True)
class Each:
    """An amount for every unit of a count fact."""

    amount: Amount
    per: str


@dataclass(frozen=True, slots=True)
class ToBeAssessed:
    """An amount that somebody finds out later; shown, never deducted."""


Amount = Fixed | FromFact | Percent | Extreme | Bounded | Each | ToBeAssessed | None
"""`None` is the amount `none`."""


@dataclass(frozen=True, slots=True)
class ShareOfCount:
    """`millionths` of a count fact, rounded down: 5% of the units shipped."""

    millionths: int
    fact: str


Quantity = Amount | int | str | ShareOfCount
"""Money, or a count: a number, the name of a count fact, or a share of one."""
