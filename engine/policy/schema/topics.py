"""The forms of every topic: its rows, its lines, and tables with values beside their rows.

Rules between keys become schemas for one map, and for rows with values beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Final

from engine.policy import promises
from engine.policy.header import own_words, who
from engine.policy.inheritance.shorthand import GIVES, SINGULAR, TO
from engine.policy.readers import amounts, choices, scalars, spans, whens
from engine.policy.readers.choices import ManyOf, OneOf
from engine.policy.readers.keys import Clash, ListOf, MapOf, Need, Reader, Rule, Written
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema.help import described
from engine.policy.schema.values import PARTY, Schema, enum, one_or_more, or_agreed, ref, typed
from engine.policy.topics import clocks, goods, limits, verdicts
from engine.policy.topics.catalogue import PART, TAKEN, TOPICS
from engine.policy.topics.rows import EXCLUDES, OWN_KEYS, SAID, Topic
from engine.policy.topics.tables import MOST_PARTS
from engine.policy.words import REMEDIES, SHORT_FIELDS

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


# --- topics ---------------------------------------------------------------------------------------


_NAMED: Final[Mapping[Reader, str]] = {
    scalars.text: "text",
    scalars.sentence: "text",
    scalars.word: "word",
    scalars.words: "words",
    scalars.identifier: "identifier",
    scalars.yes_no: "yes_no",
    scalars.only_true: "only_true",
    scalars.count: "count",
    scalars.percent: "percent",
    scalars.length: "length",
    scalars.day: "day",
    amounts.amount: "amount",
    amounts.quantity: "quantity",
    choices.party: "party",
    choices.code: "code",
    choices.date_fact: "date_fact",
    spans.start: "start",
    spans.length_of_dates: "length_of_dates",
    whens.read_when: "when",
    clocks.late_code: "late_code",
    goods.place: "place",
    goods.legs: "legs",
    limits.evidence_words: "evidence_words",
    verdicts.read_sets: "sets_of_a_reading",
    promises.promise_id: "identifier",
    promises.outcome: "outcome",
    promises.never_both: "never_both",
    promises.group: "group",
}
"""The name of the form that each reader reads."""
_FORMS: Final[Mapping[Reader, Schema]] = {
    **{reader: ref(name) for reader, name in _NAMED.items()},
    who.weekend: one_or_more(or_agreed(enum(who.WEEKDAYS)), least=0),
    who.dates: one_or_more(ref("day"), least=0),
    who.holidays: {
        "if": {"type": "array"},
        "then": {"items": ref("day"), "maxItems": who.MOST_HOLIDAYS},
        "else": ref("region"),
    },
    own_words.over: {"if": enum(own_words.SPANS), "then": {}, "else": ref("counted_back")},
}


def read_by(reader: Reader, where: str) -> Schema:
    """Returns the form of what a reader reads; raises LookupError if the schema has none."""
    if isinstance(reader, OneOf):
        return or_agreed(enum(reader.known))
    if isinstance(reader, ManyOf):
        return one_or_more(or_agreed(enum(reader.known)), reader.least)
    if isinstance(reader, ListOf):
        item = map_of(reader.item, f"{where}.item")
        return or_agreed({"type": "array", "items": item, "minItems": reader.least})
    if isinstance(reader, MapOf):
        return map_of(reader, where)
    if reader not in _FORMS:
        raise LookupError(f"The schema has no form for what {reader!r} reads ({where}).")
    return _FORMS[reader]


def keys_of(keys: Mapping[str, Reader], where: str) -> dict[str, Schema]:
    """Returns the form of each key, with its description."""
    return described(where, {key: read_by(each, f"{where}.{key}") for key, each in keys.items()})


def map_of(reader: MapOf[Any], where: str) -> Schema:
    """Returns the form of a map of fixed keys, with the rules between them."""
    return closed(keys_of(reader.keys, where), *within(reader.rules, {}))


def closed(properties: Mapping[str, Schema], *more: Schema) -> Schema:
    """Returns the form of a map with these keys and no others."""
    found: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    required = [key for each in more if list(each) == ["required"] for key in each["required"]]
    rest = [each for each in more if list(each) != ["required"]]
    return found | ({"required": required} if required else {}) | ({"allOf": rest} if rest else {})


def shorts_of(topic: Topic) -> Shorts:
    """Returns the short names of a topic's fields, by the full ones."""
    if topic.name not in (*SINGULAR, "deadlines"):
        return {}
    return {full: (short,) for (name, short), full in SHORT_FIELDS.items() if name == topic.name}


_SHORT_FORMS: Final[Mapping[str, Schema]] = {
    "days": ref("days"),
    "eligible": {"if": {"type": "boolean"}, "then": {}, "else": ref("answer")},
    **dict.fromkeys(TO, or_agreed(enum((*REMEDIES, *GIVES)))),
}


def _fields(topic: Topic, shorts: Shorts) -> dict[str, Schema]:
    """Returns the fields that rows of a topic set, in full and in short."""
    names = [*topic.keys, *(name for each in shorts.values() for name in each)]
    return {name: ref(f"{topic.name}.{name}") for name in names}


