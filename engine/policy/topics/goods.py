"""The topics `goods` and `return_shipping`, and what `after_refusal` says of both."""

from __future__ import annotations

import re
from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import AfterRefusal, Goods, Remedy, Shipping
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.keys import Clash, Fields, MapOf, Need, Reader, Rule, Written, with_fields
from engine.policy.text import Map, Node, Scalar, scalar
from engine.policy.topics import remedies
from engine.policy.topics.topic import Topic

COUNTRY: Final = re.compile(r"country [A-Z]{2}\Z")


def place(node: Node, ctx: Context) -> str | None:
    if isinstance(node, Scalar) and COUNTRY.match(node.text):
        return node.text
    what = "a place; add yours under `values: {place: [..]}`, or write `country XX`"
    return c.chosen(node, ctx.places, what, ctx)


GOODS_KEYS: Final[dict[str, Reader]] = {
    "do": c.one_of(w.GOODS, "a word for goods"),
    "choice": c.many_of(w.GOODS, "a word for goods"),
    "chosen_by": c.party,
    "to": place,
    "proof": s.words,
}
SHIPPING_KEYS: Final[dict[str, Reader]] = {
    "paid_by": c.party,
    "label_by": c.party,
    "reshipment_paid_by": c.party,
}
_GOODS_RULES: Final[tuple[Rule, ...]] = (
    Need(
        keys=("chosen_by",),
        given=(Written("choice"),),
        sentence="`choice` needs `chosen_by`: who chooses?",
    ),
    Clash(keys=("do", "choice"), sentence="Goods take `do` or `choice`, not both."),
)
_GOODS_AFTER: Final = ("do", "to", "proof")


def _goods(fields: Fields, _node: Map, _ctx: Context) -> Goods:
    if "do" not in fields and not fields.get("choice"):
        fields["do"] = "ship_back"
    return Goods(**fields)


LEG: Final = MapOf(
    what="a remedy", keys=remedies.KEYS, build=remedies.build_remedy, rules=remedies.RULES
)


def legs(node: Node, ctx: Context) -> tuple[tuple[str, Remedy], ...]:
    entries = ctx.map_of(node, "`remedies`")
    found: list[tuple[str, Remedy]] = []
    for key, child in (entries.entries if entries else {}).items():
        party = c.party(scalar(key, child.source), ctx)
        body = LEG(child, ctx)
        found += [(party, body)] if party and body else []
    return tuple(found)


AFTER_REFUSAL_KEYS: Final[dict[str, Reader]] = {
    **{key: GOODS_KEYS[key] for key in _GOODS_AFTER},
    **SHIPPING_KEYS,
    "remedies": legs,
}


def _after_refusal(fields: Fields, _node: Map, _ctx: Context) -> AfterRefusal:
    goods = {key: fields[key] for key in _GOODS_AFTER if key in fields}
    shipping = {key: fields[key] for key in SHIPPING_KEYS if key in fields}
    given = fields.get("remedies", ())
    return AfterRefusal(goods=Goods(**goods), shipping=Shipping(**shipping), remedies=given)


GOODS: Final = Topic(name="goods", keys=GOODS_KEYS, build=_goods, rules=_GOODS_RULES)
RETURN_SHIPPING: Final = Topic(
    name="return_shipping", keys=SHIPPING_KEYS, build=with_fields(Shipping)
)
AFTER_REFUSAL: Final = Topic(
    name="after_refusal", keys=AFTER_REFUSAL_KEYS, build=_after_refusal, complete=False
)
