"""The forms for outcomes: promises, readings, remedies after a refusal, and tests."""

from __future__ import annotations

from typing import Final

from engine.policy import embedded_tests as trials
from engine.policy import promises as read
from engine.policy import words
from engine.policy import words as w
from engine.policy.promises import OUTCOME_FIELDS
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema import rules
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed, keys_of, map_of, read_by
from engine.policy.schema.values import PARTY, Schema, enum, one_or_more, ref, suggest, typed
from engine.policy.topics.catalogue import PART, TOPICS
from engine.policy.topics.goods import LEG
from engine.policy.topics.verdicts import SETTABLE
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType

_EXAMPLES: Final = {
    FactType.DATE: ("2025-01-31", "2025-01-31T09:30:00-05:00"),
    FactType.MONEY: ("USD 15.00",),
    FactType.PERCENT: ("15%",),
}
_EXPECTED: Final = {
    "answer": words.ANSWERS,
    "code": tuple(words.CODES),
    "remedy": words.REMEDIES,
    "goods": words.GOODS,
    "return_paid_by": words.PARTIES,
    "label_by": words.PARTIES,
    "timing": words.TIMINGS,
    "state": (*words.STATES, words.UNDATED),
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
        "leg": closed(
            {key: ref(f"remedies.{key}") for key in LEG.keys}, *rules.within(LEG.rules, {})
        ),
        "legs": closed(described("parties", dict.fromkeys(PARTY, ref("leg")))),
        "promise": map_of(read.PROMISE, "must"),
        "answer": read_by(TOPICS["eligibility"].keys["answer"], "answer"),
    }
