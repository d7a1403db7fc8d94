"""The form of what is said of outcomes: promises, sets of a reading, legs after a refusal."""

from __future__ import annotations

from typing import Final

from engine.policy import promises as read
from engine.policy import words as w
from engine.policy.schema import patterns as p
from engine.policy.schema import rules
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed, keys_of, map_of, read_by
from engine.policy.schema.values import PARTY, Schema, one_or_more, ref, suggest
from engine.policy.topics.catalogue import PART, TOPICS
from engine.policy.topics.goods import LEG
from engine.policy.topics.verdicts import SETTABLE
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED

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
"""What an editor offers for a field of the outcome; any other word may be written."""
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
    """Every form of this module by its name."""
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
