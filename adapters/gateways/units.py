"""Converts amounts to and from Stripe's units, which do not always follow ISO 4217.

Source: docs.stripe.com/currencies (zero-decimal, three-decimal and special currencies).
"""

from __future__ import annotations

from typing import Final

from engine.errors import RequestFault
from engine.money import Money, digits_of

_ZERO: Final = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE: Final = "BHD JOD KWD OMR TND"
_WHOLE: Final = "ISK UGX"
"""Currencies written with two decimals that must be zero."""
_UNCLEAR: Final = "IQD LYD UYI"
"""Currencies that ISO counts differently and Stripe does not describe."""


def stripe_units(money: Money) -> int:
    """Converts to Stripe's smallest unit; raises `RequestFault` `not_at_stripe`."""
    code = money.currency
    if code in _UNCLEAR:
        raise _refused(money, "Stripe does not say how it counts this currency")
    units, rest = divmod(money.minor * _scale(_digits(code)), _scale(digits_of(code)))
    if rest or (code in _THREE and units % 10) or (code in _WHOLE and units % 100):
        raise _refused(money, "Stripe takes no such fraction of this currency")
    return units


def money_of(units: int, currency: str) -> Money:
    """Converts from Stripe's smallest unit and lower-case currency code."""
    code = currency.upper()
    return Money(units * _scale(digits_of(code)) // _scale(_digits(code)), code)


def _digits(currency: str) -> int:
    if currency in _ZERO:
        return 0
    return 3 if currency in _THREE else 2


def _scale(digits: int) -> int:
    return (1, 10, 100, 1_000)[digits]


def _refused(money: Money, why: str) -> RequestFault:
    return RequestFault("not_at_stripe", f"{money} cannot be moved by Stripe: {why}.")
