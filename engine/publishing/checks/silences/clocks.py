"""Silences of deadlines: keys that a kind of clock ignores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from string import ascii_uppercase
from typing import Final

from engine.policy.model import Clock, Pick
from engine.policy.printing.yaml import flow
from engine.policy.text import Items, Map, as_map, scalar
from engine.policy.topics.clocks import IN_A_READING
from engine.policy.topics.rows import ENDS
from engine.publishing.checks.silences.written import (
    Kind,
    Silence,
    Told,
    Unheeded,
    Written,
    idle,
)

_AS_IT_IS: Final = {
    "counting": "next_day",
    "roll": "none",
    "extended_by": None,
    "pauses": None,
    "if_late": "outside_window",
    "if_silent": None,
}
"""Keys that only a clock with an end uses, and what they say that holds without them."""
_ASKED: Final = ("requested", "request_sent")
"""Dates that every return has."""


def _ends(clock: Clock) -> bool:
    return clock.within is not None or clock.until is not None


def _as_if_late(written: Written, clock: Clock) -> dict[str, object]:
    free = _ends(clock) and written.place("if_late") is None
    return {"if_late": written.node("code")} if free else {}


def _never_silent(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports a clock that waits for a party, but for an event that every return has."""
    if clock.by is None or clock.event not in _ASKED or not _ends(clock):
        return
    seller = dict(written.policy.parties).get("seller")
    yield from written.silence(
        "if_silent" if written.place("if_silent") is not None else "by",
        f"it waits for `{clock.by}`, but every return has its event, `{clock.event}`, so nobody is "
        "ever silent.",
        put={"event": "seller_acted" if clock.by == seller else "partner_replied"},
    )


def _starts_with_event(clock: Clock) -> bool:
    """Returns whether a clock starts with the very event that must happen in time."""
    if clock.start is None:
        return False
    same = [each.fact == clock.event for each in clock.start.dates]
    if clock.start.pick is Pick.LATER_OF:
        return any(same)
    return all(same) if clock.start.pick is Pick.EARLIER_OF else same[0]


# A start without a length, or a code for being early without `opens`, changes no answer: templates
# that leave the length to their partners may have them.
_OF_ONE: Final[tuple[Told, ...]] = (
    Unheeded(
        "code",
        lambda *_: True,
        "`code` is for readings that disagree; a late return gets the code in `if_late`.",
        put=_as_if_late,
        drop=("code",),
    ),
    Unheeded(
        "we_take",
        lambda *_: True,
        "`we_take` chooses one of the `readings`, but this clock has none.",
        drop=("we_take",),
    ),
    _never_silent,
    Unheeded(
        "counted_from",
        lambda _, clock: clock.within and _starts_with_event(clock),
        "it starts on the day of `{body.event}`, the event that it limits: it is never late.",
        put=lambda _, clock: {
            "counted_from": "delivered" if clock.event in _ASKED else "requested"
        },
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "opens",
        lambda _, clock: clock.opens and clock.opens.length.on_clock,
        "a clock opens on a day, so `{body.opens.length}` is taken as {body.opens.length.count} "
        "days.",
        advice="Write it in days.",
        kind=Kind.NOT_AS_WRITTEN,
    ),
    *idle(_AS_IT_IS, lambda _, clock: not _ends(clock), "this clock has no end and is never late"),
    Unheeded(
        "must_start",
        lambda row, _: row.table.part == "request" and row.text("must_start") == "false",
        "the clock `request` always needs its start, so `must_start: false` has no effect.",
        drop=("must_start",),
    ),
)
"""The silences of a clock without readings."""


