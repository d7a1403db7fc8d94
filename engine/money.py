"""Money as integer minor units with a currency; decimals exist only in texts."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct

LIMIT: Final = 10**15
"""Largest amount in minor units: ten trillion in a currency of cents."""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_DIGITS: Final = _codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
_THREE_DIGITS: Final = _codes("BHD IQD JOD KWD LYD OMR TND")
_SCALE = {**dict.fromkeys(_NO_DIGITS, 1), **dict.fromkeys(_THREE_DIGITS, 1000)}
CURRENCIES: Final = _codes(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS
    UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """
)
"""ISO 4217 codes in use."""

_WRITTEN = re.compile(r"([A-Z]{3}) (-?[0-9]{1,16})(?:\.([0-9]{1,4}))?\Z")
_TURNED: Final = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,3})?) ?([A-Z]{3})\Z")
_THOUSANDS: Final = re.compile(r"\b[0-9]{1,3}(,[0-9]{3})+(\.|\s*\Z)")


class Rounding(StrEnum):
    """How a share of an amount becomes a whole number of minor units."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


class Money(Struct, frozen=True, order=True, gc=False):
    """`minor` units (cents, say) of a `currency`."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{self.currency} {self.decimal}"

    @property
    def decimal(self) -> str:
        """The amount as decimal text, with as many decimals as its currency has."""
        return decimal_text(self.minor, self.currency)


CENTS: Final = tuple(f"{cents:02d}" for cents in range(100))
"""The two digits of cents."""


def decimal_text(minor: int, currency: str) -> str:
    """Formats minor units as decimal text: `15.00` for 1,500 of a currency with two digits."""
    scale = _SCALE.get(currency, 100)
    if scale == 100 and minor >= 0:  # the usual case, in one step
        return f"{minor // 100}.{CENTS[minor % 100]}"
    if scale == 1:
        return str(minor)
    whole, rest = divmod(abs(minor), scale)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:02d}" if scale == 100 else f"{sign}{whole}.{rest:03d}"


def digits_of(currency: str) -> int:
    """Decimal digits of a currency (ISO 4217)."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def parse_money(text: str, example: str = "USD") -> Money:
    """Parses `USD 15.00`; raises ValueError with a sentence that shows an amount in `example`."""
    match = _WRITTEN.match(text.strip())
    if not match:
        if _THOUSANDS.search(text) and _WRITTEN.match(plain := text.strip().replace(",", "")):
            raise ValueError(f"`{text[:60]}` has a comma; write `{plain[:60]}` for it.")
        if turned := _TURNED.match(text.strip()):
            raise ValueError(f"`{text[:60]}`: write `{turned[2]} {turned[1]}` for it.")
        raise ValueError(
            f"`{text[:60]}` is not money; write a currency and an amount, as in "
            f"`{Money(15 * 10 ** digits_of(example), example)}`."
        )
    currency, whole, fraction = match[1], match[2], match[3] or ""
    if currency not in CURRENCIES:
        raise ValueError(f"`{currency}` is not a currency of ISO 4217.")
    digits = digits_of(currency)
    if len(fraction.rstrip("0")) > digits:
        raise ValueError(f"`{text[:60]}` has more decimals than {currency} has ({digits}).")
    minor = int(f"{whole}{fraction[:digits].ljust(digits, '0')}")
    if abs(minor) > LIMIT:
        raise ValueError(f"`{text[:60]}` is larger than any amount that is handled.")
    return Money(minor, currency)


def share(minor: int, millionths: int, rounding: Rounding) -> int:
    """`minor` x `millionths` / 1,000,000, rounded once to whole minor units."""
    return divided(minor * millionths, 1_000_000, rounding)


def divided(amount: int, by: int, rounding: Rounding) -> int:
    """`amount` / `by` (above zero), rounded once to a whole number."""
    whole, rest = divmod(abs(amount), by)
    if rounding is not Rounding.DOWN and (
        rest * 2 > by or (rest * 2 == by and (rounding is Rounding.HALF_UP or whole % 2))
    ):
        whole += 1
    return whole if amount >= 0 else -whole


@lru_cache(maxsize=1024)
def percent_text(millionths: int) -> str:
    """Formats millionths as a percentage: `15%` for 150,000."""
    whole, rest = divmod(abs(millionths), 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{'-' if millionths < 0 else ''}{whole}{'.' + decimals if decimals else ''}%"
