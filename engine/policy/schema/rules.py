"""Turns rules between keys into schemas: for one map, and for rows with values beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

from engine.policy.readers.keys import Clash, Need, Rule, Written
from engine.policy.schema.values import Schema
from engine.policy.topics.rows import EXCLUDES

_YES: Final[Mapping[str, object]] = {"accept": True, "refuse": False}
"""The value of the short key `eligible` for the words of `answer`."""

Shorts = Mapping[str, tuple[str, ...]]
"""The short names of each key, by its full name."""


def within(rules: Iterable[Rule], shorts: Shorts) -> list[Schema]:
    """Returns the schemas of the rules of one map."""
    found = [schema for rule in rules for schema in _of_map(rule, shorts)]
    return [*found, *only_one(shorts)]


def across(rules: Iterable[Rule], shorts: Shorts) -> list[Schema]:
    """Returns the schemas of the rules of every row together with the values beside `rows`."""
    found: list[Schema] = []
    for rule in rules:
        if isinstance(rule, Need):
            state = _state(list(rule.given), [], _any_of(rule.keys, shorts), shorts)
            found.append({"if": _any_of(rule.keys, shorts), "then": {}, "else": state})
        elif rule.given:
            own = [] if rule.keys[0] in {each.key for each in rule.given} else [rule.keys[0]]
            found.append(_state([*map(Written, own), *rule.given], [], False, shorts))
        else:
            found += _clashes(rule, shorts)
    return found


def _of_map(rule: Rule, shorts: Shorts) -> list[Schema]:
    if isinstance(rule, Need):
        return [_if([_holds(each, shorts) for each in rule.given], _any_of(rule.keys, shorts))]
    if rule.given:
        refused = {"properties": dict.fromkeys(_names(rule.keys, shorts), False)}
        return [_if([_holds(each, shorts) for each in rule.given], refused)]
    unless = [{"not": _any_of(rule.unless, shorts)}] if rule.unless else []
    return [
        _if([_any_of([one], shorts), *unless], {"properties": {other: False}})
        for at, one in enumerate(rule.keys)
        for other in _names(rule.keys[at + 1 :], shorts)
    ]


def only_one(shorts: Shorts) -> list[Schema]:
    """Returns the rule that a key is written in full or by one of its short names."""
    names = [_names([full], shorts) for full in shorts]
    return [
        {"if": {"required": [name]}, "then": {"properties": dict.fromkeys(each[:at], False)}}
        for each in names
        for at, name in enumerate(each)
        if at
    ]


def _clashes(rule: Clash, shorts: Shorts) -> list[Schema]:
    """Returns the rule of at most one key: in each row, and between a row and what is beside it."""
    found = [_rows(each) for each in _of_map(rule, shorts)]
    unless = [{"not": _any_of(rule.unless, shorts)}] if rule.unless else []
    for key, other in ((a, b) for a in rule.keys for b in rule.keys if a != b):
        if key not in EXCLUDES.get(other, ()):
            refused = {"properties": dict.fromkeys(_names([other], shorts), False)}
            found.append(_if([_any_of([key], shorts), *unless], _rows(refused)))
    for key, other in combinations(rule.keys, 2):
        replaced = [name for name in EXCLUDES if {key, other} & set(EXCLUDES[name])]
        both = [_any_of([key], shorts), _any_of([other], shorts), *unless]
        found.append(_if(both, _rows(_any_of((*replaced, *rule.unless), shorts))))
    return found


def _state(given: list[Written], row: list[Schema], then: Schema | bool, shorts: Shorts) -> Schema:
    """Returns what a row must have, by what is beside the rows: one branch for each case."""
    if not given:
        return _rows(_if(row, then))
    first, *rest = given
    replacing = [other for other, replaced in EXCLUDES.items() if first.key in replaced]
    inherits = {"not": _any_of([first.key, *replacing], shorts)}
    own = _holds(first, shorts)
    return {
        "if": own,
        "then": _state(rest, [*row, {"anyOf": [own, inherits]}], then, shorts),
        "else": _state(rest, [*row, own], then, shorts),
    }


def _rows(item: Schema | bool) -> Schema:
    return {"properties": {"rows": {"items": item}}}


def _if(conditions: list[Schema], then: Schema | bool) -> Schema:
    if not conditions:
        return then if isinstance(then, dict) else {"not": {}}
    return {"if": conditions[0] if len(conditions) == 1 else {"allOf": conditions}, "then": then}


def _names(keys: Iterable[str], shorts: Shorts) -> list[str]:
    return [name for key in keys for name in (key, *shorts.get(key, ()))]


def _any_of(keys: Iterable[str], shorts: Shorts) -> Schema:
    """Requires one of the keys, in full or in short."""
    required = [{"required": [name]} for name in _names(dict.fromkeys(keys), shorts)]
    return required[0] if len(required) == 1 else {"anyOf": required}


def _holds(written: Written, shorts: Shorts) -> Schema:
    """Matches a key that is written as a rule asks for."""
    if written.says is None and written.like is None:
        return _any_of([written.key], shorts)
    texts = [_said(name, written, shorts) for name in _names([written.key], shorts)]
    return texts[0] if len(texts) == 1 else {"anyOf": texts}


def _said(name: str, written: Written, shorts: Shorts) -> Schema:
    if written.like is not None:
        value: Schema = {"type": "string", "pattern": f"^{written.like}$"}
    elif name in shorts.get("answer", ()):
        value = {"enum": [written.says, *([_YES[w]] if (w := str(written.says)) in _YES else [])]}
    else:
        value = {"const": written.says}
    return {"required": [name], "properties": {name: {"not": value} if written.but else value}}
