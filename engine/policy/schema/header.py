"""The forms of everything in a policy that is not a topic: header, own words, promises, edits."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.money import CURRENCIES, Rounding
from engine.policy import embedded_tests as trials
from engine.policy import promises as read
from engine.policy import words as w
from engine.policy.editions import COMPARE
from engine.policy.header import agreed, own_words, who
from engine.policy.inheritance import edits, permissions
from engine.policy.inheritance.shorthand import BESIDE_ROWS, REQUIRED, TO
from engine.policy.inheritance.shorthand import SHORT_TOPICS as SHORT
from engine.policy.promises import OUTCOME_FIELDS
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema.help import described
from engine.policy.schema.topics import (
    closed,
    fields_of,
    keys_of,
    line_of,
    map_of,
    read_by,
    rows_of,
    table_of,
    within,
)
from engine.policy.schema.values import (
    PARTY,
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
from engine.policy.topics.catalogue import PART, TOPICS
from engine.policy.topics.goods import LEG
from engine.policy.topics.verdicts import SETTABLE
from engine.policy.vocabulary import (
    CURRENCY,
    DEADLINE_FACTS,
    DERIVED,
    SCOPE,
    Counted,
    Fact,
    FactType,
    Owner,
)

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
    told = {"not": enum(sorted(own_words.RESERVED))}
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
    alone: Schema = {"if": own_, "then": {"properties": dict.fromkeys(own_words.BESIDE, False)}}
    others = {"required": ["counter"], "properties": {"counter": {"not": {"type": "object"}}}}
    told = {"properties": {"told_by": {"const": str(Owner.SUPPLIER)}}}
    return [alone, {"if": others, "then": told}, *(_fitting(each) for each in Counted)]


def _fitting(of: Counted) -> Schema:
    counted = {"required": ["of"], "properties": {"of": {"const": str(of)}}}
    given = {"required": ["counter"], "properties": {"counter": counted | {"type": "object"}}}
    type_ = or_agreed({"const": str(own_words.type_of(of))})
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
    found["counter"] = map_of(own_words.read_counter, "counter")
    for type_ in own_words.TYPES:
        told = {"not": {"type": "object"}}
        same: Schema = {"type": or_agreed({"const": str(type_)}), "counter": told}
        if type_ not in own_words.WORDY:
            same |= dict.fromkeys(_LISTS, False)
        same |= {"if_not_sent": of_type(type_)}
        found[f"fact_of_type_{type_}"] = {"allOf": [ref("fact"), {"properties": same}]}
    return found


# --- tests and outcomes ---------------------------------------------------------------------------


_EXAMPLES: Final = {
    FactType.DATE: ("2025-01-31", "2025-01-31T09:30:00-05:00"),
    FactType.MONEY: ("USD 15.00",),
    FactType.PERCENT: ("15%",),
}
_EXPECTED: Final = {
    "answer": w.ANSWERS,
    "code": tuple(w.CODES),
    "remedy": w.REMEDIES,
    "goods": w.GOODS,
    "return_paid_by": w.PARTIES,
    "label_by": w.PARTIES,
    "timing": w.TIMINGS,
    "state": (*w.STATES, w.UNDATED),
}
"""Values that an editor offers under `expect`; nothing there is refused before the test runs."""


def _offered(fact: Fact) -> Schema:
    if fact.type is FactType.YES_NO:
        return _or_any(enum([True, False, trials.NOT_SENT]))
    if fact.words and fact.type is FactType.WORD:
        return _or_any(enum([*fact.words, trials.NOT_SENT]))
    examples = _EXAMPLES.get(fact.type, ())
    return {"defaultSnippets": [{"label": each, "body": each} for each in examples]}


def _or_any(known: Schema) -> Schema:
    return {"anyOf": [known, {}]}


def _given() -> Schema:
    facts = described("facts", {name: _offered(fact) for name, fact in SENT.items()})
    line = {"if": {"type": "array"}, "then": {"items": {"type": "object"}}}
    lines = line | {"else": {"if": {"const": trials.NOT_SENT}, "then": {}, "else": _MAP}}
    more: dict[str, Schema] = {"lines": lines, "agreed": _MAP}
    return {"type": "object", "properties": facts | described("given", more)}


_MAP: Final[Schema] = {"type": "object"}


def _expect() -> Schema:
    fields = dict.fromkeys((*OUTCOME_FIELDS, *DEADLINE_FACTS, *_MORE))
    forms = {name: _or_any(enum(_EXPECTED[name])) if name in _EXPECTED else {} for name in fields}
    return {"type": "object", "properties": described("expect", forms)}


_MORE: Final = (
    *("decided_by", "missing", "requires", "subject_to", "open", "to_settle", "curable"),
    *("belongs_to", "readings", "unsettled", "on_silence", "chosen_by", "fees", "waived"),
    *("sentence", "lines", "publish"),
)


def cases() -> dict[str, Schema]:
    """Returns the named forms of this module."""
    edits = {"if": {"type": "array"}, "then": {"items": _MAP}, "else": _MAP}
    case = {
        "name": ref("text"),
        "given": ref("given"),
        "with": edits,
        "expect": ref("expect"),
    }
    tests = {
        "usual": ref("given"),
        "cases": {"type": "array", "items": ref("case"), "maxItems": trials.MOST_CASES},
    }
    inherit: Schema = {"type": "object", "additionalProperties": ref("expect")}
    required = {"required": ["name", "expect"]}
    return {
        "given": _given(),
        "expect": _expect(),
        "case": closed(described("case", typed(trials.CASE.keys, case)), required),
        "tests": closed(described("tests", typed(trials.TESTS, tests))),
        "tests_of_child": closed(described("tests", tests | {trials.INHERITED: inherit})),
    }


_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "answer": w.ANSWERS,
    "code": tuple(w.CODES),
    "remedy": w.REMEDIES,
    "choice": w.REMEDIES,
    "timing": w.TIMINGS,
    "goods": w.GOODS,
    "goods_to": w.PLACES,
    "return_paid_by": w.PARTIES,
    "label_by": w.PARTIES,
    "reshipment_paid_by": w.PARTIES,
    "missing": w.EVIDENCE,
}
"""Values that an editor offers for a field of the outcome; any other word may be written."""
_DOTTED: Final = rf"^(?:fees\.[a-z][a-z0-9_]*|{p.of(PART)}\.(?:left|{p.either(DEADLINE_FACTS)}))$"


def _outcome() -> Schema:
    fields = dict.fromkeys((*read.OUTCOME_FIELDS, *DERIVED))
    tests = {field: _test(field, "percent" if field == "percent" else "bound") for field in fields}
    return closed(described("outcome", tests)) | {
        "patternProperties": {_DOTTED: _test("", "bound")},
        "minProperties": 1,
    }


def _test(field: str, bound: str) -> Schema:
    known = _WORDS.get(field, ())
    words = one_or_more(suggest(known, ref("word")) if known else ref("word"), least=0)
    bounds = {"not": words, **dict.fromkeys(read.BOUNDS, ref(bound))}
    tests: Schema = {
        "properties": described("test", bounds),
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"if": {"type": "object"}, "then": tests, "else": words}


def outcomes() -> dict[str, Schema]:
    """Returns every form of this module by its name."""
    return {
        "outcome": _outcome(),
        "never_both": {
            "type": "array",
            "items": ref("group"),
            "minItems": 2,
            "maxItems": 2,
            "uniqueItems": True,
        },
        "sets_of_a_reading": closed(keys_of(SETTABLE, "sets"))
        | {"patternProperties": {r"^fees\.": ref("amount")}},
        "leg": closed({key: ref(f"remedies.{key}") for key in LEG.keys}, *within(LEG.rules, {})),
        "legs": closed(described("parties", dict.fromkeys(PARTY, ref("leg")))),
        "promise": map_of(read.PROMISE, "must"),
        "answer": read_by(TOPICS["eligibility"].keys["answer"], "answer"),
    }


# --- short topics and edits -----------------------------------------------------------------------


def shortened(forms: dict[str, Schema]) -> dict[str, Schema]:
    """Returns the forms of short topics by name; `forms` are the full ones."""
    found = {f"topic_{short}": ref(f"table_of_{full[0]}") for short, full in SHORT.items()}
    return found | {
        **fields_of(TOPICS["remedies"], {"give": TO}),
        "line_of_remedy": line_of(TOPICS["remedies"], {"give": TO}),
        "rows_of_remedy": rows_of(TOPICS["remedies"], {"give": TO}),
        "topic_remedy": table_of("remedy"),
        "topic_packaging": _packaging(forms),
        "row_of_packaging": _row_of_packaging(forms),
    }


def clashes() -> list[Schema]:
    """Returns the rules that a short topic and its full form exclude each other."""
    found = [_beside("remedy", ("remedies",))]
    return [*found, *(_beside(short, full) for short, full in SHORT.items())]


def _beside(short: str, full: tuple[str, ...]) -> Schema:
    refused: Schema | bool = False
    for key in reversed(full):
        refused = {"properties": {key: refused}}
    return {"if": {"required": [short]}, "then": refused}


def _packaging(forms: dict[str, Schema]) -> Schema:
    line = closed(forms["row_of_demands"]["properties"], {"required": [REQUIRED]})
    row: Schema = {"type": "array", "items": ref("row_of_packaging")}
    table = dict(zip(BESIDE_ROWS, (row, {"const": "first"}), strict=True))
    return {
        "type": "object",
        "if": {"required": ["rows"]},
        "then": closed(described("table", table)),
        "else": line,
    }


def _row_of_packaging(forms: dict[str, Schema]) -> Schema:
    """Returns the form of a row of `packaging`; one that requires nothing is left out unread."""
    read = forms["row_of_demands"]["properties"]
    names = {key: form["$ref"].removeprefix("#/$defs/") for key, form in read.items()}
    unread = {key: {"description": forms[name]["description"]} for key, name in names.items()}
    required = {"required": [REQUIRED]}
    nothing = {"properties": {REQUIRED: {"const": False}}, **required}
    return {"if": nothing, "then": closed(unread), "else": closed(read, required)}


_PATH: Final = text_like(
    r"^[^.\s]+(?:\.[^.\s]+)*$", "A path is topic.part.row.field, as in `window.days`."
)
_KINDS: Final = {"set": ("to",), "add": ("into",), "drop": ()}
_MAY_BE_PARTS: Final = ("window",)
"""Paths of one word that may name a part that does not exist yet."""
_BOUND: Final[Schema] = {
    "anyOf": [ref(each) for each in ("length", "percent", "money", "count", "day")]
}


def _edit(forms: dict[str, Schema]) -> Schema:
    path = {"type": "string", **_PATH}
    row = {"type": ["string", "integer", "boolean"]}
    keys = {
        "set": path,
        "to": {},
        "add": {"type": "object"},
        "into": path,
        "before": row,
        "after": row,
        "drop": path,
        "why": {"type": "string", "pattern": r"\S"},
        "effective": ref("effective"),
    }
    properties = described("edit", typed(edits.KEYS, keys))
    one = {"oneOf": [{"required": [kind]} for kind in _KINDS]}
    beside = [
        {"if": {"required": [kind]}, "then": {"required": list(needed)}}
        for kind, needed in _KINDS.items()
        if needed
    ]
    added = [_added(name, forms) for name in (*TOPICS, *SHORT, "remedy")]
    promise = {"if": _into("must"), "then": {"properties": {"add": ref("promise")}}}
    return closed(properties, {"required": ["why"]}, one, *beside, *added, promise)


def _into(name: str, then: str = r"(?:\.|$)") -> Schema:
    into = {"type": "string", "pattern": f"^{re.escape(name)}{then}"}
    return {"required": ["into"], "properties": {"into": into}}


def _added(name: str, forms: dict[str, Schema]) -> Schema:
    """Returns the rule for a row that is added to a table of a topic, or for a new part of it."""
    full = SHORT.get(name, (name,))[0] if name != "remedy" else "remedies"
    row, rows = forms[f"row_of_{full}"], forms[f"rows_of_{full}"]
    added = closed(row["properties"] | rows["properties"])
    part = {"if": _into(name), "then": {"properties": {"add": added}}}
    if name in _MAY_BE_PARTS:
        return part
    table = {"properties": {"add": ref(f"row_of_{full}")}}
    return {"if": _into(name, "$"), "then": table, "else": part}


def changed(forms: dict[str, Schema]) -> dict[str, Schema]:
    """Returns the named forms of this module."""
    rules = or_agreed(enum(permissions.RULES))
    bounds = dict.fromkeys(permissions.BOUNDS, ref("bound_of_partners"))
    known = (*permissions.EDITABLE, *SHORT, "remedy", "packaging")
    compared: dict[str, Schema] = {"with": ref("reference"), "never": {}}
    return {
        "edit": _edit(forms),
        "bound_of_partners": _BOUND,
        "permission": {
            "if": {"type": "object"},
            "then": closed(described("permission", bounds)),
            "else": {"if": {"type": "array"}, "then": {}, "else": rules},
        },
        "partners_may": {
            "type": "object",
            "properties": dict.fromkeys(known, ref("permission")),
            "additionalProperties": ref("permission"),
        },
        "compare": closed(described("compare", typed(COMPARE, compared))),
    }
