"""The forms of amounts of money, and of quantities, which may be counts instead."""

from __future__ import annotations

from typing import Final

from engine.policy.readers import amounts as read
from engine.policy.schema import patterns as p
from engine.policy.schema.help import described
from engine.policy.schema.values import (
    Schema,
    name_but,
    names,
    of_type,
    offering,
    or_agreed,
    others,
    ref,
    suggest,
    text_like,
    typed,
)
from engine.policy.vocabulary import DERIVED, FactType

_WORDS: Final = ("none", "to_be_assessed")
_FOUND: Final = tuple(name for name, fact in DERIVED.items() if fact.type is FactType.MONEY)
_OTHERS: Final = tuple(name for name, fact in DERIVED.items() if fact.type is not FactType.MONEY)
_DOTTED: Final = r"fees\.[a-z][a-z0-9_]*|[a-z][a-z0-9_]*\.left"
_SHARES: Final = rf"(?:{p.PERCENT} of ){{0,{read.SHARES_OF_SHARES}}}"
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
    extremes = typed(read.EXTREMES, dict.fromkeys(read.EXTREMES, several))
    share = typed(read.SHARE, {"percent": ref("percent"), "of": ref("amount")})
    each = typed(read.EACH, {"each": ref("amount"), "per": ref("unit_or_count")})
    bounded = typed(read.BOUNDED, dict.fromkeys(read.BOUNDED, ref("amount")))
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
