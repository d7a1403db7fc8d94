"""Whether values of several facts can come together: days in their order, states with their days.

Days are held against each other as bounds on differences, which is exact for whole days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.decision.encoding import ABSENT
from engine.decision.plan import Plan
from engine.meaning.spans import Span, covers
from engine.publishing.checks.space.outcomes import states_of

_IN_ORDER: Final = (
    ("ordered", "delivered"),
    ("ordered", "requested"),
    ("quantity", "quantity_ordered"),
)
"""Pairs of which the door refuses the second below the first."""
_SINCE: Final = "days_since."
_ZERO: Final = ""
_LATE: Final = ("late", "silent")
_IN_TIME: Final = ("in_time",)

Bound = tuple[str, str, int]
"""`(a, b, most)`: b - a is at most `most`."""


def can_come_together(box: Mapping[str, Span], plan: Plan) -> bool:
    """False only where no return has such values."""
    if len(box) < 2:
        return True
    return _clocks_agree(box, plan) and _days_agree(box)


# --- days -----------------------------------------------------------------------------------------


def _days_agree(box: Mapping[str, Span]) -> bool:
    bounds = list(_bounds(box))
    if not bounds:
        return True
    nodes = {_ZERO, *(name for bound in bounds for name in bound[:2])}
    for name in sorted(nodes - {_ZERO}):
        low, high = _hull(box, name)
        bounds += [(_ZERO, name, high), (name, _ZERO, -low)]
    return not _has_negative_circle(bounds, nodes)


def _bounds(box: Mapping[str, Span]) -> Iterator[Bound]:
    """What is known of differences between facts of the box."""
    for first, second in _IN_ORDER:
        if _is_known(box, first) and _is_known(box, second):
            yield second, first, 0
    for key in box:
        date = key.removeprefix(_SINCE)
        if date != key and _is_known(box, key):
            low, high = _hull(box, key)
            yield from ((date, "requested", high), ("requested", date, -low))
            if date == "ordered":
                yield "requested", "ordered", 0


def _is_known(box: Mapping[str, Span], key: str) -> bool:
    return key in box and box[key][0][0] > ABSENT


def _hull(box: Mapping[str, Span], key: str) -> tuple[int, int]:
    """The least and the greatest known value; days from the first to the last of the calendar."""
    span = box.get(key)
    known = [pair for pair in span if pair[1] > ABSENT] if span else []
    return (known[0][0], known[-1][1]) if known and known[0][0] > ABSENT else (-(10**7), 10**13)


def _has_negative_circle(bounds: list[Bound], nodes: set[str]) -> bool:
    """Bellman and Ford: the bounds contradict one another just where a circle sums below zero."""
    reach = dict.fromkeys(nodes, 0)
    for _ in nodes:
        changed = False
        for first, second, most in bounds:
            if reach[first] + most < reach[second]:
                reach[second] = reach[first] + most
                changed = True
        if not changed:
            return False
    return True


# --- clocks ---------------------------------------------------------------------------------------


def _clocks_agree(box: Mapping[str, Span], plan: Plan) -> bool:
    """A clock in time has no days below zero, a late one has; `deadlines` sums clocks up."""
    for table in plan.deadlines:
        state, left = f"{table.part}.state", box.get(f"{table.part}.days_left")
        if state not in box or left is None or covers(left, ABSENT):
            continue
        codes = plan.slots.codes(state)
        late = all(not covers(box[state], codes[word]) for word in codes if word not in _LATE)
        good = all(not covers(box[state], codes[word]) for word in codes if word not in _IN_TIME)
        clocks = [row.body for row in table.rows]
        if any(clock.readings for clock in clocks):
            continue
        moments = any(clock.within and clock.within.on_clock for clock in clocks)
        if (late and not moments and left[0][0] >= 0) or (good and left[-1][1] < 0):
            return False
    return _sums_agree(box, plan)


def _sums_agree(box: Mapping[str, Span], plan: Plan) -> bool:
    for word in ("early", "late", "silent", "disputed"):
        summed = box.get(f"deadlines#{word}")
        if summed == ((1, 1),) and not any(
            _may_be(table.part, word, box, plan) for table in plan.deadlines
        ):
            return False
        if summed == ((0, 0),) and any(
            _is_surely(table.part, word, box, plan) for table in plan.deadlines
        ):
            return False
    return True


def _may_be(part: str, word: str, box: Mapping[str, Span], plan: Plan) -> bool:
    if word not in states_of(part, plan, counted=True):
        return False
    span = box.get(f"{part}.state")
    return span is None or covers(span, plan.slots.codes(f"{part}.state")[word])


def _is_surely(part: str, word: str, box: Mapping[str, Span], plan: Plan) -> bool:
    """Whether a clock is in a state in the whole box, and every clock of the part counts."""
    span = box.get(f"{part}.state")
    number = plan.slots.codes(f"{part}.state")[word]
    if span != ((number, number),):
        return False
    rows = next(table.rows for table in plan.deadlines if table.part == part)
    clocks = [row.body for row in rows]
    said = [
        {"early": each.if_early, "late": each.if_late, "silent": each.if_silent} for each in clocks
    ]
    going_on = any(each.get(word) == "go_on" for each in said)
    return not going_on and not any(each.readings for each in clocks)
