"""The topic `deadlines`: clocks, their starts and ends, and several readings of one clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from engine.dates import surely_longer
from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Clock, ClockReading, Opens
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Clash, Fields, ListOf, MapOf, Need, Reader, Rule, Written
from engine.policy.readers.spans import start
from engine.policy.text import Map, Node, Scalar
from engine.policy.topics.rows import ENDS, Topic
from engine.policy.topics.verdicts import TOO_FEW, WE_TAKE, check_readings

_LENGTHEN: Final = ("extended_by", "pauses", "roll")


_ON_CLOCK: Final = r"\s*[0-9]+\s+(?:hours?|clock\s+days?)\s*"
"""A length that is counted on moments and not on dates."""


def _ignored() -> Iterator[Rule]:
    """Yields the rules that refuse keys that a kind of clock would ignore."""
    fixed = Written("until")
    counts = [Written(key, like=_ON_CLOCK) for key in ("within", "under")]
    for kind in (fixed, *counts):
        for ignored in (
            Written("pauses"),
            Written("roll", says="next_business_day"),
            Written("counting", says="start_day_is_first"),
        ):
            yield _never(ignored, kind)
    yield _never(Written("extended_by"), fixed)
    for kind in counts:
        yield _never(Written("extended_by", like=_ON_CLOCK, but=True), kind)
        yield _never(Written("extended_by", like=_ON_CLOCK), replace(kind, but=True))


def _never(ignored: Written, kind: Written) -> Clash:
    runs = "counts days" if kind.but else "counts hours"
    runs = runs if kind.like else "ends on a fixed date"
    return Clash(
        keys=(ignored.key,),
        given=(kind, ignored),
        sentence=f"This clock {runs}; `{ignored.key}` means nothing to it and would be ignored.",
        code="wrong_clock",
    )


_OPENS: Final = "`opens` takes `after` or `ahead`, and `counted_from`."
_PAUSES: Final = "`pauses` takes `from` and `to`, both dates."
_ONE_END: Final = "A deadline takes exactly one of `within`, `under`, `until` and `no_limit`."
RULES: Final[tuple[Rule, ...]] = (
    Need(
        keys=(*ENDS, "readings", "opens"), sentence=f"{_ONE_END} Here is none.", code="wrong_clock"
    ),
    Clash(keys=ENDS, unless=("readings",), sentence=_ONE_END, code="wrong_clock"),
    *(
        Need(
            keys=("counted_from", "readings"),
            given=(Written(key),),
            sentence="`counted_from` is missing: from which date is it counted?",
        )
        for key in ("within", "under")
    ),
    Need(
        keys=("by",),
        given=(Written("if_silent"),),
        sentence="`if_silent` needs `by`: whose silence is it?",
    ),
    WE_TAKE,
    *_ignored(),
)


def _opens(read: Fields, node: Map, _ctx: Context) -> Opens | None:
    length = read.get("after") or read.get("ahead")
    return Opens(length, read["counted_from"], "ahead" in node.entries) if length else None


def late_code(node: Node, ctx: Context) -> str:
    """Reads the code for being late or early, or `go_on`."""
    return "go_on" if isinstance(node, Scalar) and node.text == "go_on" else c.code(node, ctx)


def _reading(read: Fields, node: Map, ctx: Context) -> ClockReading | None:
    said = {key: read.pop(key) for key in _OF_A_READING if key in read}
    clock = build_clock(read, node, ctx)
    return ClockReading(clock=clock, **said) if clock else None


_OF_A_READING: Final[dict[str, Reader]] = {
    "id": s.identifier,
    "because": s.sentence,
    "clause": s.text,
}
IN_A_READING: Final[dict[str, Reader]] = {
    "event": c.date_fact,
    "within": s.length,
    "under": s.length,
    "until": s.day,
    "no_limit": s.only_true,
    "opens": MapOf(
        what="`opens`",
        keys={"after": s.length, "ahead": s.length, "counted_from": start},
        build=_opens,
        rules=(
            Need(keys=("after", "ahead"), sentence=_OPENS, code="wrong_shape"),
            Clash(keys=("after", "ahead"), sentence=_OPENS),
            Need(keys=("counted_from",), sentence=_OPENS, code="wrong_shape"),
        ),
    ),
    "counted_from": start,
    "counting": c.one_of(("next_day", "start_day_is_first"), "a way of counting"),
    "roll": c.one_of(("none", "next_business_day"), "a way of rolling"),
    "extended_by": s.length,
    "pauses": MapOf(
        what="`pauses`",
        keys={"from": c.date_fact, "to": c.date_fact},
        build=lambda read, _node, _ctx: (read["from"], read["to"]),
        rules=tuple(
            Need(keys=(key,), sentence=_PAUSES, code="wrong_shape") for key in ("from", "to")
        ),
    ),
    "if_late": late_code,
    "if_early": late_code,
    "must_start": s.yes_no,
}


def build_clock(fields: Fields, node: Map, ctx: Context) -> Clock | None:
    """Builds the clock of a row, a reading or `pay_within`."""
    if sum(key in node.entries for key in ENDS) > 1 and "readings" not in node.entries:
        return None
    _check(fields, node, ctx)
    within = fields.pop("within", None) or fields.get("under")
    strict = fields.pop("under", None) is not None
    counting, roll = fields.pop("counting", None), fields.pop("roll", None)
    return Clock(
        start=fields.pop("counted_from", None),
        within=within,
        strict=strict,
        start_day_is_first=counting == "start_day_is_first",
        roll=roll == "next_business_day",
        **fields,
    )


def _check(fields: Fields, node: Map, ctx: Context) -> None:
    length = fields.get("within") or fields.get("under")
    if "readings" in node.entries:
        check_readings([reading.id for reading in fields.get("readings", ())], fields, node, ctx)
    opens = fields.get("opens")
    if opens is None or length is None or any(key in fields for key in _LENGTHEN):
        return
    same_start = opens.start == fields.get("counted_from") and not opens.ahead
    if same_start and surely_longer(opens.length, length):
        said = f"It opens after {opens.length}, when its {length} are already over."
        ctx.fault("reversed", node.entries["opens"].source, said)


TOPIC: Final = Topic(
    name="deadlines",
    keys={
        **IN_A_READING,
        "by": c.party,
        "if_silent": c.one_of(w.SILENCES, "a default for silence"),
        "readings": ListOf(
            what="`readings`",
            least=2,
            few=TOO_FEW,
            item=MapOf(
                what="a reading of a clock",
                keys=_OF_A_READING | IN_A_READING,
                build=_reading,
                rules=(Need(keys=("id",), sentence="A reading needs an `id`."), *RULES),
            ),
        ),
        "we_take": s.identifier,
        "code": c.code,
    },
    build=build_clock,
    rules=RULES,
    decide=("first", "only_one", "longest", "shortest"),
    plural=True,
    complete=False,
)
