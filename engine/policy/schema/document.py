"""Puts the whole JSON Schema together; the text is the same every time.

A schema cannot look up what a file declares, but it can see that a file declares nothing. Then it
goes through all topics once more and permits the built-in words only.
"""

from __future__ import annotations

import json
from typing import Any, Final

from engine.policy import reading
from engine.policy import words as w
from engine.policy.inheritance import layers
from engine.policy.readers.spans import PICKS, read_effective
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema.conditions import AMOUNTS, OWN_WORDS, conditions, form_of_test
from engine.policy.schema.header import (
    cases,
    changed,
    clashes,
    header,
    outcomes,
    own_forms,
    shortened,
)
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed, map_of, topics
from engine.policy.schema.values import (
    VALUES,
    Schema,
    enum,
    names,
    one_or_more,
    or_agreed,
    ref,
    text_like,
    typed,
)
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.goods import COUNTRY
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, FactType

_CONDITIONS: Final = ("when", "must", "after")
"""Keys that hold a condition."""
_MAP: Final[Schema] = {"type": "object"}
_NESTED: Final[Schema] = {"anyOf": [_MAP, {"type": "array", "contains": _MAP}]}
"""A map, or a list of maps, into which the walk goes on."""
_PLACE: Final = text_like(
    p.whole(p.either([*w.PLACES, p.of(COUNTRY)])),
    "Write a place, `country XX`, or declare yours under `values: {place: [..]}`.",
)
_EVIDENCE: Final = ("evidence", "lacking", "missing")
_AMOUNTS: Final = (
    *("fee", "of", "bonus", "used", "adds", "at_most", "at_least"),
    *("greater_of", "lesser_of", "each", "amount"),
)


def closing() -> tuple[list[Schema], dict[str, Schema]]:
    """Returns the rules for a whole policy, and the named forms that they use."""
    late = or_agreed(enum((*w.CODES, "go_on")))
    code = or_agreed(enum((*w.CODES, "from_deadline")))
    need = one_or_more(or_agreed(enum(w.EVIDENCE)), least=0)
    rules: list[Schema] = []
    forms: dict[str, Schema] = {}
    closers: list[Closer] = [
        ("facts", _without("facts"), _of_facts(), _only_built_in()),
        ("codes", _without("codes"), {"code": code, "if_late": late, "if_early": late}, {}),
        ("groups", _without("groups"), {}, {"properties": dict.fromkeys(("is", "is_not"), False)}),
        ("places", _unsaid("place"), {"to": _PLACE}, {}),
        ("evidence", _unsaid(*_EVIDENCE), {"need": need}, _built_in(*_EVIDENCE)),
        *(
            (each, _unsaid(each), {}, _built_in(each))
            for each in OWN_WORDS
            if each not in _EVIDENCE
        ),
    ]
    for name, absent, keys, tests in closers:
        rules.append({"if": absent, "then": ref(f"closed_{name}")})
        forms |= _walk(f"closed_{name}", keys, tests)
    return rules, forms


Closer = tuple[str, Schema, dict[str, Schema], Schema]
"""A name, the form of a policy without a declaration, and then the forms of keys and conditions."""


def _without(key: str) -> Schema:
    return {"not": {"required": [key]}}


def _unsaid(*names_: str) -> Schema:
    """Returns the form of a policy that gives none of these facts words of its own."""
    said = {"anyOf": [{"required": [name]} for name in names_]}
    return {"properties": {"values": {"not": said}, "facts": {"not": said}}}


def _built_in(*names_: str) -> Schema:
    """Returns the forms of tests of these facts by built-in words only."""
    facts = {name: (SENT | DERIVED)[name] for name in names_}
    forms = {name: form_of_test(f"test_of_{name}", facts[name], own_words=False) for name in facts}
    return {"properties": forms}


def _only_built_in() -> Schema:
    """Returns the form of conditions on built-in facts, or on the state of a part in the file."""
    known = (*DEADLINE_FACTS, *SENT, *DERIVED, "any_of", "is", "is_not")
    return {
        "properties": {key: {} for key in known},
        "patternProperties": {r"\.": {}},
        "additionalProperties": {"if": {}, "then": ref("test_of_known_part")},
    }


def _of_facts() -> dict[str, Schema]:
    date = or_agreed(enum(names(FactType.DATE)))
    dates = dict.fromkeys(("event", "counted_from", "date", *map(str, PICKS)), one_or_more(date))
    dates["pauses"] = {"properties": {"from": date, "to": date}}
    return dates | dict.fromkeys(_AMOUNTS, one_or_more(ref("built_in_amount")))


