"""Reads everything of a policy that is not a topic: who, when, where, and its own words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from engine.dates import Calendar, Unit, known_region, zone_of
from engine.money import CURRENCIES, Rounding
from engine.policy import values as v
from engine.policy import words as w
from engine.policy.bodies import read_keys
from engine.policy.conditions import read_when
from engine.policy.context import Context
from engine.policy.faults import Source, nearest
from engine.policy.model import Agreed, Effective
from engine.policy.text import Items, Map, Node, Scalar, to_data
from engine.policy.vocabulary import SCOPE, Fact, FactType

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REGIONS = {"us_federal": "US"}


def read_effective(node: Node, ctx: Context) -> Effective | None:
    """`{from: .., until: ..}`, both days included."""
    days = ctx.map_of(node, "`effective`")
    if days is None:
        return None
    ctx.only_keys(days, ("from", "until"), "`effective`")
    read = read_keys(days, {"from": v.day, "until": v.day}, ctx)
    first, last = read.get("from"), read.get("until")
    if not isinstance(first, int):
        if "from" not in days.entries:
            ctx.fault("missing_key", node.source, "`effective` needs `from`: its first day.")
        return None
    if isinstance(last, int) and last < first:
        ctx.fault("reversed", node.source, "`effective` is reversed: `until` lies before `from`.")
        return None
    return Effective(first=first, last=last if isinstance(last, int) else None)


def read_parties(node: Node | None, ctx: Context) -> dict[str, str]:
    """Who plays which role; by default the supplier owns the policy and the retailer claims."""
    found = {"owner": "supplier", "claimant": "retailer"}
    roles = ctx.map_of(node, "`parties`") if node else None
    if roles is not None:
        ctx.only_keys(roles, w.ROLES, "`parties`")
        for role in w.ROLES:
            if role in roles.entries:
                party = v.one_of(w.PARTIES, "a party")(roles.entries[role], ctx)
                found |= {role: str(party)} if party else {}
    return found


def read_currency(node: Node | None, ctx: Context, source: Source) -> str:
    """The one currency of the policy (ISO 4217)."""
    if node is None:
        ctx.fault(
            "missing_key", source, "`currency` is missing; write one such as `currency: USD`."
        )
        return "USD"
    found = v.one_of(sorted(CURRENCIES), "a currency of ISO 4217")(node, ctx)
    return str(found) if found else "USD"


def read_zone(node: Node | None, ctx: Context) -> str:
    """The IANA time zone in which days begin and end; UTC by default."""
    if node is None:
        return "UTC"
    name = v.word(node, ctx)
    try:
        return zone_of(name).key if name else "UTC"
    except ValueError as error:
        ctx.fault("unknown_zone", node.source, str(error))
        return "UTC"


def read_rounding(node: Node | None, ctx: Context) -> Rounding:
    """How amounts are rounded to minor units."""
    found = v.one_of(Rounding, "a way of rounding")(node, ctx) if node else None
    return Rounding(str(found)) if found else Rounding.HALF_UP


def read_calendar(node: Node | None, ctx: Context) -> Calendar:
    """Weekend days and holidays; Saturday and Sunday and no holidays by default."""
    parts = ctx.map_of(node, "`business_days`") if node else None
    if parts is None:
        return Calendar()
    ctx.only_keys(parts, ("weekend", "holidays", "also"), "`business_days`")
    weekend = {5, 6}
    if "weekend" in parts.entries:
        names = v.many_of(_WEEKDAYS, "a day of the week")(parts.entries["weekend"], ctx)
        weekend = {_WEEKDAYS.index(str(name)) for name in names}  # type: ignore[attr-defined]
        if len(weekend) > 5:
            ctx.fault(
                "wrong_shape",
                parts.entries["weekend"].source,
                "A week needs two business days or more.",
            )
            weekend = {5, 6}
    region, dates = _holidays(parts.get("holidays"), ctx)
    return Calendar(
        frozenset(weekend),
        frozenset(dates) | frozenset(_holidays(parts.get("also"), ctx)[1]),
        region,
    )


def _holidays(node: Node | None, ctx: Context) -> tuple[str | None, list[int]]:
    if node is None:
        return None, []
    if isinstance(node, Items):
        if len(node.items) > 400:
            ctx.fault("too_large", node.source, "At most 400 holidays may be listed.")
            return None, []
        return None, [day for item in node.items if (day := v.day(item, ctx)) is not None]
    name = v.word(node, ctx)
    region = _REGIONS.get(name or "", name or "")
    if region and re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", region) and known_region(region):
        return region, []
    if name:
        ctx.fault(
            "unknown_region",
            node.source,
            f"No holidays are known for `{name[:40]}`; write a country such as "
            "`US`, a part of one such as `DE-BY`, or a list of dates.",
        )
    return None, []


def read_scope(node: Node | None, ctx: Context) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`for`: which orders the policy is for, narrowest key first."""
    parts = ctx.map_of(node, "`for`") if node else None
    if parts is None:
        return ()
    ctx.only_keys(parts, SCOPE, "`for`")
    return tuple((key, v.words(parts.entries[key], ctx)) for key in SCOPE if key in parts.entries)


