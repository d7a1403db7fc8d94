"""The custom scalars of the schema, and money."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Final, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from engine.money import Money as EngineMoney

MinorUnits = NewType("MinorUnits", int)
"""Whole minor units; more than the 32 bits of GraphQL's Int."""


Currency = NewType("Currency", str)
"""A code of ISO 4217; whether such a currency exists is checked where it is used."""

URL = NewType("URL", str)
"""A URL of RFC 3986, relative to the root of this server if it begins with a slash."""

Decimal = NewType("Decimal", str)
"""An exact decimal number as text."""

_URL: Final = r"([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]|/)[^\s]*"
_MOST_SHOWN: Final = 60


def _whole(value: object) -> int:
    if type(value) is not int:
        raise GraphQLError("Minor units are a whole number.")
    return value


def _text(pattern: str, must: str) -> Callable[[object], str]:
    """Returns a reader of text in a form; its error names the value, as graphql-core names the
    path.
    """
    fits = re.compile(pattern, re.ASCII).fullmatch

    def read(value: object) -> str:
        if isinstance(value, str) and fits(value):
            return value
        raise GraphQLError(f"{must}, not `{str(value)[:_MOST_SHOWN]}`.")

    return read


def _date(value: object) -> date:
    """Reads a date; raises for any other text, including other forms that Python accepts."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise GraphQLError(f"A day is such as `2026-11-29`, not `{str(value)[:_MOST_SHOWN]}`.")


CONFIG = StrawberryConfig(
    scalar_map={
        date: strawberry.scalar(
            name="Date",
            description="Date (isoformat)",
            serialize=date.isoformat,
            parse_value=_date,
        ),
        MinorUnits: strawberry.scalar(
            name="MinorUnits",
            description="A whole number of minor units (such as cents), up to 10^15.",
            serialize=_whole,
            parse_value=_whole,
        ),
        Currency: strawberry.scalar(
            name="Currency",
            description="A currency as a three-letter code of ISO 4217, such as `USD`.",
            specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
            serialize=str,
            parse_value=_text("[A-Z]{3}", "A currency is three capital letters, such as `USD`"),
        ),
        URL: strawberry.scalar(
            name="URL",
            description="A URL; relative to the root of this server if it begins with a slash.",
            specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
            serialize=str,
            parse_value=_text(_URL, "A URL is such as `https://example.com/stock`"),
        ),
        Decimal: strawberry.scalar(
            name="Decimal",
            description="An exact decimal number as text, such as `12.50`.",
            specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
            serialize=str,
            parse_value=_text(r"-?[0-9]+(\.[0-9]+)?", "A decimal number is such as `12.50`"),
        ),
    }
)


@strawberry.type(description="An exact amount of money.")
class Money:
    """`amount` is `minorUnits` as decimal text."""

    minor_units: MinorUnits
    """The amount in the smallest units of the currency: 1250 for `USD 12.50`."""
    currency: Currency
    amount: Decimal
    """The amount as decimal text, such as `12.50`."""


def money(value: EngineMoney) -> Money:
    """Converts an amount to the API's type."""
    return Money(
        minor_units=MinorUnits(value.minor),
        currency=Currency(value.currency),
        amount=Decimal(value.decimal),
    )


def minor(amount: int, currency: str) -> Money:
    """Converts minor units of a currency to the API's type."""
    return money(EngineMoney(amount, currency))


def money_or_none(value: EngineMoney | None) -> Money | None:
    """Converts an amount that may be open."""
    return money(value) if value is not None else None


def day(text: str | None) -> date | None:
    """Reads a date that may be unknown."""
    return date.fromisoformat(text) if text else None


__all__ = [
    "CONFIG",
    "JSON",
    "URL",
    "Currency",
    "Decimal",
    "MinorUnits",
    "Money",
    "day",
    "minor",
    "money",
    "money_or_none",
]
