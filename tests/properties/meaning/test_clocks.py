"""Clocks of days and of hours, whose ends and starts lie close to each other and to midnight.

`python -m tests.properties.meaning.test_clocks 20000` does it at length.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.properties.making import HEADER
from tests.properties.meaning.drawing import Given
from tests.properties.meaning.exact import broken, exact
from tests.properties.meaning.test_equality import Both, compared, read_alike

ZONES = ("America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC")
DATES = ("ordered", "shipped", "delivered", "installed")
LENGTHS = ("1 day", "2 days", "2 days", "3 days", "3 business days", "1 month")
HOURS = ("24 hours", "36 hours", "2 clock days")
PICKS = ("first_known", "later_of", "earlier_of")
OFFSETS = ("-05:00", "+13:00", "+05:30", "Z")
TODAY = ("2024-03-06", "2024-03-09", "2024-03-11T23:30:00-05:00", "2024-03-20", "2025-03-20")


class ClockMaker:
    """Makes a policy of a few clocks, and a row that asks how long ago a date was."""

    def __init__(self, random: Random, events: tuple[str, ...] = ("requested", "received_back")):
        self.random = random
        self.events = events

    def text(self) -> str:
        """The whole policy as JSON."""
        one = self.random.choice
        rows = [
            {"id": f"W-{n}", "when": self.when(), **self.clock()} for n in range(one((1, 1, 2)))
        ]
        request = {"decide": one(("longest", "shortest", "first", "longest", "shortest"))}
        request["rows"] = [*rows, {"id": "W", "otherwise": True, **self.clock()}]
        since = {"id": "E", "when": {f"days_since.{one(DATES)}": self.test()}, "answer": "review"}
        eligibility = {"rows": [{**since, "to_settle": "whether"}]}
        topics = {"deadlines": {"request": request}, "eligibility": eligibility}
        return json.dumps({**HEADER, "time_zone": one(ZONES), **topics})

    def when(self) -> dict[str, object]:
        return self.random.choice(({"ordered": "known"}, {"category": ["a", "b"]}))

    def test(self) -> object:
        return self.random.choice(({"over": 1}, {"at_most": 2}, {"not": 3}, None, "unknown"))

    def clock(self) -> dict[str, object]:
        one, on_clock = self.random.choice, self.random.random() < 0.5
        length = one(HOURS if on_clock else LENGTHS)
        found = {one(("within", "within", "under")): length, "counted_from": self.start()}
        found["event"] = one(self.events)
        if one((True, False)):
            found["extended_by"] = one(("3 hours",) if on_clock else ("1 day", "1 month"))
        if not on_clock:
            found |= one(({}, {"pauses": {"from": "repair_asked", "to": "repair_done"}}))
            found |= one(({}, {"counting": "start_day_is_first"}, {"roll": "next_business_day"}))
        return found

    def start(self) -> object:
        one = self.random.choice
        dates = self.random.sample(DATES, 2)
        moved = {"date": dates[1], "plus": one(("1 day", "2 business days"))}
        return one((dates[0], {one(PICKS): dates}, {one(PICKS): [dates[0], moved]}))


def policies(count: int, *events: str) -> Iterator[tuple[Random, Policy]]:
    """Those that the reader takes, each with what draws its returns."""
    for seed in range(count):
        random = Random(seed)
        try:
            yield random, load(ClockMaker(random, *([events] if events else [])).text(), "c").policy
        except PolicyFaults:
            continue


def returned(random: Random) -> Given:
    """A return in which little time lies between any two dates."""
    found: Given = {"category": random.choice("abc"), "item_price": "USD 10.00"}
    for name in (*DATES, "received_back", "repair_asked", "repair_done", "requested", "now"):
        if random.random() < 0.8:
            found[name] = None if random.random() < 0.1 else date(name, random)
    return found


def date(name: str, random: Random) -> str:
    last = name in ("requested", "now", "received_back")
    day = random.choice((7, 8, 9, 10, 11, 12) if last else (5, 6, 7, 8))
    if random.random() < 0.3:
        return f"2024-03-{day:02d}"
    hour, minute = random.choice((0, 4, 12, 19, 23)), random.choice(("00:00", "30:00", "59:59"))
    return f"2024-03-{day:02d}T{hour:02d}:{minute}{random.choice(OFFSETS)}"


def decided(decider: Decider, given: Given) -> Decision | None:
    """None for what intake refuses."""
    try:
        return decider.decide(given)
    except RequestFault:
        return None


def test_clocks_begin_and_end_where_they_are_read_to() -> None:
    count: Counter[str] = Counter()

    for random, policy in policies(100):
        both, returns = Both(policy), [returned(random) for _ in range(20)]
        count += compared(both, returns)
        for given in returns:
            read_alike(both, given)

    assert count["claimed"] > 500
    assert count["read plainly"] > 500


def test_what_was_sent_is_not_asked_for() -> None:
    """But for the day it is, which there is always."""
    asked = 0

    for random, policy in policies(60):
        decider = Decider(policy, native=False)
        for given in (returned(random) for _ in range(20)):
            decision = decided(decider, given)
            if decision is None:
                continue
            waits = ", ".join(each.waits_for for each in decision.open).split(", ")
            asked += len(decision.missing)
            assert {*decision.missing, *waits} & given.keys() <= {"now"}, given
            assert "now" not in decision.missing or given.get("now") is None

    assert asked > 200


def test_what_is_exact_while_nobody_says_what_day_it_is_stays_so() -> None:
    held = 0

    for random, policy in policies(60, "received_back"):
        decider = Decider(policy, native=False)
        for _ in range(20):
            given = returned(random) | {"received_back": "2024-03-10", "requested": None}
            given = {name: given[name] for name in given if name != "now"}
            given |= random.choice(({}, {"now": None}))
            decision = decided(decider, given)
            claims = exact(decision, policy) if decision is not None else {}
            for now in TODAY if claims else ():
                wrong = broken(claims, decider.decide({**given, "now": now}))
                assert not wrong, (wrong, given, now)
                held += 1

    assert held > 300


@pytest.mark.parametrize("counting", ["next_day", "start_day_is_first"])
@pytest.mark.parametrize("key", ["within", "under"])
@pytest.mark.parametrize(
    ("length", "more", "both"),
    [
        ("30 days", "10 days", "40 days"),
        ("3 business days", "2 business days", "5 business days"),
        ("1 month", "1 month", "2 months"),
        ("48 hours", "24 hours", "72 hours"),
        ("2 weeks", "1 week", "3 weeks"),
    ],
)
def test_a_length_and_its_extension_are_one_length(
    length: str, more: str, both: str, key: str, counting: str
) -> None:
    rest = "" if "hours" in length else f", counting: {counting}"
    extended, whole = (
        Decider(window(f"{key}: {text}{rest}"), native=False)
        for text in (f"{length}, extended_by: {more}", both)
    )

    for day in range(1, 29):
        given: Given = {"delivered": f"2025-01-{day:02d}", "requested": "2025-02-01"}
        (one,), (other,) = (each.decide(given).deadlines for each in (extended, whole))
        assert (one.last_day, one.days_allowed) == (other.last_day, other.days_allowed)


@pytest.mark.parametrize("more", ["", ", extended_by: 24 hours"])
@pytest.mark.parametrize("start", ["2025-01-05", "2025-01-05T10:00:00Z"])
def test_hours_allow_the_whole_days_until_they_end(start: str, more: str) -> None:
    given: Given = {"delivered": start, "requested": "2025-01-06"}
    within, under = (
        Decider(window(f"{key}: 48 hours{more}"), native=False).decide(given).deadlines[0]
        for key in ("within", "under")
    )

    assert within.days_allowed == (3 if more else 2)
    assert under.days_allowed == within.days_allowed - 1


@pytest.mark.parametrize(
    ("length", "more"), [("30 days", "1 month"), ("1 month", "10 days"), ("1 week", "3 months")]
)
def test_the_end_of_an_extended_length_is_too_late_itself(length: str, more: str) -> None:
    until, under = (
        Decider(window(f"{key}: {length}, extended_by: {more}"), native=False)
        for key in ("within", "under")
    )

    for day in range(1, 29):
        given: Given = {"delivered": f"2025-01-{day:02d}"}
        last = until.decide({**given, "requested": "2025-01-30"}).last_day
        assert until.decide({**given, "requested": last}).answer == "accept"
        late = under.decide({**given, "requested": last})
        assert (late.answer, late.deadlines[0].days_left) == ("refuse", -1)


def window(clock: str) -> Policy:
    header = {key: HEADER[key] for key in ("policy", "version", "effective", "currency")}
    text = f"{{{json.dumps(header)[1:-1]}, window: {{{clock}, counted_from: delivered}}}}"
    return load(text, "w").policy


if __name__ == "__main__":
    for draws, made in policies(int(sys.argv[1])):
        one = Both(made)
        compared(one, drawn := [returned(draws) for _ in range(40)])
        for each in drawn:
            read_alike(one, each)
