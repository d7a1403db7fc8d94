"""Formats values of the API for people: money, dates, times in the user's zone, words."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

NOTHING: Final = "\N{EM DASH}"
USUAL_ZONE: Final = "UTC"
_DATED: Final = re.compile(
    r"`[^`]*`|\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)|\b(?!T))"
)
"""A day or a moment, or what is quoted as it is written or to be typed."""
_NAME: Final = re.compile(r"`([^`]+)`")
_SENTENCES: Final = frozenset(
    {
        "sentence",
        "message",
        "change",
        "waitsFor",
        "instructions",
        "notes",
        "steps",
        "summary",
        "where",
        "means",
        "question",
        "reason",
    }
)
"""Fields of the API whose texts are for people.

Not those that a page writes back into a policy, such as `failures` of its tests: a page formats
them by the filter `plain`.
"""
_NO_DIGITS: Final = re.compile(
    "BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|UYI|VND|VUV|XAF|XOF|XPF"
)
_THREE_DIGITS: Final = re.compile("BHD|IQD|JOD|KWD|LYD|OMR|TND")
"""The currencies that have not two decimal digits (ISO 4217)."""
_SHORT: Final = 24
"""Characters of a SKU or number that fit into the narrowest column."""
_LIFE: Final = ("ordered", "shipped", "delivered")
"""The order of dates on the same day; others come after them."""


@cache
def zones() -> frozenset[str]:
    """Returns the names of all time zones."""
    return frozenset(zoneinfo.available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """Returns a user's time zone by its name; UTC for an unknown one."""
    return ZoneInfo(name if name in zones() else USUAL_ZONE)


def digits_of(currency: str) -> int:
    """Returns the decimal digits in which amounts of a currency are typed."""
    if _NO_DIGITS.fullmatch(currency):
        return 0
    return 3 if _THREE_DIGITS.fullmatch(currency) else 2


def money(value: Mapping[str, Any] | None) -> str:
    """Formats an amount with its currency, `USD 1,204.50`; a dash for none."""
    if value is None:
        return NOTHING
    whole, dot, rest = str(value["amount"]).partition(".")
    sign, digits = ("\N{MINUS SIGN}", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{value['currency']} {sign}{int(digits):,}{dot}{rest}"


def day(value: str | date | None) -> str:
    """Formats a date as `28 Nov 2026`; also of a time given as text; a dash for none."""
    if not value:
        return NOTHING
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found.day} {found:%b %Y}"


def dated(text: str) -> str:
    """Formats the days and moments in a text; leaves everything else as it is."""
    return _DATED.sub(lambda found: _written(found[0]), text)


def plain(text: str) -> str:
    """Formats a sentence of the API for people: its dates, and its names in quotes."""
    return _NAME.sub(r"“\1”", dated(text))


def unbroken(text: str) -> Markup | str:
    """A SKU or number that no line breaks at its hyphens; a long one breaks, so that it fits."""
    return Markup('<span class="unbroken">{}</span>').format(text) if len(text) <= _SHORT else text


def many(count: int, name: str) -> str:
    """Formats a count: `1 thing`, `1,204 things`."""
    return f"{count:,} {noun(count, name)}"


def noun(count: int, name: str) -> str:
    """Returns a noun as it stands behind a count."""
    return name if count == 1 else f"{name}s"


def unended(text: str) -> str:
    """Returns a sentence without its full stop, to be continued."""
    return text.removesuffix(".")


def _written(text: str) -> str:
    try:
        return _at(datetime.fromisoformat(text)) if "T" in text else day(text)
    except ValueError:
        return text


def _at(found: datetime) -> str:
    """Formats a moment as it was said, in its own zone: `1 Dec 2026, 23:59:59 UTC`."""
    time = f"{found:%H:%M:%S}" if found.second else f"{found:%H:%M}"
    offset = f"{found:%z}"
    away = "" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}"
    return f"{day(found.date())}, {time} UTC{away}"


def readable(said: Any, *, sentence: bool = False) -> Any:
    """Returns an answer of the API with its sentences formatted for people."""
    if isinstance(said, dict):
        return {key: readable(each, sentence=key in _SENTENCES) for key, each in said.items()}
    if isinstance(said, list):
        return [readable(each, sentence=sentence) for each in said]
    return plain(said) if sentence and isinstance(said, str) else said


def in_order(dates: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sorts named dates as they happened: ordered before shipped before delivered."""
    places = {name: place for place, name in enumerate(_LIFE)}
    return sorted(dates, key=lambda each: (each["on"], places.get(each["name"], len(places))))


def moment(value: str | datetime | None, zone: ZoneInfo) -> str:
    """Formats a time as `28 Nov 2026, 14:05` in a zone; a dash for none."""
    if not value:
        return NOTHING
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M}"


def lasts(seconds: int) -> str:
    """Formats a duration in the largest unit that fits: `40 s`, `12 min`, `3 h`, `2 days`."""
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size or (seconds >= size and unit != "days"):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def value(said: Any) -> str:
    """Formats the value of a fact."""
    if said is None:
        return "none"
    if isinstance(said, bool):
        return "yes" if said else "no"
    return ", ".join(map(value, said)) if isinstance(said, list) else dated(str(said))


def words(name: str) -> str:
    """Formats a name of the API as words: `CHANGE_OF_MIND` and `change_of_mind` as `Change of
    mind`.
    """
    text = name.replace("_", " ").strip().lower()
    return text[:1].upper() + text[1:]