def clock_silences(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports the silences of one row of a deadline."""
    for told in _OF_READINGS if clock.readings else _OF_ONE:
        yield from told(written, clock)


# --- readings -------------------------------------------------------------------------------------

_NO_READING: Final = (*ENDS, "counted_from", "by", "if_silent", "must_start")
"""Keys that every reading states itself, or that none may state."""
_OF_DAYS: Final = ("counting", "roll", "extended_by", "pauses")
_BESIDE: Final = (
    "`{key}` stands beside `readings` and is ignored: each reading has only the keys in it."
)
_CLOCK: Final = (*IN_A_READING, "by", "if_silent")


def _beside_readings(written: Written, _: Clock) -> Iterator[Silence]:
    """Reports keys beside `readings`: a whole reading if they have an end, else part of each."""
    readings, keys = written.maps_of("readings"), list(_stray(written))
    end = next((key for key in ENDS if key in keys and key in written.own.entries), None)
    if end is not None:
        yield _third_reading(written, end, [key for key in keys if key in written.own.entries])
        return
    for key in keys:
        inherited = key not in written.own.entries
        put = _into(readings, key, written)
        yield from written.silence(
            key,
            _BESIDE.format(key=key),
            place=written.own if put else written.place(key) or written.own,
            put=put,
            drop=() if inherited and put else (key,),
            at=written.at(key),
            always=True,
        )


def _stray(written: Written) -> Iterator[str]:
    readings = written.maps_of("readings")
    for key in (key for key in _CLOCK if written.place(key) is not None):
        inherited = key not in written.own.entries
        if not (inherited and all(_needs_none(reading, key) for reading in readings)):
            yield key


def _third_reading(written: Written, end: str, keys: list[str]) -> Silence:
    """Reports a whole clock beside `readings`, which would be one more way to read the text."""
    names = [each.text_of("id") for each in written.maps_of("readings")]
    name = next(each for each in ascii_uppercase if each not in names)
    kept = {key: written.own.entries[key] for key in keys if key not in ("by", "if_silent")}
    third = as_map({"id": name, **kept}, written.own.source)
    return Silence(
        key=end,
        place=written.own,
        row=written.row,
        says=f"`{written.row.id}`: {_BESIDE.format(key=end)}",
        put={"readings": [*written.list_of("readings"), third]},
        drop=tuple(keys),
        advice=f"Write it as a reading of its own, `{flow(third)}`, or leave it out.",
        kind=Kind.NOT_AS_WRITTEN,
    )


def _needs_none(reading: Map, key: str) -> bool:
    """Returns whether a reading has a key, or another end instead, or could not use it."""
    says = any(each in reading.entries for each in (ENDS if key in ENDS else (key,)))
    length = key != "counted_from" or any(each in reading.entries for each in ("within", "under"))
    return says or not (_can_heed(reading, key) and length)


def _into(readings: list[Map], key: str, written: Written) -> dict[str, object]:
    """Returns the readings with a key of the clock added, if each of them can use it."""
    node, listed = written.node(key), written.node("readings")
    if key in _NO_READING or node is None or not isinstance(listed, Items) or flow(node) == "go_on":
        return {}
    if not all(_can_heed(reading, key) for reading in readings):
        return {}
    each = [one if key in one.entries else one.with_entry(key, node) for one in readings]
    return {"readings": replace(listed, items=tuple(each))}


def _can_heed(reading: Map, key: str) -> bool:
    length = reading.text_of("within") or reading.text_of("under")
    return key not in _OF_DAYS or (bool(length) and "hour" not in length and "clock" not in length)


def _going_on(written: Written, _: Clock) -> Iterator[Silence]:
    """Reports `go_on` in a reading: if the readings disagree, being late is refused anyway."""
    for reading in written.maps_of("readings"):
        for key in (key for key in ("if_late", "if_early") if reading.text_of(key) == "go_on"):
            yield from written.silence(
                key,
                f"where the readings disagree, this one is a refusal, and `{key}: go_on` is "
                "ignored.",
                within=reading,
                advice=f"Write each reading as a clock of its own: `{_apart(written)}`; then a row "
                "of `eligibility` can ask both.",
                drop=(key,),
            )


def _apart(written: Written) -> str:
    part, clocks = str(written.table.part), []
    for reading in written.maps_of("readings"):
        bare = reading.without("id", "because", "clause", "if_late", "if_early")
        said = flow(bare.with_entry("if_late", scalar("go_on", reading.source)))
        clocks.append(f"{part}_{reading.text_of('id').lower()}: {said}")
    return f"deadlines: {{{', '.join(clocks)}}}"


def _weighed(written: Written, _: Clock) -> Iterator[Silence]:
    """Reports readings under `longest` or `shortest`: ends on different days have no order."""
    table, around = written.table, written.around
    if around is None or len(table.rows) < 2 or table.decide not in ("longest", "shortest"):
        return
    yield Silence(
        key="decide",
        place=around,
        row=written.row,
        kind=Kind.NOT_AS_WRITTEN,
        says=f"`{written.row.id}` has readings, and a clock that can be read in two ways has no "
        f"one end: `decide: {table.decide}` weighs it as if it had none.",
        put={"decide": "first"},
    )


_OF_READINGS: Final[tuple[Told, ...]] = (_beside_readings, _going_on, _weighed)
"""The silences of a clock with readings."""
