"""The topic `remedies`: what a party is given, one part for each leg."""

from __future__ import annotations

from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Remedy
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.amounts import amount
from engine.policy.shapes.keys import Clash, Fields, MapOf, Need, Reader, Rule, Written, with_fields
from engine.policy.shapes.whens import read_when
from engine.policy.text import Map
from engine.policy.topics import clocks
from engine.policy.topics.topic import Topic

_WAYS: Final = ("give", "choice", "first")
_ONE_WAY: Final = (
    "A remedy takes exactly one of `give`, `choice` and `first` (with `then`, `after`)."
)
RULES: Final[tuple[Rule, ...]] = (
    Need(keys=_WAYS, sentence=_ONE_WAY, code="wrong_shape"),
    Clash(keys=_WAYS, sentence=_ONE_WAY),
    Need(
        keys=("chosen_by",),
        given=(Written("choice"),),
        sentence="`choice` needs `chosen_by`: who chooses?",
    ),
    Need(
        keys=("then",), given=(Written("first"),), sentence="`first` needs `then`: what comes next?"
    ),
    Need(
        keys=("after",),
        given=(Written("first"),),
        sentence="`first` needs `after`: when does the next one come?",
    ),
)


_PAY_WITHIN: Final = MapOf(
    what="`pay_within`",
    keys={key: clocks.KEYS[key] for key in ("within", "counted_from", "counting", "roll")},
    build=clocks.build_clock,
    rules=clocks.RULES,
)
_EXCHANGE: Final[MapOf[Fields]] = MapOf(
    what="`exchange`",
    keys={
        "same_product": s.yes_no,
        "price_difference": c.one_of(("settled", "none"), "settled or none"),
    },
    build=with_fields(dict),
)
KEYS: Final[dict[str, Reader]] = {
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
    "pay_within": _PAY_WITHIN,
    "issued_by": c.party,
    "bonus": amount,
    "creates": s.words,
    "exchange": _EXCHANGE,
}


def build_remedy(fields: Fields, node: Map, _ctx: Context) -> Remedy | None:
    """What one leg gives: a remedy, a choice or a sequence."""
    ways = [key for key in _WAYS if key in node.entries]
    if len(ways) != 1 or not fields.get(ways[0]):
        return None
    exchange = fields.pop("exchange", {})
    return Remedy(from_=fields.pop("from", None), **fields, **exchange)


TOPIC: Final = Topic(name="remedies", keys=KEYS, build=build_remedy, rules=RULES, plural=True)
