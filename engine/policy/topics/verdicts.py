"""The topic `eligibility`: the answer of a row, also if its text can be read in several ways."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from engine.policy import words as w
from engine.policy.context import Context, Unreadable
from engine.policy.faults import listed
from engine.policy.model import Reading, Verdict
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.amounts import amount
from engine.policy.readers.keys import (
    Clash,
    Fields,
    ListOf,
    MapOf,
    Need,
    Reader,
    Written,
    with_fields,
)
from engine.policy.text import Map, Node
from engine.policy.topics.rows import Topic

NEITHER: Final = "none"

WE_TAKE: Final = Need(
    keys=("we_take",),
    given=(Written("readings"),),
    sentence="`readings` need `we_take`: `none`, or the id of the one that holds.",
    code="two_readings",
)

TOO_FEW: Final = ("two_readings", "Two readings or more, with different ids, are needed.")

SETTABLE: Final[dict[str, Reader]] = {
    "remedy": c.one_of(w.REMEDIES, "a remedy"),
    "percent": s.percent,
    "base": amount,
    "return_paid_by": c.party,
    "label_by": c.party,
    "goods": c.one_of(w.GOODS, "a word for goods"),
    "goods_to": s.word,
    "timing": c.one_of(w.TIMINGS, "a timing"),
    "choice": c.many_of(w.REMEDIES, "a remedy"),
    "outbound_shipping": c.one_of(w.OUTBOUND, "none, full or standard_part"),
}
"""The fields of the outcome that a reading may set, beside `fees.NAME`."""


def check_readings(ids: Sequence[str], fields: Fields, node: Map, ctx: Context) -> None:
    """Checks that readings have different ids, and that `we_take` names one of them or `none`."""
    if len(set(ids)) < len(ids):
        ctx.fault("two_readings", node.source, "The readings need different ids.")
    taken = fields.get("we_take", NEITHER)
    if taken != NEITHER and taken not in ids:
        said = "`we_take` is `none` or the id of one of the readings."
        place = node.entries["we_take"].source if "we_take" in node.entries else node.source
        ctx.fault("two_readings", place, said)


def read_sets(node: Node, ctx: Context) -> tuple[tuple[str, object], ...]:
    entries = ctx.map_of(node, "`sets`").entries
    return tuple((key, ctx.attempt(partial(_set, key), entries[key])) for key in entries)


def _set(key: str, node: Node, ctx: Context) -> object:
    reader = amount if key.startswith("fees.") else SETTABLE.get(key)
    if reader is None:
        known = f"`fees.NAME`, {listed(SETTABLE)}"
        said = f"`{key[:60]}` cannot be set by a reading; it may set {known}."
        raise Unreadable("unknown_key", node.source, said)
    return reader(node, ctx)


READINGS: Final = ListOf(
    what="`readings`",
    least=2,
    few=TOO_FEW,
    item=MapOf(
        what="a reading",
        keys={
            "id": s.identifier,
            "answer": c.one_of(("accept", "refuse", "review", "ask"), "an answer"),
            "code": c.code,
            "because": s.sentence,
            "clause": s.text,
            "to_settle": s.text,
            "sets": read_sets,
        },
        build=with_fields(Reading),
        rules=(
            Need(keys=("id",), sentence="A reading needs an `id`."),
            Need(keys=("answer",), sentence="A reading needs an `answer`."),
        ),
    ),
)
"""The readings of an eligibility row: what each would answer and set."""


def _verdict(fields: Fields, node: Map, ctx: Context) -> Verdict | None:
    answer = fields.get("answer")
    if answer is None:
        return None
    if answer == "two_readings" and "readings" in node.entries:
        check_readings([reading.id for reading in fields.get("readings", ())], fields, node, ctx)
    return Verdict(**fields)


TOPIC: Final = Topic(
    name="eligibility",
    keys={
        "answer": c.one_of(w.ANSWERS, "an answer"),
        "to_settle": s.text,
        "missing": s.words,
        "curable": s.yes_no,
        "belongs_to": c.party,
        "stands": s.yes_no,
        "readings": READINGS,
        "we_take": s.identifier,
        "why": s.text,
        "until": s.day,
    },
    build=_verdict,
    rules=(
        Need(keys=("answer",), sentence="An eligibility row needs an `answer`."),
        *(
            Need(keys=(key,), given=(Written("answer", says=answer),), sentence=said)
            for answer, (key, said) in {
                "refuse": ("code", "`answer: refuse` needs a `code`: what is it refused for?"),
                "review": (
                    "to_settle",
                    "`answer: review` needs `to_settle`: what is a person to decide?",
                ),
                "ask": ("missing", "`answer: ask` needs `missing`: what is to be supplied?"),
                "two_readings": (
                    "readings",
                    "`answer: two_readings` needs `readings` and `we_take`.",
                ),
            }.items()
        ),
        WE_TAKE,
        Need(
            keys=("why",),
            given=(Written("readings"), Written("we_take", says=NEITHER, but=True)),
            sentence="`we_take` names a reading: say `why`.",
        ),
        Clash(
            keys=("readings",),
            given=(Written("answer", says="two_readings", but=True),),
            sentence="`readings` go with `answer: two_readings` and with no other answer.",
            code="two_readings",
        ),
    ),
)