def read_codes(node: Node | None, ctx: Context) -> None:
    """The policy's own codes, each with its sentence."""
    parts = ctx.map_of(node, "`codes`") if node else None
    for key, child in (parts.entries if parts else {}).items():
        if not _NAME.match(key):
            ctx.fault(
                "wrong_type",
                child.source,
                f"`{key[:60]}` is not a code: small letters, digits and `_`.",
            )
        elif (sentence := v.text(child, ctx)) is not None:
            ctx.codes[key] = sentence


def read_facts(node: Node | None, ctx: Context) -> None:
    """The policy's own facts, and defaults for built-in ones."""
    parts = ctx.map_of(node, "`facts`") if node else None
    for key, child in (parts.entries if parts else {}).items():
        entry = ctx.map_of(child, f"The fact `{key[:60]}`")
        if entry is None:
            continue
        if not _NAME.match(key):
            ctx.fault(
                "wrong_type",
                child.source,
                f"`{key[:60]}` is not a fact name: small letters, digits and `_`.",
            )
            continue
        fact = _fact(key, entry, ctx)
        if fact is not None:
            ctx.facts[key] = fact


_TYPES: Final = tuple(t for t in FactType if t not in (FactType.LENGTH, FactType.ROWS))


def _fact(name: str, node: Map, ctx: Context) -> Fact | None:
    ctx.only_keys(
        node,
        ("type", "of", "best_first", "open", "if_not_sent", "counter", "per", "over"),
        "a fact",
    )
    known = ctx.facts.get(name)
    if "type" not in node.entries:
        ctx.fault("missing_key", node.source, f"The fact `{name}` needs a `type`.")
        return None
    said = v.one_of(_TYPES, "a type of fact")(node.entries["type"], ctx)
    if said is None:
        return None
    type_ = FactType(str(said))
    if known and known.type is not type_:
        ctx.fault(
            "wrong_type",
            node.entries["type"].source,
            f"`{name}` is built in, and its type is `{known.type}`.",
        )
        return None
    fact = replace(known, counter="") if known else Fact(name=name, type=type_)
    if "of" in node.entries or "best_first" in node.entries:
        ordered = "best_first" in node.entries
        fact = replace(
            fact,
            words=v.words(node.entries["best_first" if ordered else "of"], ctx),
            best_first=ordered,
        )
    if "open" in node.entries:
        fact = replace(fact, open=bool(v.yes_no(node.entries["open"], ctx)))
    if "counter" in node.entries:
        said_ = [
            to_data(node.entries[key]) for key in ("counter", "per", "over") if key in node.entries
        ]
        fact = replace(fact, counter=", ".join(str(part) for part in said_))
    if "if_not_sent" in node.entries:
        fact = replace(fact, if_not_sent=_default(fact, node.entries["if_not_sent"], ctx))
    return fact


def _default(fact: Fact, node: Node, ctx: Context) -> object:
    readers: dict[FactType, v.Reader] = {
        FactType.YES_NO: v.yes_no,
        FactType.COUNT: v.count,
        FactType.NUMBER: v.number,
        FactType.MONEY: v.money,
        FactType.PERCENT: v.percent,
        FactType.DATE: v.day,
        FactType.SET: v.words,
    }
    if fact.type is FactType.WORD:
        readers[FactType.WORD] = (
            v.one_of(fact.words, f"a word of `{fact.name}`")
            if fact.words and not fact.open
            else v.word
        )
    if readers[fact.type](node, ctx) is None:
        return None
    return to_data(node)