def _walk(name: str, keys: dict[str, Schema], tests: Schema) -> dict[str, Schema]:
    """Returns forms that go through every topic to its conditions and to keys without a map."""
    inside, when = ref(f"{name}_inside"), ref(f"{name}_when")
    pauses = {"pauses": keys.get("pauses", {})}  # its `from` and `to` are no parties or places
    values = {key: {"if": _NESTED, "then": inside, "else": form} for key, form in keys.items()}
    values |= pauses | dict.fromkeys(_CONDITIONS, when) | {"outcome": {}}
    parts = {"additionalProperties": inside}
    topics = dict.fromkeys((*TOPICS, *reading.SHORT, "must"), inside)
    topics |= {key: parts for key, topic in TOPICS.items() if topic.plural}
    inner = tests.get("properties", {}) | {"any_of": {"items": when}}
    return {
        name: {"properties": _silent({**topics, "groups": {"additionalProperties": when}})},
        f"{name}_inside": {
            "properties": _silent(values),
            "additionalProperties": inside,
            "items": inside,
        },
        f"{name}_when": tests | {"properties": _silent(inner)},
    }


def _silent(properties: dict[str, Any]) -> dict[str, Any]:
    """Hides properties from an editor's suggestions here; they are offered where they belong."""
    return {
        key: form if form is False else {"allOf": [form], "doNotSuggest": True}
        for key, form in properties.items()
    }


# --- the whole ------------------------------------------------------------------------------------


DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ID: Final = "urn:takeback:policy"

_ALWAYS: Final = ("policy", "version", "effective")
_CHILD_ONLY: Final = ("extends", "changes")


def schema() -> Schema:
    """Returns the schema of a policy file."""
    return {
        "$schema": DIALECT,
        "$id": ID,
        "title": "A return policy",
        "description": "A return policy of Takeback: which goods may come back, until when, on "
        "what terms. A key that is not known here is refused.",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": ref("child"),
        "else": ref("policy"),
        "$defs": _forms(),
    }


def text() -> str:
    """Returns the schema as it is published: one line per form, so that changes can be seen."""
    whole = schema()
    forms = [f"{_json(name)}: {_json(form)}" for name, form in whole.pop("$defs").items()]
    top = [f"{_json(key)}: {_json(value)}" for key, value in whole.items()]
    return "{\n" + ",\n".join(top) + ',\n"$defs": {\n' + ",\n".join(forms) + "\n}\n}\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


def _forms() -> dict[str, Schema]:
    found = {**VALUES, **AMOUNTS, **conditions(), "effective": map_of(read_effective, "effective")}
    found |= topics()
    found |= shortened(found) | outcomes() | own_forms() | changed(found) | cases()
    found["reference"] = text_like(
        p.whole(p.of(layers.REFERENCE)), "Name a policy with its version: `acme/base@4`."
    )
    rules, closed_ = closing()
    found |= {**closed_, "policy": _policy(rules), "child": _child()}
    return {name: _titled(name, form) for name, form in found.items()}


_TITLES: Final = {
    "row": "a row of `{}`",
    "rows": "a table of `{}`",
    "line": "a line of `{}`",
    "table": "a line or a table of `{}`",
    "topic": "`{}`",
}
"""What an editor calls a form when it says that another one belongs there."""


def _titled(name: str, form: Schema) -> Schema:
    kind, _, topic = name.partition("_of_")
    kind, topic = ("topic", name[6:]) if name.startswith("topic_") else (kind, topic)
    said = _TITLES[kind].format(topic) if kind in _TITLES and topic else _ALONE.get(name)
    return {"title": said, **form} if said and "$ref" not in form else form


_ALONE: Final = {
    "when": "a condition",
    "edit": "an edit",
    "promise": "a promise",
    "case": "a test",
    "composed_amount": "an amount",
    "effective": "days",
    "policy": "a policy",
    "child": "a policy that extends another",
}


def _keys() -> dict[str, Schema]:
    """Returns the form of each key at the top of a file."""
    full = {name: ref(f"topic_{name}") for name in (*TOPICS, *reading.SHORT)}
    after: dict[str, Schema] = {
        "must": or_agreed({"type": "array", "items": ref("promise")}),
        "partners_may": ref("partners_may"),
        "tests": ref("tests"),
        "compare": ref("compare"),
        "extends": ref("reference"),
        "changes": {"type": "array", "items": ref("edit"), "maxItems": layers.MOST_EDITS},
    }
    return described("policy", typed(reading.KEYS, header(p.of(reading.POLICY_ID)) | full | after))


def _policy(closers: list[Schema]) -> Schema:
    keys = {key: form for key, form in _keys().items() if key not in _CHILD_ONLY}
    required = {"required": [*_ALWAYS, "currency"]}
    return closed(keys, required, *clashes(), _country(), *closers)


def _child() -> Schema:
    keys = _keys()
    keys["tests"] |= ref("tests_of_child")
    return closed({key: keys[key] for key in layers.KEYS}, {"required": list(_ALWAYS)})


def _country() -> Schema:
    """Returns the rule that countries are two letters if the policy has no words for them."""
    own = {"required": ["values"], "properties": {"values": {"required": ["country"]}}}
    said = "Write a country as two capital letters, such as `US`."
    country = one_or_more(text_like(p.whole("[A-Z]{2}"), said))
    scope = {"properties": {"for": {"properties": {"country": country}, "doNotSuggest": True}}}
    return {"if": own, "then": {}, "else": scope}
