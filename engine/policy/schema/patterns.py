"""Regular expressions for values that the reader takes apart; ECMAScript reads them alike.

They avoid all syntax that differs between Python and ECMAScript, so that editors can use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from engine.dates import FIRST_YEAR, LAST_YEAR, MOST, Unit
from engine.money import CURRENCIES, LIMIT, digits_of
from engine.policy.readers.scalars import PERCENT as PERCENT_READ
from engine.policy.vocabulary import UNITS

AGREED: Final = r"agreed\.[a-z]"
"""Matches the name of an agreed value, which may stand in place of any other value."""


def either(parts: Iterable[str]) -> str:
    """Returns a pattern of alternatives."""
    return f"(?:{'|'.join(parts)})"


def whole(pattern: str) -> str:
    """Returns a pattern for a whole text, or for one that names an agreed value."""
    return f"^(?:{pattern})$|{AGREED}"


def of(read: re.Pattern[str]) -> str:
    """Returns the reader's pattern without its end anchor."""
    return read.pattern.removesuffix(r"\Z")


def none_of(names: Iterable[str]) -> str:
    """Returns a lookahead that refuses some names."""
    return f"(?!{either(map(re.escape, names))}$)"


def up_to(most: int) -> str:
    """Returns a pattern of the whole numbers from 0 to `most`, with any number of leading zeros."""
    shorter = [rf"[0-9]{{1,{len(str(most)) - 1}}}"] if most > 9 else []
    return f"0*{either([*shorter, *_same_length(str(most))])}"


def _same_length(most: str) -> list[str]:
    """Returns patterns of the numbers with as many digits as `most` that are not above it."""
    found = [most]
    for place, digit in enumerate(most):
        lowest = 1 if place == 0 and len(most) > 1 else 0
        if int(digit) > lowest:
            rest = len(most) - place - 1
            found.append(
                f"{most[:place]}[{lowest}-{int(digit) - 1}]" + (f"[0-9]{{{rest}}}" if rest else "")
            )
    return found


_CENTURIES: Final = range(FIRST_YEAR // 100, LAST_YEAR // 100)
"""Centuries that are read whole; both bounds are the first year of a century."""


def _of(centuries: Iterable[int]) -> str:
    return either(f"{century:02d}" for century in centuries)


_YEAR: Final = f"(?:{_of(_CENTURIES)}[0-9]{{2}}|{LAST_YEAR})"
_LEAP_CENTURY: Final = _of(each for each in (*_CENTURIES, LAST_YEAR // 100) if each % 4 == 0)
_LEAP_YEAR: Final = f"(?:{_of(_CENTURIES)}(?:0[48]|[2468][048]|[13579][26])|{_LEAP_CENTURY}00)"


_MONTHS: Final = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
DAY: Final = rf"\s*(?:{_YEAR}-(?:{_MONTHS})|{_LEAP_YEAR}-02-29)\s*"
"""A calendar day; leap years are matched separately."""

PERCENT: Final = of(PERCENT_READ)


def _money() -> str:
    by_digits = {
        digits: sorted(code for code in CURRENCIES if digits_of(code) == digits)
        for digits in (0, 2, 3)
    }
    decimals = {0: r"\.0{1,4}", 2: r"\.[0-9]{1,2}0{0,2}", 3: r"\.[0-9]{1,3}0?"}
    return either(
        f"{either(by_digits[digits])} {_amount(LIMIT // 10**digits, decimals[digits])}"
        for digits in decimals
    )


def _amount(most: int, decimals: str) -> str:
    """Returns a pattern of amounts up to `most`, a power of ten, itself only with zero decimals."""
    below = rf"0*[0-9]{{1,{len(str(most)) - 1}}}(?:{decimals})?"
    return rf"(?:{below}|0*{most}(?:\.0{{1,4}})?)"


MONEY: Final = _money()


def _length(units: Iterable[Unit]) -> str:
    said = {unit: unit.value.removesuffix("s").replace(" ", r"\s+") for unit in units}
    return either(rf"{up_to(MOST[unit])}\s+{name}s?" for unit, name in said.items())


_DATES: Final = tuple(unit for unit in Unit if unit not in (Unit.HOURS, Unit.CLOCK_DAYS))
LENGTH: Final = rf"\s*{_length(Unit)}\s*"
LENGTH_OF_DATES: Final = rf"\s*{_length(_DATES)}\s*"
COUNTED_BACK: Final = rf"\s*{_length(UNITS)}\s*"
