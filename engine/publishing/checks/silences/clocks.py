"""Silences of deadlines: keys that a kind of clock ignores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.policy.model import Clock, Pick
from engine.publishing.checks.silences.readings import reading_silences
from engine.publishing.checks.silences.written import Kind, Silence, Written

_NEVER_LATE: Final = (
    "counting",
    "roll",
    "extended_by",
    "pauses",
    "if_late",
    "if_silent",
)
"""Keys that only a clock with an end uses."""
_AS_IT_IS: Final = {
    "counting": "next_day",
    "roll": "none",
    "if_late": "outside_window",
    "if_early": "too_early",
    "must_start": "false",
}
"""Values that only state what holds without them."""
_ASKED: Final = ("requested", "request_sent")
"""Dates that every return has."""


def clock_silences(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports the silences of one row of a deadline."""
    if clock.readings:
        yield from reading_silences(written)
        return
    yield from _without_readings(written, clock)
    yield from _never_silent(written, clock)
    yield from _never_ends(written, clock)
    yield from _opens_by_the_hour(written, clock)
    # A start without a length, or a code for being early without `opens`, changes no answer:
    # templates that leave the length to their partners may have them.
    for key in _NEVER_LATE if clock.within is None and clock.until is None else ():
        if written.text(key) != _AS_IT_IS.get(key):
            says = f"this clock has no end and is never late, so `{key}` says nothing."
            yield from written.silence(key, says, drop=(key,))
    if written.table.part == "request" and written.text("must_start") == "false":
        says = "the clock `request` asks for its start all the same, whatever `must_start` says."
        yield from written.silence("must_start", says, drop=("must_start",))


# --- without readings -----------------------------------------------------------------------------


def _without_readings(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports `code` and `we_take`, which belong to readings."""
    node = written.node("code")
    if node is not None:
        ends = clock.within is not None or clock.until is not None
        free = ends and written.place("if_late") is None
        says = "`code` is that of readings which disagree; a late return has the one of `if_late`."
        put = {"if_late": node} if free else {}
        yield from written.silence("code", says, put=put, drop=("code",))
    says = "`we_take` chooses among `readings`, and here are none."
    yield from written.silence("we_take", says, drop=("we_take",))


def _never_silent(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports a clock that waits for a party, but for an event that every return has."""
    if clock.by is None or clock.event not in _ASKED or (clock.within is None and not clock.until):
        return
    seller = dict(written.policy.parties).get("seller")
    event = "seller_acted" if clock.by == seller else "partner_replied"
    says = (
        f"it waits for `{clock.by}`, but its event is `{clock.event}`, which every return has: it "
        "is never silent."
    )
    key = "if_silent" if written.place("if_silent") is not None else "by"
    yield from written.silence(key, says, put={"event": event}, drop=())


def _never_ends(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports a clock that starts with the very event that must happen in time."""
    if clock.within is None or clock.start is None or not _starts_with_event(clock):
        return
    start = "delivered" if clock.event in _ASKED else "requested"
    says = f"it starts on the very day of `{clock.event}`, which must come in time: never late."
    yield from written.silence(
        "counted_from", says, put={"counted_from": start}, kind=Kind.NOT_AS_WRITTEN
    )


def _opens_by_the_hour(written: Written, clock: Clock) -> Iterator[Silence]:
    """Reports a clock that opens some hours from a day: they are counted as days."""
    if clock.opens is None or not clock.opens.length.on_clock:
        return
    length = clock.opens.length
    says = f"a clock opens on a day, so `{length}` is taken as {length.count} days."
    advice = "Write it in days."
    yield from written.silence("opens", says, advice=advice, kind=Kind.NOT_AS_WRITTEN)


def _starts_with_event(clock: Clock) -> bool:
    facts = [each.fact for each in clock.start.dates] if clock.start else [""]
    pick = clock.start.pick if clock.start else Pick.ONLY
    if pick is Pick.LATER_OF:
        return clock.event in facts
    return set(facts) == {clock.event} if pick is Pick.EARLIER_OF else facts[0] == clock.event
