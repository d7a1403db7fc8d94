"""The forms of amounts and conditions: quantities, a test for each type of fact, `when`, starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.policy.readers import amounts, spans, whens
from engine.policy.readers.scalars import NUMBERS
from engine.policy.readers.whens import SINCE
from engine.policy.register.built_in import SENT
from engine.policy.schema import patterns as p
from engine.policy.schema.help import described
from engine.policy.schema.values import (
    Schema,
    enum,
    name_but,
    names,
    of_type,
    offering,
    one_or_more,
    or_agreed,
    others,
    ref,
    suggest,
    text_like,
    typed,
)
from engine.policy.topics.catalogue import PART
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType
from engine.policy.words import LIMIT_STATES, STATES

_WORDS: Final = ("none", "to_be_assessed")
_FOUND: Final = tuple(name for name, fact in DERIVED.items() if fact.type is FactType.MONEY)
_OTHERS: Final = tuple(name for name, fact in DERIVED.items() if fact.type is not FactType.MONEY)
_DOTTED: Final = r"fees\.[a-z][a-z0-9_]*|[a-z][a-z0-9_]*\.left"
_SHARES: Final = rf"(?:{p.PERCENT} of ){{0,{amounts.SHARES_OF_SHARES}}}"
_SAID: Final = (
    "Write `none`, `USD 5.00`, `15% of item_price`, a money fact, `to_be_assessed`, or a map such "
    "as `{greater_of: [.., ..]}`."
)


def _written(*types: FactType) -> Schema:
    plain = p.either([*_WORDS, p.MONEY, _DOTTED, name_but([*others(*types), *_OTHERS])])
    examples = ("none", "USD 5.00", "15% of item_price", "to_be_assessed", *_FOUND, *names(*types))
    return text_like(p.whole(rf"\s*{_SHARES}{plain}\s*"), _SAID, *examples)


_KNOWN: Final = p.either(
    [*_WORDS, p.MONEY, _DOTTED, *_FOUND, *names(FactType.MONEY, FactType.COUNT)]
)


def _composed() -> Schema:
    several: Schema = or_agreed({"type": "array", "items": ref("amount"), "minItems": 2})
    extremes = typed(amounts.EXTREMES, dict.fromkeys(amounts.EXTREMES, several))
    share = typed(amounts.SHARE, {"percent": ref("percent"), "of": ref("amount")})
    each = typed(amounts.EACH, {"each": ref("amount"), "per": ref("unit_or_count")})
    bounded = typed(amounts.BOUNDED, dict.fromkeys(amounts.BOUNDED, ref("amount")))
    found: Schema = {"required": ["amount"], "properties": dict.fromkeys((*share, *each), False)}
    for keys in ([*each], [*share], *([key] for key in extremes)):
        alone = {"required": keys, "maxProperties": len(keys)}
        given = {"anyOf": [{"required": [key]} for key in keys]}
        found = {"if": given, "then": alone, "else": found}
    return {
        "properties": described("amount", extremes | bounded | share | each),
        "additionalProperties": False,
    } | found


def _amount(plain: Schema) -> Schema:
    composed = {"if": {"type": "object"}, "then": ref("composed_amount"), "else": plain}
    return offering(plain, composed)


def _or_count(amount: Schema) -> Schema:
    counted = {"if": {"type": "integer"}, "then": of_type(FactType.COUNT), "else": amount}
    return offering(amount, counted)


AMOUNTS: Final[dict[str, Schema]] = {
    "amount": _amount(_written(FactType.MONEY)),
    "quantity": _or_count(_amount(_written(FactType.MONEY, FactType.COUNT))),
    "built_in_amount": {
        "if": {"type": "string"},
        "then": text_like(p.whole(rf"\s*{_SHARES}{_KNOWN}\s*"), _SAID),
    },
    "bound": _or_count(_amount(_written(FactType.MONEY))),
    "composed_amount": _composed(),
    "unit_or_count": suggest(
        ["unit", *names(FactType.COUNT)],
        text_like(p.whole(name_but(others(FactType.COUNT))), "Write `unit` or a count fact."),
    ),
}


# --- conditions -----------------------------------------------------------------------------------


OWN_WORDS: Final = ("reason", "condition", "packaging", "evidence", "lacking", "missing")
"""Built-in facts whose words a policy may replace or add to."""

_TOLD: Final = (*whens.SENT, None)
_PART: Final = p.of(PART)
_NO_FACT: Final = {
    "errorMessage": "There is no such fact; declare your own under `facts`. "
    "A deadline or a limit is tested by its state, such as `late` or `over`."
}


def form_of_test(name: str, fact: Fact, *, own_words: bool = True) -> Schema:
    """Returns the form of a fact's test; with `own_words`, a policy may have words of its own."""
    if fact.words is None or (own_words and fact.name in OWN_WORDS):
        item = suggest(fact.words, ref("word")) if fact.words else ref("word")
    else:
        item = enum(fact.words)
    if fact.type is FactType.SET:
        return _set_test(item, plain=fact.name == "deadlines")
    return _word_test(name, item)


def name_of_test(fact: Fact) -> str:
    """Returns the name of a fact's test under `$defs`; facts that are numbers share one."""
    words = fact.type in (FactType.WORD, FactType.SET) and (fact.words or fact.name == "deadlines")
    return f"test_of_{fact.name if words else fact.type}"


def _test(plain: Schema, operators: Mapping[str, Schema]) -> Schema:
    tests: Schema = {
        "properties": described("test", operators),
        "additionalProperties": False,
        "minProperties": 1,
    }
    return offering(plain, {"if": {"type": "object"}, "then": tests, "else": plain})


