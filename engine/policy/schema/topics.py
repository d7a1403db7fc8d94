"""The forms of every topic: its rows, its lines, and tables with values beside their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.policy import promises
from engine.policy.header import counters, who
from engine.policy.inheritance.shorthand import GIVES, SINGULAR, TO
from engine.policy.readers import amounts, choices, scalars, spans, whens
from engine.policy.readers.choices import ManyOf, OneOf
from engine.policy.readers.keys import ListOf, MapOf, Reader
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema import rules
from engine.policy.schema.help import described
from engine.policy.schema.values import PARTY, Schema, enum, one_or_more, or_agreed, ref, typed
from engine.policy.topics import clocks, goods, limits, verdicts
from engine.policy.topics.catalogue import PART, TAKEN, TOPICS
from engine.policy.topics.rows import OWN_KEYS, SAID, Topic
from engine.policy.topics.tables import MOST_PARTS
from engine.policy.words import REMEDIES, SHORT_FIELDS

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
    counters.over: {"if": enum(counters.SPANS), "then": {}, "else": ref("counted_back")},
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
    return closed(keys_of(reader.keys, where), *rules.within(reader.rules, {}))


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


def shorts_of(topic: Topic) -> rules.Shorts:
    """Returns the short names of a topic's fields, by the full ones."""
    if topic.name not in (*SINGULAR, "deadlines"):
        return {}
    return {full: (short,) for (name, short), full in SHORT_FIELDS.items() if name == topic.name}


_SHORT_FORMS: Final[Mapping[str, Schema]] = {
    "days": ref("days"),
    "eligible": {"if": {"type": "boolean"}, "then": {}, "else": ref("answer")},
    **dict.fromkeys(TO, or_agreed(enum((*REMEDIES, *GIVES)))),
}


def _fields(topic: Topic, shorts: rules.Shorts) -> dict[str, Schema]:
    """Returns the fields that rows of a topic set, in full and in short."""
    names = [*topic.keys, *(name for each in shorts.values() for name in each)]
    return {name: ref(f"{topic.name}.{name}") for name in names}


def fields_of(topic: Topic, shorts: rules.Shorts) -> dict[str, Schema]:
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
    only_one = rules.only_one(shorts)
    return closed(_own(topic) | _fields(topic, shorts), {"required": ["id"]}, asks, *only_one)


def line_of(topic: Topic, shorts: rules.Shorts) -> Schema:
    """Returns the form of a topic or a part that is a single row."""
    own = {key: form for key, form in _own(topic).items() if key != "otherwise"}
    return closed(own | _fields(topic, shorts) | _sets(topic), *rules.within(topic.rules, shorts))


def rows_of(topic: Topic, shorts: rules.Shorts) -> Schema:
    """Returns the form of a table with `rows`, and values that hold for each of them."""
    shared = ("when", "code", *SAID)
    rows = {"type": "array", "items": ref(f"row_of_{topic.name}")}
    table = described("table", {"rows": or_agreed(rows), "decide": enum(topic.decide)})
    own = {key: form for key, form in _own(topic).items() if key in shared}
    beside = [*rules.only_one(shorts), *rules.across(topic.rules, shorts)]
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
