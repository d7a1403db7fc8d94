"""The topics `remedies`, `goods` and `return_shipping`, and what `after_refusal` says of them."""

from __future__ import annotations

import re
from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import AfterRefusal, Goods, Remedy, Shipping
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.amounts import amount
from engine.policy.readers.keys import (
    Clash,
    Fields,
    MapOf,
    Need,
    Written,
    with_fields,
)
from engine.policy.readers.whens import read_when
from engine.policy.text import Map, Node, Scalar, scalar
from engine.policy.topics import clocks
from engine.policy.topics.rows import WAYS, Topic

_ONE_WAY: Final = (
    "A remedy takes exactly one of `give`, `choice` and `first` (with `then`, `after`)."
)


def _remedy(fields: Fields, node: Map, _ctx: Context) -> Remedy | None:
    """Builds what one party is given: a remedy, a choice or a sequence."""
    ways = [key for key in WAYS if key in node.entries]
    if len(ways) != 1 or not fields.get(ways[0]):
        return None
    exchange = fields.pop("exchange", {})
    return Remedy(from_=fields.pop("from", None), **fields, **exchange)


REMEDIES: Final = Topic(
    name="remedies",
    keys={
        "give": c.one_of(w.REMEDIES, "a remedy"),
        "choice": c.many_of(w.REMEDIES, "a remedy"),
        "chosen_by": c.party,
        "first": c.many_of(w.REMEDIES, "a remedy"),
        "then": c.one_of(w.REMEDIES, "a remedy"),
        "after": read_when,
        "from": c.party,
        "of": amount,
        "percent": s.percent,
        "timing": c.one_of(w.TIMINGS, "a timing"),
        "pay_within": MapOf(
            what="`pay_within`",
            keys={
                key: clocks.TOPIC.keys[key]
                for key in ("within", "counted_from", "counting", "roll")
            },
            build=clocks.build_clock,
            rules=clocks.RULES,
        ),
        "issued_by": c.party,
        "bonus": amount,
        "creates": s.words,
        "exchange": MapOf(
            what="`exchange`",
            keys={
                "same_product": s.yes_no,
                "price_difference": c.one_of(("settled", "none"), "settled or none"),
            },
            build=with_fields(dict),
        ),
    },
    build=_remedy,
    rules=(
        Need(keys=WAYS, sentence=_ONE_WAY, code="wrong_shape"),
        Clash(keys=WAYS, sentence=_ONE_WAY),
        Need(
            keys=("chosen_by",),
            given=(Written("choice"),),
            sentence="`choice` needs `chosen_by`: who chooses?",
        ),
        Need(
            keys=("then",),
            given=(Written("first"),),
            sentence="`first` needs `then`: what comes next?",
        ),
        Need(
            keys=("after",),
            given=(Written("first"),),
            sentence="`first` needs `after`: when does the next one come?",
        ),
    ),
    plural=True,
)


LEG: Final = MapOf(what="a remedy", keys=REMEDIES.keys, build=_remedy, rules=REMEDIES.rules)
"""What one party is given where remedies are written for several."""


COUNTRY: Final = re.compile(r"country [A-Z]{2}\Z")


def place(node: Node, ctx: Context) -> str:
    if isinstance(node, Scalar) and COUNTRY.match(node.text):
        return node.text
    what = "a place; add yours under `values: {place: [..]}`, or write `country XX`"
    return c.chosen(node, ctx.places, what, ctx)


def _goods(fields: Fields, _node: Map, _ctx: Context) -> Goods:
    if "do" not in fields and not fields.get("choice"):
        fields["do"] = "ship_back"
    return Goods(**fields)


GOODS: Final = Topic(
    name="goods",
    keys={
        "do": c.one_of(w.GOODS, "a word for goods"),
        "choice": c.many_of(w.GOODS, "a word for goods"),
        "chosen_by": c.party,
        "to": place,
        "proof": s.words,
    },
    build=_goods,
    rules=(
        Need(
            keys=("chosen_by",),
            given=(Written("choice"),),
            sentence="`choice` needs `chosen_by`: who chooses?",
        ),
        Clash(keys=("do", "choice"), sentence="Goods take `do` or `choice`, not both."),
    ),
)
RETURN_SHIPPING: Final = Topic(
    name="return_shipping",
    keys=dict.fromkeys(("paid_by", "label_by", "reshipment_paid_by"), c.party),
    build=with_fields(Shipping),
)
_GOODS_AFTER: Final = ("do", "to", "proof")


def legs(node: Node, ctx: Context) -> tuple[tuple[str, Remedy], ...]:
    found: list[tuple[str, Remedy]] = []
    for key, child in ctx.map_of(node, "`remedies`").entries.items():
        party = ctx.attempt(c.party, scalar(key, child.source))
        body = ctx.attempt(LEG, child)
        found += [(party, body)] if party and body else []
    return tuple(found)


def _after_refusal(fields: Fields, _node: Map, _ctx: Context) -> AfterRefusal:
    goods = {key: fields[key] for key in _GOODS_AFTER if key in fields}
    shipping = {key: fields[key] for key in RETURN_SHIPPING.keys if key in fields}
    given = fields.get("remedies", ())
    return AfterRefusal(goods=Goods(**goods), shipping=Shipping(**shipping), remedies=given)


AFTER_REFUSAL: Final = Topic(
    name="after_refusal",
    keys={
        **{key: GOODS.keys[key] for key in _GOODS_AFTER},
        **RETURN_SHIPPING.keys,
        "remedies": legs,
    },
    build=_after_refusal,
    complete=False,
)
