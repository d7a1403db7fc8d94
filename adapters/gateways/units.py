"""Amounts as Stripe writes them, which is not always how ISO 4217 counts.

Source: docs.stripe.com/currencies (zero-decimal, three-decimal and special currencies).
"""

from __future__ import annotations

from typing import Final

from engine.errors import RequestFault
from engine.money import Money, digits_of

_ZERO: Final = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE: Final = "BHD JOD KWD OMR TND"
_WHOLE: Final = "ISK UGX"
"""Written with two decimals that must be zero."""
_UNCLEAR: Final = "IQD LYD UYI"
"""Counted otherwise by ISO, and not described by Stripe."""


def stripe_units(money: Money) -> int:
    """The amount in Stripe's smallest unit; raises `RequestFault` `not_at_stripe`."""
    code = money.currency
    if code in _UNCLEAR:
        raise _refused(money, "Stripe does not say how it counts this currency")
    units, rest = divmod(money.minor * _scale(_digits(code)), _scale(digits_of(code)))
    if rest or (code in _THREE and units % 10) or (code in _WHOLE and units % 100):
        raise _refused(money, "Stripe takes no such fraction of this currency")
    return units


def money_of(units: int, currency: str) -> Money:
    """Money of Stripe's units and its lower-case currency."""
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