def fields_of(topic: Topic, shorts: Shorts) -> dict[str, Schema]:
    """Returns the named form of each field of a topic."""
    short = {
        name: _SHORT_FORMS.get(name, read_by(topic.keys[key], name))
        for key, names in shorts.items()
        for name in names
    }
    found = keys_of(topic.keys, topic.name) | described(topic.name, short)
    return {f"{topic.name}.{key}": form for key, form in found.items()}


def _own(topic: Topic) -> dict[str, Schema]:
    """Returns the keys by which any row explains itself."""
    found = {key: ref(f"row.{key}") for key in OWN_KEYS}
    if topic.name == "eligibility":
        found["code"] = ref("row.code_or_from_deadline")
    return found


def _of_rows() -> dict[str, Schema]:
    forms = {
        "id": ref("row_id"),
        "when": ref("when"),
        "otherwise": ref("only_true"),
        "effective": ref("effective"),
        "code": ref("code"),
        **{key: read_by(reader, key) for key, reader in SAID.items()},
    }
    found = described("row", typed(OWN_KEYS, forms))
    found["code_or_from_deadline"] = found["code"] | ref("code_or_from_deadline")
    return {f"row.{key}": form for key, form in found.items()}


_WHEN_OR_OTHERWISE: Final[Schema] = {
    "if": {"required": ["otherwise"]},
    "then": {"properties": {"when": False}},
    "else": {"required": ["when"]},
}


def _row(topic: Topic) -> Schema:
    asks = _WHEN_OR_OTHERWISE
    if topic.name == "demands":
        asks = {key: asks[key] for key in ("if", "then")}
    shorts = shorts_of(topic)
    return closed(
        _own(topic) | _fields(topic, shorts), {"required": ["id"]}, asks, *only_one(shorts)
    )


def line_of(topic: Topic, shorts: Shorts) -> Schema:
    """Returns the form of a topic or a part that is a single row."""
    own = {key: form for key, form in _own(topic).items() if key != "otherwise"}
    return closed(own | _fields(topic, shorts) | _sets(topic), *within(topic.rules, shorts))


def rows_of(topic: Topic, shorts: Shorts) -> Schema:
    """Returns the form of a table with `rows`, and values that hold for each of them."""
    shared = ("when", "code", *SAID)
    rows = {"type": "array", "items": ref(f"row_of_{topic.name}")}
    table = described("table", {"rows": or_agreed(rows), "decide": enum(topic.decide)})
    own = {key: form for key, form in _own(topic).items() if key in shared}
    beside = [*only_one(shorts), *across(topic.rules, shorts)]
    return closed(table | own | _fields(topic, shorts) | _sets(topic), *beside)


def _sets(topic: Topic) -> dict[str, Schema]:
    if topic.name != "whole_return":
        return {}
    return described("table", {"sets": one_or_more(map_of(promises.SET, "sets"), least=0)})


def table_of(name: str) -> Schema:
    """Returns the form of a table of rows, or of a line; an editor offers `rows` in either."""
    return {
        "type": "object",
        "properties": described("table", {"rows": {}}),
        "if": {"required": ["rows"]},
        "then": ref(f"rows_of_{name}"),
        "else": ref(f"line_of_{name}"),
    }


def _parts(topic: Topic) -> Schema:
    table = ref(f"table_of_{topic.name}")
    if topic.name == "remedies":
        return {
            "type": "object",
            "properties": described("parties", dict.fromkeys(PARTY, table)),
            "additionalProperties": False,
        }
    taken = () if topic.name == "fees" else sorted({*SENT, *TAKEN})
    lookahead = p.none_of(taken) if taken else ""
    said = "A part has a name of small letters, digits and `_` that no fact has."
    names = {"pattern": f"^(?:{lookahead}{p.of(PART)})$", "errorMessage": said}
    parts: Schema = {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": table,
        "maxProperties": MOST_PARTS,
    }
    if topic.name == "deadlines":
        request = "The main clock: when the return must be asked for."
        parts["properties"] = {"request": table | {"description": request}}
    if topic.name != "fees":
        return parts
    line = {"required": ["fee"], "properties": {"fee": {"not": {"type": "object"}}}}
    unnamed = {"anyOf": [{"required": ["rows"]}, line]}
    return {"type": "object", "if": unnamed, "then": table, "else": parts}


def topics() -> dict[str, Schema]:
    """Returns every form of this module by its name; `topic_NAME` belongs to the topic's key."""
    found = _of_rows()
    for name, topic in TOPICS.items():
        found |= fields_of(topic, shorts_of(topic)) | {
            f"row_of_{name}": _row(topic),
            f"rows_of_{name}": rows_of(topic, shorts_of(topic)),
            f"line_of_{name}": line_of(topic, shorts_of(topic)),
            f"table_of_{name}": table_of(name),
            f"topic_{name}": _parts(topic) if topic.plural else ref(f"table_of_{name}"),
        }
    return found
