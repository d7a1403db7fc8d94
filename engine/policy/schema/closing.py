"""Where a policy declares no words of a kind, only the built-in ones are right, everywhere.

A schema cannot look up what a file declares, but it can see that it declares nothing. Then it walks
through all topics once more and takes the built-in words alone.
"""

from __future__ import annotations

from typing import Any, Final

from engine.policy import reading
from engine.policy import words as w
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema.conditions import OWN_WORDS, form_of_test
from engine.policy.schema.values import (
    Schema,
    enum,
    names,
    one_or_more,
    or_agreed,
    ref,
    text_like,
)
from engine.policy.shapes.spans import PICKS
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.goods import COUNTRY
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, FactType

_CONDITIONS: Final = ("when", "must", "after")
"""Keys under which a condition stands."""
_MAP: Final[Schema] = {"type": "object"}
_NESTED: Final[Schema] = {"anyOf": [_MAP, {"type": "array", "contains": _MAP}]}
"""A map, or a list of maps: what is walked into."""
_EVIDENCE: Final = ("evidence", "lacking", "missing")
_AMOUNTS: Final = (
    *("fee", "of", "bonus", "used", "adds", "at_most", "at_least"),
    *("greater_of", "lesser_of", "each", "amount"),
)


def closing() -> tuple[list[Schema], dict[str, Schema]]:
    """What must hold of a whole policy, and the named forms for it."""
    rules: list[Schema] = []
    forms: dict[str, Schema] = {}
    for name, absent, keys, tests in _closers():
        rules.append({"if": absent, "then": ref(f"closed_{name}")})
        forms |= _walk(f"closed_{name}", keys, tests)
    return rules, forms


Closer = tuple[str, Schema, dict[str, Schema], Schema]
"""A name, what a policy does not declare, and then the form of keys and of conditions."""


def _closers() -> list[Closer]:
    return [
        ("facts", _without("facts"), _of_facts(), _only_built_in()),
        ("codes", _without("codes"), _of_codes(), {}),
        ("groups", _without("groups"), {}, _tests(dict.fromkeys(("is", "is_not"), False))),
        ("places", _unsaid("place"), _of_places(), {}),
        ("evidence", _unsaid(*_EVIDENCE), _of_evidence(), _tests(_built_in(*_EVIDENCE))),
        *(
            (name, _unsaid(name), {}, _tests(_built_in(name)))
            for name in OWN_WORDS
            if name not in _EVIDENCE
        ),
    ]


def _without(key: str) -> Schema:
    return {"not": {"required": [key]}}


def _unsaid(*names_: str) -> Schema:
    """No words are given to any of these facts."""
    said = {"anyOf": [{"required": [name]} for name in names_]}
    return {"properties": {"values": {"not": said}, "facts": {"not": said}}}


def _built_in(*names_: str) -> dict[str, Any]:
    facts = {**SENT, **DERIVED}
    return {name: form_of_test(f"test_of_{name}", facts[name], own_words=False) for name in names_}


def _tests(properties: dict[str, Any]) -> Schema:
    return {"properties": properties}


def _only_built_in() -> Schema:
    """Conditions on built-in facts, or on the state of a part that the file names."""
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


def _of_codes() -> dict[str, Schema]:
    late = or_agreed(enum((*w.CODES, "go_on")))
    code = or_agreed(enum((*w.CODES, "from_deadline")))
    return {"code": code, "if_late": late, "if_early": late}


def _of_places() -> dict[str, Schema]:
    said = "Write a place, `country XX`, or declare yours under `values: {place: [..]}`."
    return {"to": text_like(p.whole(p.either([*w.PLACES, p.of(COUNTRY)])), said)}


def _of_evidence() -> dict[str, Schema]:
    return {"need": one_or_more(or_agreed(enum(w.EVIDENCE)), least=0)}


def _walk(name: str, keys: dict[str, Schema], tests: Schema) -> dict[str, Schema]:
    """Through every topic to its conditions, and to each of the keys that holds no map."""
    inside, when = ref(f"{name}_inside"), ref(f"{name}_when")
    pauses = {"pauses": keys.get("pauses", {})}  # its `from` and `to` are no party and no place
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
    """Properties that an editor does not offer here: they are offered where they belong."""
    return {
        key: form if form is False else {"allOf": [form], "doNotSuggest": True}
        for key, form in properties.items()
    }
