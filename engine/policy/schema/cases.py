"""The form of the tests in a policy; the reader leaves what they give and expect unread."""

from __future__ import annotations

from typing import Final

from engine.policy import trials, words
from engine.policy.promises import OUTCOME_FIELDS
from engine.policy.register.built_in import SENT
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed
from engine.policy.schema.values import Schema, enum, ref, typed
from engine.policy.vocabulary import DEADLINE_FACTS, Fact, FactType

_EXAMPLES: Final = {
    FactType.DATE: ("2025-01-31", "2025-01-31T09:30:00-05:00"),
    FactType.MONEY: ("USD 15.00",),
    FactType.PERCENT: ("15%",),
}
_WORDS: Final = {
    "answer": words.ANSWERS,
    "code": tuple(words.CODES),
    "remedy": words.REMEDIES,
    "goods": words.GOODS,
    "return_paid_by": words.PARTIES,
    "label_by": words.PARTIES,
    "timing": words.TIMINGS,
    "state": words.STATES,
}
"""What an editor offers under `expect`; nothing is refused there before the test runs."""


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
    forms = {name: _or_any(enum(_WORDS[name])) if name in _WORDS else {} for name in fields}
    return {"type": "object", "properties": described("expect", forms)}


_MORE: Final = (
    *("decided_by", "missing", "requires", "subject_to", "open", "to_settle", "curable"),
    *("belongs_to", "readings", "unsettled", "on_silence", "chosen_by", "fees", "waived"),
    *("sentence", "lines", "publish"),
)


def cases() -> dict[str, Schema]:
    """The named forms of this module."""
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
        "case": closed(described("case", typed(trials.KEYS, case)), required),
        "tests": closed(described("tests", typed(trials.TESTS, tests))),
        "tests_of_child": closed(described("tests", tests | {trials.INHERITED: inherit})),
    }
