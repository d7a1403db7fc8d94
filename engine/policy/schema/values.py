"""The forms of single values: for each reader of a value, the schema of what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.dates import MOST, Unit
from engine.policy import words as w
from engine.policy.header import own_words
from engine.policy.header.who import REGION, REGIONS
from engine.policy.readers import scalars as s
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.topics.rows import ROW_ID
from engine.policy.vocabulary import FactType

Schema = dict[str, Any]
"""A JSON Schema, draft 2020-12."""


def ref(name: str) -> Schema:
    """Refers to a named form under `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


def text_like(pattern: str, said: str, *examples: str) -> Schema:
    """Returns the form of a text that fits a pattern; an editor shows `said` for another text."""
    found: Schema = {"type": "string", "pattern": pattern, "errorMessage": said}
    offered = [{"label": each, "body": each} for each in examples]
    return found | ({"defaultSnippets": offered} if offered else {})


def written(pattern: str, said: str) -> Schema:
    """Returns the form of a text that fits a pattern, or a number or boolean that reads as one."""
    return text_like(pattern, said) | {"type": ["string", "integer", "boolean"], "minimum": 0}


def or_agreed(schema: Schema) -> Schema:
    """Returns the form of a value, or of the name of a value agreed with a partner."""
    named = {"type": "string", "pattern": p.AGREED}
    return offering(schema, {"if": named, "then": {}, "else": schema})


def offering(offered: Schema, schema: Schema) -> Schema:
    """Adds the values that the simplest case offers to a schema that branches by `if`.

    Where nothing is written yet, editors look into `anyOf`, but not into `then` and `else`.
    """
    if "defaultSnippets" in offered:
        return schema | {"defaultSnippets": offered["defaultSnippets"]}
    known = offered if "enum" in offered else next(iter(offered.get("anyOf", ())), {})
    return schema | {"anyOf": [known, {}]} if "enum" in known else schema


def enum(known: Iterable[object]) -> Schema:
    """Returns the form of one value of a closed list."""
    return {"enum": list(known)}


def suggest(known: Iterable[object], other: Schema) -> Schema:
    """Returns the form of words that an editor offers, and of any `other` value."""
    return {"anyOf": [enum(known), other]}


def one_or_more(item: Schema, least: int = 1) -> Schema:
    """Returns the form of a value, or of a list of such values."""
    listed = {"items": item} | ({"minItems": least} if least else {})
    return offering(item, {"if": {"type": "array"}, "then": listed, "else": item})


def name_but(taken: Iterable[str]) -> str:
    """Returns a pattern of own names that are not among the built-in names `taken`."""
    return f"{p.none_of(taken)}{p.of(own_words.NAME)}"


def names(*types: FactType) -> list[str]:
    """Returns the names of the built-in facts of some types."""
    return [name for name, fact in SENT.items() if fact.type in types]


def others(*types: FactType) -> list[str]:
    """Returns the names of the built-in facts of all other types."""
    return [name for name, fact in SENT.items() if fact.type not in types]


def _fact_of(type_: FactType, what: str) -> Schema:
    said = f"This is not {what}; declare your own under `facts`."
    own = text_like(p.whole(name_but(others(type_))), said)
    return suggest(names(type_), own)


_CODE: Final = text_like(
    p.whole(p.of(own_words.NAME)), "A code is a word; declare your own under `codes`."
)


def _code(*more: str) -> Schema:
    """Returns the form of a code; an editor shows the sentence of each."""
    built_in = enum((*w.CODES, *more)) | {"enumDescriptions": [*w.CODES.values(), *more]}
    return {"anyOf": [built_in, _CODE]}


PARTY: Final = (*w.PARTIES, *w.ROLES)

VALUES: Final[dict[str, Schema]] = {
    "text": {
        "type": ["string", "number", "boolean"],
        "pattern": r"\S",
        "maxLength": s.LONGEST_TEXT,
    },
    "word": {"type": ["string", "number", "boolean"], "pattern": rf"^(?:{p.of(s.WORD)})$"},
    "words": one_or_more(ref("word"), least=0),
    "identifier": written(
        f"^(?:{p.of(s.IDENTIFIER)})$",
        "An id is letters, digits, `-`, `_`, `.` and `/`, at most 80.",
    )
    | {"type": ["string", "number", "boolean"]},
    "row_id": written(
        f"^(?:{p.of(ROW_ID)})$", "A row id is letters, digits, `-` and `_`, at most 60."
    ),
    "yes_no": or_agreed({"type": "boolean"}),
    "only_true": or_agreed({"const": True}),
    "count": or_agreed({"type": "integer", "minimum": 0, "maximum": s.MOST}),
    "days": {
        "if": {"type": "integer"},
        "then": {"minimum": 0, "maximum": MOST[Unit.DAYS]},
        "else": ref("length"),
    },
    "number": {
        "type": ["number", "string"],
        "pattern": p.whole(p.of(s.NUMBER)),
        "exclusiveMinimum": -(10**12),
        "exclusiveMaximum": 10**12,
    },
    "percent": text_like(
        p.whole(rf"\s*{p.PERCENT}\s*"), "Write a percentage such as `15%`.", "15%"
    ),
    "length": text_like(
        p.whole(p.LENGTH),
        "Write a whole number and a unit: `30 days`, `5 business days`, `48 hours`, `6 months`.",
        *("30 days", "5 business days", "6 weeks", "3 months", "1 year", "48 hours"),
    ),
    "length_of_dates": text_like(
        p.whole(p.LENGTH_OF_DATES),
        "Write a length in days, business days, weeks, months or years.",
        "7 days",
    ),
    "counted_back": text_like(
        p.whole(p.COUNTED_BACK),
        "Write a length such as `12 months`, `calendar year` or `lifetime`.",
        *("12 months", "90 days"),
    )
    | {"not": {"pattern": r"^\s*0+\s"}},
    "day": text_like(p.whole(p.DAY), "Write a day of the calendar as `2025-01-31`."),
    "money": text_like(
        p.whole(rf"\s*{p.MONEY}\s*"),
        "Write a currency and an amount, as in `USD 15.00`.",
        "USD 15.00",
    ),
    "party": or_agreed(enum(PARTY)),
    "code": _code(),
    "code_or_from_deadline": _code("from_deadline"),
    "late_code": _code("go_on"),
    "date_fact": _fact_of(FactType.DATE, "a date fact"),
    "group": text_like(
        p.whole(p.of(own_words.NAME)), "Name a group that is declared under `groups`."
    ),
    "place": suggest((*w.PLACES, "country US"), ref("word")),
    "evidence_words": one_or_more(suggest(w.EVIDENCE, ref("word")), least=0),
    "region": text_like(
        p.whole(p.either([*REGIONS, p.of(REGION)])),
        "Write a country such as `US`, a part of one such as `DE-BY`, or `us_federal`.",
        *("US", "us_federal", "DE"),
    ),
}
"""Every form by its name."""

_TYPES: Final = {
    FactType.YES_NO: "yes_no",
    FactType.COUNT: "count",
    FactType.NUMBER: "number",
    FactType.PERCENT: "percent",
    FactType.MONEY: "money",
    FactType.DATE: "day",
    FactType.LENGTH: "length",
    FactType.WORD: "word",
    FactType.SET: "words",
}


def of_type(type_: FactType) -> Schema:
    """Returns the form of a value of a fact's type, as `facts` and `agreed` write it."""
    return ref(_TYPES[type_])


def own(item: Schema, taken: Iterable[str] = ()) -> Schema:
    """Returns the form of a map of own names, none of them a built-in name that is `taken`."""
    said = "Write small letters, digits and `_`; a word of the language cannot be taken."
    pattern = f"^(?:{name_but(taken) if taken else p.of(own_words.NAME)})$"
    return {
        "type": "object",
        "propertyNames": {"pattern": pattern, "errorMessage": said},
        "additionalProperties": item,
        "maxProperties": own_words.MOST_NAMES,
    }


def typed(keys: Iterable[str], forms: Mapping[str, Schema]) -> dict[str, Schema]:
    """Returns the forms of keys that the reader lists; raises LookupError if the two differ."""
    listed = list(keys)
    if set(listed) != set(forms):
        differ = ", ".join(sorted(set(listed) ^ set(forms)))
        raise LookupError(f"The reader and the schema differ in the keys {differ}.")
    return {key: forms[key] for key in listed}
