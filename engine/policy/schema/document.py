"""Puts the whole JSON Schema together; the text is the same every time."""

from __future__ import annotations

import json
from typing import Final

from engine.policy import reading
from engine.policy.inheritance import bases
from engine.policy.readers.spans import read_effective
from engine.policy.schema import patterns as p
from engine.policy.schema.amounts import AMOUNTS
from engine.policy.schema.changed import changed, clashes, shortened
from engine.policy.schema.closing import closing
from engine.policy.schema.conditions import conditions
from engine.policy.schema.header import header, own_forms
from engine.policy.schema.help import described
from engine.policy.schema.outcomes import cases, outcomes
from engine.policy.schema.topics import closed, map_of, topics
from engine.policy.schema.values import (
    VALUES,
    Schema,
    one_or_more,
    or_agreed,
    ref,
    text_like,
    typed,
)
from engine.policy.topics.catalogue import TOPICS

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
        p.whole(p.of(bases.REFERENCE)), "Name a policy with its version: `acme/base@4`."
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
        "changes": {"type": "array", "items": ref("edit"), "maxItems": bases.MOST_EDITS},
    }
    return described("policy", typed(reading.KEYS, header(p.of(reading.POLICY_ID)) | full | after))


def _policy(closers: list[Schema]) -> Schema:
    keys = {key: form for key, form in _keys().items() if key not in _CHILD_ONLY}
    required = {"required": [*_ALWAYS, "currency"]}
    return closed(keys, required, *clashes(), _country(), *closers)


def _child() -> Schema:
    keys = _keys()
    keys["tests"] |= ref("tests_of_child")
    return closed({key: keys[key] for key in bases.KEYS}, {"required": list(_ALWAYS)})


def _country() -> Schema:
    """Returns the rule that countries are two letters if the policy has no words for them."""
    own = {"required": ["values"], "properties": {"values": {"required": ["country"]}}}
    said = "Write a country as two capital letters, such as `US`."
    country = one_or_more(text_like(p.whole("[A-Z]{2}"), said))
    scope = {"properties": {"for": {"properties": {"country": country}, "doNotSuggest": True}}}
    return {"if": own, "then": {}, "else": scope}
