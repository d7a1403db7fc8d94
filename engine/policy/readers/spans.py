"""Reads the start of a clock, spans of days, and the order of two values of one type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.dates import Length, Unit
from engine.policy.context import Context, Unreadable
from engine.policy.model import Effective, Pick, Start, StartDate
from engine.policy.readers import scalars
from engine.policy.readers.choices import date_fact
from engine.policy.readers.keys import Fields, MapOf, Need
from engine.policy.text import Map, Node
from engine.policy.vocabulary import FactType

PICKS: Final = (Pick.FIRST_KNOWN, Pick.LATER_OF, Pick.EARLIER_OF)
_HOURS: Final = {
    Unit.HOURS: 1,
    Unit.DAYS: 24,
    Unit.CLOCK_DAYS: 24,
    Unit.BUSINESS_DAYS: 24,
    Unit.WEEKS: 168,
    Unit.MONTHS: 730,
    Unit.YEARS: 8760,
}


def _effective(read: Fields, node: Map, _ctx: Context) -> Effective:
    found = Effective(first=read["from"], last=read.get("until"))
    if found.last is not None and found.last < found.first:
        said = "`effective` is reversed: `until` lies before `from`."
        raise Unreadable("reversed", node.source, said)
    return found


read_effective: Final = MapOf(
    what="`effective`",
    keys={"from": scalars.day, "until": scalars.day},
    build=_effective,
    rules=(Need(keys=("from",), sentence="`effective` needs `from`: its first day."),),
)
"""Reads `{from: .., until: ..}`, both days included."""


def start(node: Node, ctx: Context) -> Start | None:
    """Reads the start of a clock: a date, or one of several."""
    if not isinstance(node, Map) or "date" in node.entries:
        entry = _start_date(node, ctx)
        return Start((entry,)) if entry else None
    keys = (*PICKS, *START_DATE.keys)
    if any(key not in keys for key in node.entries):
        ctx.only_keys(node, keys, "`counted_from`")
        return None
    picks = [pick for pick in PICKS if pick in node.entries]
    if len(picks) != 1 or len(node.entries) != 1:
        said = "Write one of `first_known`, `later_of` and `earlier_of`."
        raise Unreadable("wrong_shape", node.source, said)
    items = ctx.items_of(node.entries[picks[0]], picks[0])
    dates = ctx.each(_start_date, items)
    if not items:
        ctx.fault("empty", node.source, f"`{picks[0]}` lists no date.")
    return Start(dates, picks[0]) if dates else None


def ordered(type_: str, node: Node, ctx: Context) -> int | None:
    """Returns a comparable integer for a value of a type that has an order; else None.

    Lengths are compared in hours, a month as 730 of them.
    """
    reader = _IN_ORDER.get(FactType(type_))
    return ctx.attempt(reader, node) if reader else None


def _hours(node: Node, ctx: Context) -> int:
    found = scalars.length(node, ctx)
    return found.count * _HOURS[found.unit]


_IN_ORDER: Final[dict[FactType, Callable[[Node, Context], int]]] = {
    FactType.LENGTH: _hours,
    **scalars.NUMBERS,
}


def _start_date(node: Node, ctx: Context) -> StartDate | None:
    if isinstance(node, Map):
        return START_DATE(node, ctx)
    return StartDate(date_fact(node, ctx))


def length_of_dates(node: Node, ctx: Context) -> Length:
    """Reads a length in whole days, which can move a date; one in hours cannot."""
    found = scalars.length(node, ctx)
    if found.on_clock:
        said = "A date is moved by whole days; write days, weeks, months or years."
        ctx.fault("wrong_type", node.source, said)
    return found


START_DATE: Final = MapOf(
    what="a start date",
    keys={"date": date_fact, "plus": length_of_dates},
    build=lambda read, _node, _ctx: StartDate(read["date"], read.get("plus")),
    rules=(Need(keys=("date",), sentence="A start needs `date`: the name of a date."),),
)
