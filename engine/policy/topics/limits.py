"""The topics `limits` and `demands`: what must not be exceeded, and what must be there."""

from __future__ import annotations

from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Demand, Limit, ShareOfCount
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.amounts import quantity
from engine.policy.readers.keys import Fields, Need, Written
from engine.policy.readers.whens import read_when
from engine.policy.text import Map, Node, from_data
from engine.policy.topics.rows import Topic

BOUNDS: Final = ("at_most", "under", "at_least")


def evidence_words(node: Node, ctx: Context) -> tuple[str, ...]:
    known = ctx.words_of(ctx.facts["evidence"])
    word = c.OneOf(known, "a word of `evidence`; add yours under `values`")
    return ctx.each(word, ctx.items_of(node, "`need`"))


def _limit(fields: Fields, node: Map, ctx: Context) -> Limit | None:
    bounds = [key for key in BOUNDS if key in node.entries]
    if not any(key in fields for key in bounds):
        return None
    counts = all(isinstance(fields.get(key, 0), int | str | ShareOfCount) for key in bounds)
    for key in ("used", "adds", *bounds):
        value = fields.get(key, 0)
        if value != 0 and isinstance(value, int | str | ShareOfCount) != counts:
            said = "A limit is on money or on a number, not on both."
            ctx.fault("wrong_type", node.entries[key].source, f"`{key}` is of another kind: {said}")
    return Limit(counts=counts, **fields)


def _demand(fields: Fields, node: Map, ctx: Context) -> Demand | None:
    original = fields.pop("original_required", False)
    if original:
        fields.setdefault("if_not", "refuse")
        packaging = from_data({"packaging": w.ORIGINAL_PACKAGINGS}, node.source)
        fields["must"] = read_when(packaging, ctx)
    return Demand(original_packaging=original, **fields)


LIMITS: Final = Topic(
    name="limits",
    keys={
        "used": quantity,
        "adds": quantity,
        **dict.fromkeys(BOUNDS, quantity),
        "if_over": c.one_of(("refuse", "review", "ask"), "an answer for a broken limit"),
        "to_settle": s.text,
    },
    build=_limit,
    rules=(
        Need(keys=BOUNDS, sentence="A limit needs `at_most`, `under` or `at_least`."),
        Need(
            keys=("to_settle",),
            given=(Written("if_over", says="review"),),
            sentence="`if_over: review` needs `to_settle`.",
        ),
    ),
    decide=("first", "only_one", "lowest", "highest"),
    plural=True,
    complete=False,
)
DEMANDS: Final = Topic(
    name="demands",
    keys={
        "need": evidence_words,
        "must": read_when,
        "subject_to": s.words,
        "if_not": c.one_of(("ask", "refuse", "review", "go_on"), "what happens if it is not met"),
        "curable": s.yes_no,
        "to_settle": s.text,
        "original_required": s.yes_no,
    },
    build=_demand,
    rules=(
        Need(
            keys=("need", "must", "subject_to", "original_required"),
            sentence="A demand needs `need`, `must` or `subject_to`.",
        ),
        Need(
            keys=("to_settle",),
            given=(Written("if_not", says="review"),),
            sentence="`if_not: review` needs `to_settle`.",
        ),
    ),
    decide=("add_up",),
    complete=False,
)
