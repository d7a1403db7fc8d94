"""Words, values and characters that have broken readers of policies and requests somewhere."""

# ruff: noqa: RUF001 - look-alikes are what these are about

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

KEYS: Final = (
    *("__proto__", "constructor", "prototype", "__class__", "__dict__", "__init__", "self"),
    *("$or", "$and", "$eq", "$m", "$ne", "sid", "id", "m", "a.b", "a.b.c", "fees.__class__.x"),
    # Both have one 32-bit hash in the rule network.
    *("final_sale", "orenalpo"),
    *("", " ", "~", "null", "true", "no", "0", "1e9", "-1", "<<", "*", "?", "-", "=", "%", "@"),
    *("when", "rows", "otherwise", "is", "is_not", "any_of", "not", "<last_day>", "agreed.x"),
    *("k" * 300, "שלום", "é", "e\u0301", "ａ", "\u200b", "🧾", "ﬁ", "İ", "line\u0085break"),
)
CHARACTERS: Final = (
    *("\x00", "\t", "\r", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe"),
    *("\u202e", "\u2066", "\u200f", "\u0301", "\ud800", "\udfff", "\U0001f9fe", "\U0010ffff"),
    *("'", '"', "`", "{", "}", "[", "]", ",", ":", ": ", "#", " #", "&", "*", "!", "|", ">", "%"),
    *("\\", "\\u", "<", "?", "-", "- ", "\n", "\n\n", "\n ", " ", "\u00a0", "\u3000", "$", "~"),
)
DATES: Final = (
    *("0000-01-01", "0001-01-01", "1899-12-31", "1900-01-01", "8999-12-31", "9000-12-31"),
    *("9001-01-01", "9999-12-31", "10000-01-01", "-2024-01-01", "2024-02-29", "2023-02-29"),
    *("2024-02-30", "2024-13-01", "2024-1-1", "20240101", "2024-W01-1", "2024-001"),
    *("2024-01-01T24:00:00Z", "2024-01-01T23:59:60Z", "2024-03-10T02:30:00-05:00"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2024-01-01T00:00:00"),
    *("2024-01-01T00:00:00+99:99", "2024-01-01T00:00:00.999999999Z", "2024-01-01 00:00:00Z"),
    *("9000-12-31T23:59:59-12:00", "1900-01-01T00:00:00+14:00", "٢٠٢٤-٠١-٠١"),
)
MONEY: Final = (
    *("USD 0.00", "USD -0.01", "USD 0.001", "USD 10000000000000.00", "USD 9999999999999.99"),
    *("USD 1e5", "USD NaN", "USD ١٢", "EUR 5.00", "JPY 5", "KWD 0.001", "XXX 1.00", "usd 5.00"),
    *("USD 5", "USD  5.00", "5 USD", "$5", "USD " + "9" * 30),
)
NUMBERS: Final = (
    *("0", "-1", "1", "255", "256", "65536", "2147483648", "-9223372036854775809"),
    *("9223372036854775807", "1000000000000", "1000000000001", "1" * 400, "0.1", "1e400", "1e-9"),
    *(".inf", "-.inf", ".nan", "0x1f", "0o17", "010", "1_000", "1:30", "+5", "١٢", "²", "-0"),
)
LENGTHS: Final = (
    *("0 days", "1 day", "40000 days", "40001 days", "9999999 days", "-3 days", "1.5 days"),
    *("1000000 hours", "5000 business days", "1200 months", "100 years", "5 fortnights", "30"),
)
PERCENTS: Final = ("0%", "100%", "100.0001%", "101%", "-5%", "1e3%", "0.00001%", "9999999%", "%")
PLAIN: Final = (
    *("null", "~", "true", "false", "yes", "on", "not_sent", "known", "unknown", "none", "all"),
    *("x" * 3_000, "a b", "<last_day>", "<nothing>", "<a" * 30, "agreed.fee", "agreed.", "../x"),
    *("item_price", "1% of 2% of base", "a/b@1", "America/New_York", "Europe/Nowhere", "US-CA"),
)
SCALARS: Final = (*KEYS, *DATES, *MONEY, *NUMBERS, *LENGTHS, *PERCENTS, *PLAIN)
"""Texts to stand where a scalar stood, plain or quoted."""

VALUES: Final[tuple[object, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 10**12, 10**15, 10**30, 10**5_000),
    *(0.0, -0.0, 0.1, 1e15, 1e308, 5e-324, float("inf"), float("-inf"), float("nan")),
    *("", " ", "x" * 200, "x" * 201, "x" * 100_000, "\ud800", "\x00", "a\nb", "\u202eevil", "İ"),
    *([], [[]], [None], ["a"] * 300, ["__proto__"], [1, True, 0.5], {}, {"a": 1}, {"$or": []}),
    *(KEYS[0], "not_sent", "null", "true", "100%", "1e3", "0x10", "２", "²", "none"),
    *DATES,
    *MONEY,
)
"""What JSON may bring for a fact."""

OBJECTS: Final[tuple[object, ...]] = (
    *(object(), b"x", 1j, Decimal("NaN"), Decimal("1E+30"), Decimal("0.5"), ("a", "b"), {"a"}),
    *(frozenset(), date.max, date.min, date(2024, 3, 1), datetime.max, datetime(2024, 3, 1)),  # noqa: DTZ001, DTZ901 - a moment without an offset
    *(datetime.max.replace(tzinfo=UTC), range(3), float, type(None)),
)
"""What a caller in Python may bring besides."""