def _told(item: Schema) -> Schema:
    """Returns the form of a value to compare with, `known`, `unknown` or `null`."""
    if "enum" in item:
        return or_agreed(item | enum(dict.fromkeys((*item["enum"], *_TOLD))))
    return suggest(_TOLD, item)


def _equal(item: Schema) -> Schema:
    """Returns the form of one value, or of a list of alternatives; `null` means "there is none"."""
    with_null: Schema = {"if": {"type": "null"}, "then": {}, "else": item}
    listed: Schema = {"items": with_null, "minItems": 1}
    return offering(item, {"if": {"type": "array"}, "then": listed, "else": _told(item)})


def _number_test(name: str, value: Schema) -> Schema:
    sizes = dict.fromkeys(whens.SIZE, value)
    between = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return _test(_equal(value), {"not": ref(name), **sizes, "between": between})


def _word_test(name: str, item: Schema) -> Schema:
    worn = or_agreed(item) if "enum" in item else item
    return _test(_equal(item), {"not": ref(name), **dict.fromkeys(whens.WEAR, worn)})


def _set_test(item: Schema, *, plain: bool) -> Schema:
    one = or_agreed(item) if "enum" in item else item
    forms = {key: one if key in whens.ONE_WORD else one_or_more(one) for key in whens.SETS}
    several: Schema = {"if": {"type": "array"}, "then": {"items": one, "minItems": 1}}
    told = several | {"else": _told(item)} if plain else or_agreed(enum(_TOLD))
    return _test(offering(item, told), forms)


def _any_test() -> Schema:
    """Returns the form of a test of a fact or a part that only the file itself knows."""
    scalar: Schema = {"type": ["string", "number", "boolean", "null"]}
    value: Schema = {"type": ["string", "number", "boolean"]}
    sets = {key: value if key in whens.ONE_WORD else one_or_more(value) for key in whens.SETS}
    between = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    sized = dict.fromkeys((*whens.SIZE, *whens.WEAR), value)
    operators = {"not": ref("any_test"), **sized, "between": between, **sets}
    return _test(one_or_more(scalar), operators)


def _dotted() -> dict[str, Schema]:
    """Returns the forms of facts of a named part or fee, and of days since a date."""
    found = {
        rf"^{_PART}\.{name}$": ref("test_of_part" if name == "state" else name_of_test(fact))
        for name, fact in DEADLINE_FACTS.items()
    }
    found[rf"^{_PART}\.left$"] = {"anyOf": [ref("test_of_count"), ref("test_of_money")]}
    found[r"^fees\.[a-z][a-z0-9_]*$"] = ref("test_of_money")
    found[rf"^{SINCE.replace('.', chr(92) + '.')}{name_but(others(FactType.DATE))}$"] = ref(
        "test_of_count"
    )
    return found


def _when() -> Schema:
    groups = one_or_more(ref("group"))
    any_of = {"type": "array", "items": ref("when"), "minItems": 1}
    facts = {**DEADLINE_FACTS, **SENT, **DERIVED}
    dotted = _dotted()
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            **described("when", {"any_of": any_of, "is": groups, "is_not": groups}),
            **described("facts", {name: ref(name_of_test(fact)) for name, fact in facts.items()}),
        },
        "patternProperties": dotted,
        "propertyNames": {
            "pattern": p.either(["^[a-z][a-z0-9_]{0,59}$", *dotted]),
            "errorMessage": "This is not the name of a fact.",
        },
        "additionalProperties": ref("any_test"),
    }


def _start(date: dict[str, Schema]) -> Schema:
    listed = {"items": ref("start_date"), "minItems": 1}
    several: Schema = {"if": {"type": "array"}, "then": listed, "else": ref("date_fact")}
    picks = described("start", {str(pick): several for pick in spans.PICKS})
    one_date = {"properties": dict.fromkeys(picks, False)}
    one_pick = {"properties": {"plus": False}, "minProperties": 1, "maxProperties": 1}
    return {
        "properties": {**picks, **date},
        "additionalProperties": False,
        "if": {"required": ["date"]},
        "then": one_date,
        "else": one_pick,
    }


def _or_date(schema: Schema) -> Schema:
    dates = enum(names(FactType.DATE))
    return offering(dates, {"if": {"type": "object"}, "then": schema, "else": ref("date_fact")})


def conditions() -> dict[str, Schema]:
    """Returns every form of this module by its name."""
    found = {
        f"test_of_{type_}": _number_test(f"test_of_{type_}", of_type(type_)) for type_ in NUMBERS
    }
    dates = {"date": ref("date_fact"), "plus": ref("length_of_dates")}
    date = described("start", typed(spans.START_DATE.keys, dates))
    alone: Schema = {"properties": date, "additionalProperties": False, "required": ["date"]}
    found["test_of_yes_no"] = _test(_equal(enum([True, False])), {"not": ref("test_of_yes_no")})
    found["test_of_word"] = _word_test("test_of_word", ref("word"))
    states = enum(dict.fromkeys((*STATES, *LIMIT_STATES)))
    found["test_of_part"] = _word_test("test_of_part", states)
    found["test_of_known_part"] = _word_test("test_of_known_part", states | _NO_FACT)
    found["test_of_set"] = _set_test(ref("word"), plain=False)
    for fact in (*DEADLINE_FACTS.values(), *SENT.values(), *DERIVED.values()):
        if name_of_test(fact) not in found:
            found[name_of_test(fact)] = form_of_test(name_of_test(fact), fact)
    return found | {
        "any_test": _any_test(),
        "when": _when(),
        "start": _or_date(_start(date)),
        "start_date": _or_date(alone),
    }
