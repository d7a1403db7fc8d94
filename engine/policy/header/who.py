"""Reads who a policy is between, which orders it is for, and how it counts money and days."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from engine.dates import Calendar, known_region, zone_of
from engine.money import CURRENCIES
from engine.policy import words as w
from engine.policy.context import Context, Unreadable
from engine.policy.faults import Source
from engine.policy.model import Overpaid
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Fields, MapOf, Need, with_fields
from engine.policy.readers.spans import length_of_dates
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import CURRENCY, SCOPE

APPLIES_BY: Final = ("ordered", "delivered", "requested")
MOST_HOLIDAYS: Final = 400

_DEFAULT_PARTIES: Final = {"owner": "supplier", "claimant": "retailer"}
WEEKDAYS: Final = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
REGIONS: Final = {"us_federal": "US"}
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")
COUNTRY = re.compile(r"[A-Z]{2}\Z")


PARTIES: Final[MapOf[Fields]] = MapOf(
    what="`parties`",
    keys=dict.fromkeys(w.ROLES, c.one_of(w.PARTIES, "a party")),
    build=with_fields(dict),
)
"""Which party plays which role."""


def read_parties(node: Node | None, ctx: Context) -> dict[str, str]:
    """Reads who plays which role; by default the supplier owns the policy, the retailer claims."""
    return _DEFAULT_PARTIES | (ctx.attempt(PARTIES, node) or {})


_CURRENCY: Final = c.one_of(sorted(CURRENCIES), "a currency of ISO 4217")


def read_currency(node: Node | None, ctx: Context, source: Source) -> str:
    """Reads the one currency of the policy (ISO 4217)."""
    if node is None:
        said = "`currency` is missing; write one such as `currency: USD`."
        ctx.fault("missing_key", source, said)
    found = ctx.attempt(_CURRENCY, node)
    ctx.currency_known = found is not None
    return found or "USD"


def zone(node: Node, ctx: Context) -> str:
    """Reads the IANA time zone in which days begin and end."""
    name = s.word(node, ctx)
    try:
        return zone_of(name).key
    except ValueError as error:
        raise Unreadable("unknown_zone", node.source, str(error)) from None


def _scope_words(key: str, node: Node, ctx: Context) -> tuple[str, ...]:
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
    """Reads `for.currency`, which may name only the currency of the policy."""
    found = c.many_of(sorted(CURRENCIES), "a currency of ISO 4217")(node, ctx)
    others = [word for word in found if word != ctx.currency]
    if others:
        said = f"`for.currency` may name only {ctx.currency}, the currency of this policy."
        ctx.fault("other_currency", node.source, f"{said} Write another policy for {others[0]}.")
    return found


FOR: Final = MapOf(
    what="`for`",
    keys={key: partial(_scope_words, key) for key in SCOPE} | {CURRENCY: _scope_currency},
    build=lambda read, _node, _ctx: tuple(read.items()),
)
"""Which orders the policy is for, narrowest key first."""


def weekend(node: Node, ctx: Context) -> frozenset[int]:
    """Reads the weekdays on which business rests; Monday is 0."""
    names = c.many_of(WEEKDAYS, "a day of the week", least=0)(node, ctx)
    found = frozenset(list(WEEKDAYS).index(name) for name in names)
    if len(found) > 5:
        raise Unreadable("wrong_shape", node.source, "A week needs two business days or more.")
    return found


def holidays(node: Node, ctx: Context) -> str | tuple[int, ...]:
    """Reads a region, or the ordinals of a list of dates."""
    if isinstance(node, Items):
        return dates(node, ctx)
    name = s.word(node, ctx)
    region = REGIONS.get(name, name)
    if REGION.match(region) and known_region(region):
        return region
    said = (
        f"No holidays are known for `{name[:40]}`; write a country such as `US`, "
        "a part of one such as `DE-BY`, or a list of dates."
    )
    raise Unreadable("unknown_region", node.source, said)


def dates(node: Node, ctx: Context) -> tuple[int, ...]:
    """Reads the ordinals of a list of dates."""
    items = ctx.items_of(node, "A list of holidays")
    if len(items) > MOST_HOLIDAYS:
        ctx.fault("too_large", node.source, f"At most {MOST_HOLIDAYS} holidays may be listed.")
        return ()
    return ctx.each(s.day, items)


def _calendar(read: Fields, _node: Map, _ctx: Context) -> Calendar:
    rest = read.pop("weekend", Calendar().weekend)
    region, also = read.pop("holidays", ()), read.get("also", ())
    if isinstance(region, str):
        return Calendar(rest, frozenset(also), region)
    return Calendar(rest, frozenset([*region, *also]))


CALENDAR: Final = MapOf(
    what="`business_days`",
    keys={"weekend": weekend, "holidays": holidays, "also": dates},
    build=_calendar,
)
"""Weekend days and holidays; Saturday and Sunday and no holidays by default."""

OVERPAID: Final = MapOf(
    what="`overpaid`",
    keys={"by": c.one_of(w.OVERPAID, "offset or billed"), "within": length_of_dates},
    build=with_fields(Overpaid),
    rules=(
        Need(
            keys=("by", "within"),
            sentence="`overpaid` needs `by`, as in `overpaid: {by: billed, within: 30 days}`.",
        ),
    ),
)
"""How money comes back that was paid but turns out not to be owed."""


def overpaid_in_full(node: Node) -> Node:
    """Writes `billed` as `{by: billed}`."""
    if not isinstance(node, Scalar):
        return node
    return Map(source=node.source, entries={"by": node}, keys={"by": node.source})
