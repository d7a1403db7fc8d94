"""Clocks of days and of hours, whose ends and starts lie close to each other and to midnight.

`python -m tests.properties.meaning.test_clocks 20000` does it at length.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from random import Random

from engine.errors import PolicyFaults
from engine.policy.editions import load
from tests.properties.making import HEADER
from tests.properties.meaning.drawing import Given
from tests.properties.meaning.test_equality import Both, compared

ZONES = ("America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC")
DATES = ("ordered", "shipped", "delivered", "installed")
LENGTHS = ("1 day", "2 days", "3 business days", "1 week", "1 month")
HOURS = ("24 hours", "36 hours", "2 clock days")
PICKS = ("first_known", "later_of", "earlier_of")
OFFSETS = ("-05:00", "+13:00", "+05:30", "Z")


class ClockMaker:
    """Makes a policy of a few clocks, and a row that asks how long ago a date was."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def text(self) -> str:
        """The whole policy as JSON."""
        one = self.random.choice
        rows = [{"id": f"W-{n}", "when": self.when(), **self.clock()} for n in range(3)]
        request = {"decide": one(("longest", "shortest", "first"))}
        request["rows"] = [*rows[: one((0, 1, 2))], {"id": "W", "otherwise": True, **self.clock()}]
        since = {"id": "E", "when": {f"days_since.{one(DATES)}": self.test()}, "answer": "review"}
        eligibility = {"rows": [{**since, "to_settle": "whether"}]}
        topics = {"deadlines": {"request": request}, "eligibility": eligibility}
        return json.dumps({**HEADER, "time_zone": one(ZONES), **topics})

    def when(self) -> dict[str, object]:
        return self.random.choice(({}, {"ordered": "known"}, {"category": ["a", "b"]}))

    def test(self) -> object:
        return self.random.choice(({"over": 1}, {"at_most": 2}, {"not": 3}, None, "unknown"))

    def clock(self) -> dict[str, object]:
        one, found = self.random.choice, {}
        on_clock = one((True, False))
        key = one(("within", "within", "under"))
        found = {key: one(HOURS if on_clock else LENGTHS), "counted_from": self.start()}
        found |= {"event": "received_back"} if one((True, False, False)) else {}
        if one((True, False)):
            found["extended_by"] = one(("3 hours",) if on_clock else ("1 day", "1 month"))
        if not on_clock:
            found |= one(({}, {}, {"pauses": {"from": "repair_asked", "to": "repair_done"}}))
            found |= one(({}, {"counting": "start_day_is_first"}, {"roll": "next_business_day"}))
        return found

    def start(self) -> object:
        one = self.random.choice
        dates = self.random.sample(DATES, 2)
        moved = {"date": dates[1], "plus": one(("1 day", "2 business days"))}
        return one((dates[0], {one(PICKS): dates}, {one(PICKS): [dates[0], moved]}))


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
    if random.random() < 0.4:
        return f"2024-03-{day:02d}"
    hour, minute = random.choice((0, 4, 12, 19, 23)), random.choice(("00:00", "30:00", "59:59"))
    return f"2024-03-{day:02d}T{hour:02d}:{minute}{random.choice(OFFSETS)}"


def of_one_policy(seed: int, returns: int) -> Counter[str]:
    random = Random(seed)
    try:
        policy = load(ClockMaker(random).text(), "random.yaml").policy
    except PolicyFaults:
        return Counter()
    return compared(Both(policy), [returned(random) for _ in range(returns)])


def test_a_clock_ends_where_it_is_read_to_end() -> None:
    count: Counter[str] = Counter()

    for seed in range(200):
        count += of_one_policy(seed, 20)

    assert count["claimed"] > 1_000
    assert count["read plainly"] > 1_000


if __name__ == "__main__":
    total: Counter[str] = Counter()
    for seed in range(int(sys.argv[1])):
        total += of_one_policy(seed, 40)
    print(dict(total))  # noqa: T201
