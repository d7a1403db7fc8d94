"""The topic `eligibility`: what a row answers, and what its answer needs beside it."""

from __future__ import annotations

from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Verdict
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.keys import Clash, Fields, Need, Reader, Rule, Written
from engine.policy.text import Map
from engine.policy.topics.readings import NEITHER, READINGS, WE_TAKE, check_readings
from engine.policy.topics.topic import Topic

KEYS: Final[dict[str, Reader]] = {
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
}

_NEEDS: Final = {
    "refuse": ("code", "`answer: refuse` needs a `code`: what is it refused for?"),
    "review": ("to_settle", "`answer: review` needs `to_settle`: what is a person to decide?"),
    "ask": ("missing", "`answer: ask` needs `missing`: what is to be supplied?"),
    "two_readings": ("readings", "`answer: two_readings` needs `readings` and `we_take`."),
}
_RULES: Final[tuple[Rule, ...]] = (
    Need(keys=("answer",), sentence="An eligibility row needs an `answer`."),
    *(
        Need(keys=(key,), given=(Written("answer", says=answer),), sentence=said)
        for answer, (key, said) in _NEEDS.items()
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
)


def _verdict(fields: Fields, node: Map, ctx: Context) -> Verdict | None:
    answer = fields.get("answer")
    if answer is None:
        return None
    if answer == "two_readings" and "readings" in node.entries:
        check_readings([reading.id for reading in fields.get("readings", ())], fields, node, ctx)
    return Verdict(**fields)


TOPIC: Final = Topic(name="eligibility", keys=KEYS, build=_verdict, rules=_RULES)
