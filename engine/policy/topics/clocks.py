"""The topic `deadlines`: clocks, their starts and ends, and several readings of one clock."""

from __future__ import annotations

from typing import Final

from engine.dates import surely_longer
from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Clock, ClockReading, Opens
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.keys import Fields, Reader, need, read_map
from engine.policy.shapes.spans import start
from engine.policy.text import Map, Node, Scalar
from engine.policy.topics.readings import check_readings
from engine.policy.topics.topic import Topic

_ENDS: Final = ("within", "under", "until", "no_limit")
_OF_ALL: Final = ("readings", "we_take", "code", "by", "if_silent")
"""Keys that belong to the whole clock and to none of its readings."""
_LENGTHEN: Final = ("extended_by", "pauses", "roll")


def _opens(node: Node, ctx: Context) -> Opens | None:
    keys: dict[str, Reader] = {"after": s.length, "ahead": s.length, "counted_from": start}
    read = read_map(node, keys, "`opens`", ctx)
    if read is None or not isinstance(node, Map):
        return None
    if len(node.entries) != 2 or "counted_from" not in node.entries:
        said = "`opens` takes `after` or `ahead`, and `counted_from`."
        ctx.fault("wrong_shape", node.source, said)
        return None
    length = read.get("after") or read.get("ahead")
    if length is None or "counted_from" not in read:
        return None
    return Opens(length, read["counted_from"], "ahead" in node.entries)


def _pauses(node: Node, ctx: Context) -> tuple[str, str] | None:
    read = read_map(node, {"from": c.date_fact, "to": c.date_fact}, "`pauses`", ctx)
    if read is None or not isinstance(node, Map):
        return None
    if set(node.entries) != {"from", "to"}:
        ctx.fault("wrong_shape", node.source, "`pauses` takes `from` and `to`, both dates.")
    return (read["from"], read["to"]) if len(read) == 2 else None


def _late_code(node: Node, ctx: Context) -> str | None:
    return "go_on" if isinstance(node, Scalar) and node.text == "go_on" else c.code(node, ctx)


def _readings(node: Node, ctx: Context) -> tuple[ClockReading, ...]:
    found = [_reading(item, ctx) for item in ctx.items_of(node, "`readings`")]
    return tuple(reading for reading in found if reading is not None)


def _reading(node: Node, ctx: Context) -> ClockReading | None:
    own: dict[str, Reader] = {"id": s.identifier, "because": s.sentence, "clause": s.text}
    keys = {key: reader for key, reader in KEYS.items() if key not in _OF_ALL}
    read = read_map(node, own | keys, "a reading of a clock", ctx)
    if read is None or not isinstance(node, Map):
        return None
    need(node, "id", "A reading needs an `id`.", ctx)
    said = {key: read.pop(key) for key in own if key in read}
    clock = build_clock(read, node, ctx)
    return ClockReading(clock=clock, **said) if clock and "id" in said else None


KEYS: Final[dict[str, Reader]] = {
    "event": c.date_fact,
    "by": c.party,
    "within": s.length,
    "under": s.length,
    "until": s.day,
    "no_limit": s.yes_no,
    "opens": _opens,
    "counted_from": start,
    "counting": c.one_of(("next_day", "start_day_is_first"), "a way of counting"),
    "roll": c.one_of(("none", "next_business_day"), "a way of rolling"),
    "extended_by": s.length,
    "pauses": _pauses,
    "if_late": _late_code,
    "if_early": _late_code,
    "if_silent": c.one_of(w.SILENCES, "a default for silence"),
    "must_start": s.yes_no,
    "readings": _readings,
    "we_take": s.identifier,
    "code": c.code,
}


def build_clock(fields: Fields, node: Map, ctx: Context) -> Clock | None:
    """The clock that a row, a reading or `pay_within` says."""
    if not _one_end(node, ctx):
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


def _one_end(node: Map, ctx: Context) -> bool:
    """Whether the clock has one kind of end, or may do without."""
    ends = [key for key in _ENDS if key in node.entries]
    if len(ends) == 1 or "readings" in node.entries or (not ends and "opens" in node.entries):
        return True
    here = f"here are {' and '.join(ends)}" if ends else "here is none"
    said = f"A deadline takes exactly one of `within`, `under`, `until` and `no_limit`; {here}."
    ctx.fault("wrong_clock", node.source, said)
    return False


def _check(fields: Fields, node: Map, ctx: Context) -> None:
    length = fields.get("within") or fields.get("under")
    if length and "readings" not in node.entries:
        need(node, "counted_from", "`counted_from` is missing: from which date is it counted?", ctx)
    if fields.get("no_limit") is False:
        said = "`no_limit` is true or left out."
        ctx.fault("wrong_clock", node.entries["no_limit"].source, said)
    if "if_silent" in fields:
        need(node, "by", "`if_silent` needs `by`: whose silence is it?", ctx)
    if "readings" in node.entries:
        check_readings([reading.id for reading in fields.get("readings", ())], fields, node, ctx)
    _refuse_ignored(fields, node, ctx)
    opens = fields.get("opens")
    if opens is None or length is None or any(key in fields for key in _LENGTHEN):
        return
    same_start = opens.start == fields.get("counted_from") and not opens.ahead
    if same_start and surely_longer(opens.length, length):
        said = f"It opens after {opens.length}, when its {length} are already over."
        ctx.fault("reversed", node.entries["opens"].source, said)


def _refuse_ignored(fields: Fields, node: Map, ctx: Context) -> None:
    """What a clock of this kind could not heed is a fault, not silence."""
    length, more = fields.get("within") or fields.get("under"), fields.get("extended_by")
    on_clock = length is not None and length.on_clock
    ignored: list[str] = []
    if on_clock or "until" in fields:
        ignored += ["pauses"] if "pauses" in fields else []
        ignored += ["roll"] if fields.get("roll") == "next_business_day" else []
        ignored += ["counting"] if fields.get("counting") == "start_day_is_first" else []
    if more is not None and ("until" in fields or (length and more.on_clock != on_clock)):
        ignored.append("extended_by")
    kind = (
        "ends on a fixed date" if "until" in fields else f"counts {'hours' if on_clock else 'days'}"
    )
    for key in ignored:
        said = f"This clock {kind}; `{key}` means nothing to it and would be ignored."
        ctx.fault("wrong_clock", node.key_source(key), said)


TOPIC: Final = Topic(
    name="deadlines",
    keys=KEYS,
    build=build_clock,
    decide=("first", "only_one", "longest", "shortest"),
    plural=True,
    complete=False,
)
