"""The forms of everything in a policy that is not a topic: who, when, where, and own words."""

from __future__ import annotations

from typing import Any, Final

from engine.money import CURRENCIES, Rounding
from engine.policy import words as w
from engine.policy.header import agreed, counters, own_words, who
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed, map_of
from engine.policy.schema.values import (
    Schema,
    enum,
    names,
    of_type,
    offering,
    one_or_more,
    or_agreed,
    own,
    ref,
    suggest,
    text_like,
    typed,
)
from engine.policy.vocabulary import CURRENCY, SCOPE, Counted, FactType, Owner

_ZONES: Final = (
    *("UTC", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("Europe/London", "Europe/Berlin", "Europe/Paris", "Asia/Shanghai", "Asia/Tokyo"),
)
"""Zones that an editor offers; the reader knows every IANA zone."""


def header(id_pattern: str) -> dict[str, Schema]:
    """Returns the form of each key of the header."""
    said = "A policy id is words joined by `/`, as in `acme/standard`."
    policy = text_like(p.whole(id_pattern), said, "acme/standard") | {"maxLength": 80}
    return {
        "policy": policy | {"type": ["string", "number", "boolean"], "minimum": 0},
        "version": ref("count"),
        "title": ref("text"),
        "parties": map_of(who.PARTIES, "roles"),
        "effective": ref("effective"),
        "applies_by": or_agreed(enum(who.APPLIES_BY)),
        "time_zone": suggest(_ZONES, ref("word")),
        "currency": or_agreed(enum(sorted(CURRENCIES))),
        "business_days": map_of(who.CALENDAR, "business_days"),
        "rounding": or_agreed(enum(str(each) for each in Rounding)),
        "overpaid": _overpaid(),
        "for": _scope(),
        "values": _values(),
        "groups": own(ref("when")),
        "facts": _facts(),
        "agreed": own(_agreed()),
        "codes": own(ref("text")),
    }


def _overpaid() -> Schema:
    alone = or_agreed(enum(w.OVERPAID))
    full = map_of(who.OVERPAID, "overpaid")
    return offering(alone, {"if": {"type": "object"}, "then": full, "else": alone})


def _scope() -> Schema:
    facts_ = {key: one_or_more(ref("word")) for key in SCOPE if key != CURRENCY}
    currency = {CURRENCY: one_or_more(or_agreed(enum(sorted(CURRENCIES))))}
    return closed(described("facts", facts_) | described("for", currency))


# --- own words ------------------------------------------------------------------------------------


def _own_list() -> Schema:
    told = {"not": enum(sorted(own_words.SENT))}
    word = {"allOf": [ref("word"), told]}
    listed = {"items": word, "minItems": 1, "uniqueItems": True}
    return {"if": {"type": "array"}, "then": listed, "else": word}


def _values() -> Schema:
    wordy = names(*own_words.WORDY)
    forms = described("facts", dict.fromkeys(wordy, ref("own_words")))
    place = described("values", {"place": ref("words")})
    found = own(ref("own_words"), taken=sorted(set(SENT) - set(wordy)))
    return found | {"properties": forms | place}


def _own_words() -> Schema:
    forms = {
        "words": ref("own_list"),
        "best_first": ref("own_list"),
        "open": ref("yes_no"),
    }
    properties = described("values", typed(own_words.VALUE_KEYS, forms))
    ordered = {
        "if": {"required": ["best_first"]},
        "then": {"properties": {"words": False, "open": {"not": {"const": True}}}},
        "else": {"required": ["words"]},
    }
    return {
        "if": {"type": "object"},
        "then": closed(properties, ordered),
        "else": ref("own_list"),
    }


def _facts() -> Schema:
    """Returns the form of `facts`; a built-in fact declared again keeps its type and owner."""
    built_in = {
        name: {
            "allOf": [
                ref(f"fact_of_type_{fact.type}"),
                {"properties": {"told_by": {"const": str(fact.told_by)}}},
            ]
        }
        for name, fact in SENT.items()
    }
    of_its_own: Schema = {"allOf": [ref("fact"), {"required": ["type"]}]}
    found = own(of_its_own, taken=sorted(own_words.TAKEN))
    return found | {"properties": described("facts", built_in)}


def _fact() -> Schema:
    forms = {
        "type": or_agreed(enum(str(each) for each in own_words.TYPES)),
        "told_by": enum(str(each) for each in own_words.TELLERS),
        "of": ref("own_list"),
        "best_first": ref("own_list"),
        "open": ref("yes_no"),
        "if_not_sent": {},
        "counter": {"if": {"type": "object"}, "then": ref("counter"), "else": ref("text")},
        **dict.fromkeys(("per", "over"), ref("text")),
    }
    properties = described("fact", typed(own_words.KEYS, forms))
    wordy = {"properties": {"type": enum(str(each) for each in own_words.WORDY)}}
    no_words = {"if": wordy, "then": {}, "else": {"properties": dict.fromkeys(_LISTS, False)}}
    defaults = [_beside_type(each, {"if_not_sent": of_type(each)}) for each in own_words.TYPES]
    return closed(properties, no_words, *defaults, *_own_counters())


_LISTS: Final = ("of", "best_first")


def _own_counters() -> list[Schema]:
    """Returns the rules for keys beside a counter: its kind fixes the type and excludes some."""
    own_ = {"required": ["counter"], "properties": {"counter": {"type": "object"}}}
    alone: Schema = {"if": own_, "then": {"properties": dict.fromkeys(counters.BESIDE, False)}}
    others = {"required": ["counter"], "properties": {"counter": {"not": {"type": "object"}}}}
    told = {"properties": {"told_by": {"const": str(Owner.SUPPLIER)}}}
    return [alone, {"if": others, "then": told}, *(_fitting(each) for each in Counted)]


def _fitting(of: Counted) -> Schema:
    counted = {"required": ["of"], "properties": {"of": {"const": str(of)}}}
    given = {"required": ["counter"], "properties": {"counter": counted | {"type": "object"}}}
    type_ = or_agreed({"const": str(counters.type_of(of))})
    return {"if": given, "then": {"properties": {"type": type_}}}


def _beside_type(type_: FactType, properties: dict[str, Any]) -> Schema:
    """Returns a rule for the values of other keys if a type is declared."""
    declared = {"required": ["type"], "properties": {"type": {"const": str(type_)}}}
    return {"if": declared, "then": {"properties": properties}}


def _agreed() -> Schema:
    forms: dict[str, Schema] = {
        "type": enum(str(each) for each in FactType),
        "of": ref("words"),
        "default": {},
        "at_least": {},
        "at_most": {},
    }
    properties = described("agreed", typed(agreed.KEYS, forms))
    bounds = ("at_least", "at_most")
    rules: list[dict[str, Any]] = []
    for type_ in FactType:
        value = {"type": "array"} if type_ is FactType.ROWS else of_type(type_)
        limits = of_type(type_) if type_ in agreed.BOUNDED else False
        rules.append(_beside_type(type_, {"default": value, **dict.fromkeys(bounds, limits)}))
    return closed(properties, {"required": ["type"]}, *rules)


def own_forms() -> dict[str, Schema]:
    """Returns the named forms of this module."""
    found = {"own_list": _own_list(), "own_words": _own_words(), "fact": _fact()}
    found["counter"] = map_of(counters.read_counter, "counter")
    for type_ in own_words.TYPES:
        told = {"not": {"type": "object"}}
        same: Schema = {"type": or_agreed({"const": str(type_)}), "counter": told}
        if type_ not in own_words.WORDY:
            same |= dict.fromkeys(_LISTS, False)
        same |= {"if_not_sent": of_type(type_)}
        found[f"fact_of_type_{type_}"] = {"allOf": [ref("fact"), {"properties": same}]}
    return found
