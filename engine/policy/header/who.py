"""Reads who a policy is between, which orders it is for, and how it counts money and days."""

from __future__ import annotations

import re
from typing import Final

from engine.dates import Calendar, known_region, zone_of
from engine.money import CURRENCIES, Rounding
from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.faults import Source
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.text import Items, Map, Node
from engine.policy.vocabulary import CURRENCY, SCOPE

APPLIES_BY: Final = ("ordered", "delivered", "requested")
MOST_HOLIDAYS: Final = 400

CALENDAR: Final = ("weekend", "holidays", "also")
_DEFAULT_PARTIES: Final = {"owner": "supplier", "claimant": "retailer"}
WEEKDAYS: Final = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
REGIONS: Final = {"us_federal": "US"}
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")
COUNTRY = re.compile(r"[A-Z]{2}\Z")


def read_parties(node: Node | None, ctx: Context) -> dict[str, str]:
    """Who plays which role; by default the supplier owns the policy and the retailer claims."""
    roles = ctx.map_of(node, "`parties`") if node else None
    if roles is None:
        return dict(_DEFAULT_PARTIES)
    ctx.only_keys(roles, w.ROLES, "`parties`")
    found = dict(_DEFAULT_PARTIES)
    for role in w.ROLES:
        given = roles.get(role)
        party = c.chosen(given, w.PARTIES, "a party", ctx) if given else None
        found |= {role: party} if party else {}
    return found


def read_currency(node: Node | None, ctx: Context, source: Source) -> str:
    """The one currency of the policy (ISO 4217)."""
    if node is None:
        said = "`currency` is missing; write one such as `currency: USD`."
        ctx.fault("missing_key", source, said)
        return "USD"
    return c.chosen(node, CURRENCIES, "a currency of ISO 4217", ctx) or "USD"


def read_applies_by(node: Node | None, ctx: Context) -> str:
    """The date that picks the edition; the date of the order by default."""
    found = c.chosen(node, APPLIES_BY, "a date that picks the edition", ctx) if node else None
    return found or "ordered"


def read_zone(node: Node | None, ctx: Context) -> str:
    """The IANA time zone in which days begin and end; UTC by default."""
    name = s.word(node, ctx) if node else None
    if node is None or name is None:
        return "UTC"
    try:
        return zone_of(name).key
    except ValueError as error:
        ctx.fault("unknown_zone", node.source, str(error))
        return "UTC"


def read_rounding(node: Node | None, ctx: Context) -> Rounding:
    """How amounts are rounded to minor units."""
    legal = tuple(Rounding)
    return Rounding((c.chosen(node, legal, "a way of rounding", ctx) if node else None) or legal[0])


def read_scope(node: Node | None, ctx: Context) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`for`: which orders the policy is for, narrowest key first."""
    parts = ctx.map_of(node, "`for`") if node else None
    if parts is None:
        return ()
    ctx.only_keys(parts, SCOPE, "`for`")
    return tuple((key, _scope_words(key, parts, ctx)) for key in SCOPE if key in parts.entries)


def _scope_words(key: str, parts: Map, ctx: Context) -> tuple[str, ...]:
    node = parts.entries[key]
    if key == CURRENCY:
        return _scope_currency(node, ctx)
    fact = ctx.facts[key]
    if fact.words is not None and not fact.open:
        found = c.many_of(ctx.words_of(fact), f"a word of `{key}`", least=0)(node, ctx)
    else:
        found = s.words(node, ctx)
    if not found and isinstance(node, Items) and not node.items:
        ctx.fault("empty", node.source, f"`for.{key}` names nothing.")
    if key == "country" and fact.words is None:
        for word in (word for word in found if not COUNTRY.match(word)):
            said = f"`{word[:60]}` is not a country; write two capital letters such as `US`."
            ctx.fault("unknown_word", node.source, said)
    return found


def _scope_currency(node: Node, ctx: Context) -> tuple[str, ...]:
    """That of the policy: its amounts are in no other."""
    found = c.many_of(CURRENCIES, "a currency of ISO 4217")(node, ctx)
    others = [word for word in found if word != ctx.currency]
    if others:
        said = f"`for.currency` may name only {ctx.currency}, the currency of this policy."
        ctx.fault("other_currency", node.source, f"{said} Write another policy for {others[0]}.")
    return found


def read_calendar(node: Node | None, ctx: Context) -> Calendar:
    """Weekend days and holidays; Saturday and Sunday and no holidays by default."""
    parts = ctx.map_of(node, "`business_days`") if node else None
    if parts is None:
        return Calendar()
    ctx.only_keys(parts, CALENDAR, "`business_days`")
    region, dates = _holidays(parts.get("holidays"), ctx)
    also = _dates(parts.entries["also"], ctx) if "also" in parts.entries else []
    return Calendar(_weekend(parts.get("weekend"), ctx), frozenset([*dates, *also]), region)


def _weekend(node: Node | None, ctx: Context) -> frozenset[int]:
    if node is None:
        return Calendar().weekend
    names = c.many_of(WEEKDAYS, "a day of the week", least=0)(node, ctx)
    found = frozenset(list(WEEKDAYS).index(name) for name in names)
    if len(found) <= 5:
        return found
    ctx.fault("wrong_shape", node.source, "A week needs two business days or more.")
    return Calendar().weekend


def _holidays(node: Node | None, ctx: Context) -> tuple[str | None, list[int]]:
    if node is None:
        return None, []
    if isinstance(node, Items):
        return None, _dates(node, ctx)
    name = s.word(node, ctx)
    region = REGIONS.get(name or "", name or "")
    if REGION.match(region) and known_region(region):
        return region, []
    if name:
        said = (
            f"No holidays are known for `{name[:40]}`; write a country such as `US`, "
            "a part of one such as `DE-BY`, or a list of dates."
        )
        ctx.fault("unknown_region", node.source, said)
    return None, []


def _dates(node: Node, ctx: Context) -> list[int]:
    items = ctx.items_of(node, "A list of holidays")
    if len(items) > MOST_HOLIDAYS:
        ctx.fault("too_large", node.source, f"At most {MOST_HOLIDAYS} holidays may be listed.")
        return []
    return [day for item in items if (day := s.day(item, ctx)) is not None]
