"""Values that GraphQL has no word for, and money."""

from __future__ import annotations

from datetime import date
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from engine.money import Money as EngineMoney

MinorUnits = NewType("MinorUnits", int)
"""Whole minor units; more than the 32 bits of GraphQL's Int."""


def _whole(value: object) -> int:
    if type(value) is not int:
        raise GraphQLError("Minor units are a whole number.")
    return value


CONFIG = StrawberryConfig(
    scalar_map={
        MinorUnits: strawberry.scalar(
            name="MinorUnits",
            description="A whole number of minor units (cents, say), up to 10^15.",
            serialize=_whole,
            parse_value=_whole,
        )
    }
)


@strawberry.type(description="An amount of money, exact.")
class Money:
    """`amount` is the decimal text of `minorUnits`."""

    minor_units: MinorUnits
    currency: str
    amount: str


def money(value: EngineMoney) -> Money:
    """An amount as clients see it."""
    return Money(minor_units=MinorUnits(value.minor), currency=value.currency, amount=value.decimal)


def minor(amount: int, currency: str) -> Money:
    """Minor units of a currency as clients see them."""
    return money(EngineMoney(amount, currency))


def money_or_none(value: EngineMoney | None) -> Money | None:
    """An amount that may be open."""
    return money(value) if value is not None else None


def day(text: str | None) -> date | None:
    """A day that may be unknown."""
    return date.fromisoformat(text) if text else None


__all__ = ["CONFIG", "JSON", "MinorUnits", "Money", "day", "minor", "money", "money_or_none"]