def read_values(node: Node | None, ctx: Context) -> None:
    """The words that this owner uses for a fact, in place of or beside the built-in ones."""
    parts = ctx.map_of(node, "`values`") if node else None
    for key, child in (parts.entries if parts else {}).items():
        if key == "place":
            ctx.places = (*ctx.places, *v.words(child, ctx))
            continue
        fact = ctx.facts.get(key)
        if fact is None or fact.type not in (FactType.WORD, FactType.SET):
            hint = nearest(
                key, [n for n, f in ctx.facts.items() if f.type in (FactType.WORD, FactType.SET)]
            )
            ctx.fault(
                "unknown_fact",
                parts.key_source(key) if parts else child.source,
                f"`{key[:60]}` is not a fact that takes words.{hint}",
            )
            continue
        ctx.facts[key] = _with_words(fact, child, ctx)


def _with_words(fact: Fact, node: Node, ctx: Context) -> Fact:
    open_ = best_first = False
    listed: Node = node
    if isinstance(node, Map):
        ctx.only_keys(node, ("words", "best_first", "open"), f"`values.{fact.name}`")
        best_first = "best_first" in node.entries
        open_ = "open" in node.entries and bool(v.yes_no(node.entries["open"], ctx))
        listed = (
            node.entries.get("best_first")
            or node.entries.get("words")
            or Items(source=node.source, items=())
        )
        if best_first and open_:
            ctx.fault(
                "wrong_shape",
                node.source,
                "Words with an order are a closed list; leave `open` out.",
            )
            open_ = False
    found = v.words(listed, ctx)
    for word in {word for word in found if found.count(word) > 1}:
        ctx.fault("written_twice", listed.source, f"`{word}` stands twice.")
    if fact.name in ("evidence", "lacking"):
        both = tuple(dict.fromkeys((*w.EVIDENCE, *found)))
        for name in ("evidence", "lacking"):
            ctx.facts[name] = replace(ctx.facts[name], words=both)
        return replace(ctx.facts[fact.name], words=both)
    return replace(fact, words=tuple(dict.fromkeys(found)), best_first=best_first, open=open_)


def read_groups(node: Node | None, ctx: Context) -> None:
    """Named conditions; a group may use the groups above it."""
    parts = ctx.map_of(node, "`groups`") if node else None
    for key, child in (parts.entries if parts else {}).items():
        if not _NAME.match(key):
            ctx.fault(
                "wrong_type",
                child.source,
                f"`{key[:60]}` is not a group name: small letters, digits and `_`.",
            )
            continue
        with ctx.at_step(100_000):
            ctx.groups[key] = read_when(child, ctx)


def read_agreed(node: Node | None, ctx: Context) -> tuple[Agreed, ...]:
    """The values that are settled partner by partner."""
    parts = ctx.map_of(node, "`agreed`") if node else None
    found: list[Agreed] = []
    for key, child in (parts.entries if parts else {}).items():
        entry = ctx.map_of(child, f"The agreed value `{key[:60]}`")
        if entry is None:
            continue
        ctx.only_keys(entry, ("type", "of", "default", "at_least", "at_most"), "an agreed value")
        if not _NAME.match(key) or "type" not in entry.entries:
            ctx.fault(
                "missing_key",
                entry.source,
                f"The agreed value `{key[:60]}` needs a name in small letters and a `type`.",
            )
            continue
        type_ = v.one_of(FactType, "a type")(entry.entries["type"], ctx)
        of = v.words(entry.entries["of"], ctx) if "of" in entry.entries else ()
        if type_:
            found.append(
                Agreed(
                    name=key,
                    type=str(type_),
                    default=entry.get("default"),
                    of=of,
                    at_least=entry.get("at_least"),
                    at_most=entry.get("at_most"),
                    source=entry.source,
                )
            )
    return tuple(found)


def scalar_order(type_: str, node: Node, ctx: Context) -> int | None:
    """A comparable integer for the value of an agreed fact, for bounds; None when it cannot be read."""
    if type_ == FactType.LENGTH:
        found = v.length(node, ctx)
        rough = {
            Unit.HOURS: 1,
            Unit.DAYS: 24,
            Unit.CLOCK_DAYS: 24,
            Unit.BUSINESS_DAYS: 24,
            Unit.WEEKS: 168,
            Unit.MONTHS: 730,
            Unit.YEARS: 8760,
        }
        return found.count * rough[found.unit] if found else None
    readers = {
        FactType.PERCENT: v.percent,
        FactType.MONEY: v.money,
        FactType.COUNT: v.count,
        FactType.NUMBER: v.number,
        FactType.DATE: v.day,
    }
    reader = readers.get(FactType(type_))
    return reader(node, ctx) if reader and isinstance(node, Scalar) else None
