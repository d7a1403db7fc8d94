"""What a decision calls exact does not change, whatever missing fact is sent that intake accepts.

`python -m tests.properties.meaning.test_exactness 2000` does it at length.
"""

from __future__ import annotations

import json
import sys
from random import Random
from typing import Any

import pytest

from engine.dates import Length, Unit, day_text, parse_day
from engine.decision.decide import Decider
from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.model import Clock, Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import FailedMaker, WiderMaker
from tests.properties.making import CODES, DAYS, HEADER, LATER, PARTIES, SIZES, Maker
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.exact import law, law_of_whole


class WholeMaker(WiderMaker):
    """Policies of sets, of waivers, and of fees that are taken once."""

    def figures(self, found: dict[str, Any]) -> None:
        super().figures(found)
        whole = found.setdefault("whole_return", {})
        kinds = ["fees.label", "fees.restocking"]
        waive = {"id": self.id(), "when": self.tests(1), "waive": [self.one(kinds)]}
        whole.setdefault("rows", []).append(waive)
        of, other = self.one(("g1", "g2")), self.one(("refuse", "review", "ask"))
        whole["sets"] = {"all_of": of, "else": other, "code": "quantity_rule"}


class FigureMaker(Maker):
    """Policies whose rows test amounts and limits that earlier topics have found, often open."""

    def text(self) -> str:
        kinds = ({"taken": "billed"}, {"certainty": "may", "to_settle": "whether"}, {})
        amounts = ("label_cost", "10% of retail_price", "to_be_assessed", "USD 5.00")
        first = {"fee": self.one(amounts), **self.one(kinds)}
        first |= {"when": self.tests(1)} if self.chance(0.3) else {}
        fees = {
            "first": first,
            "restocking": self.tested("fee", ("USD 7.00", "none", "label_cost")),
        }
        found: dict[str, object] = {
            "value": {"of": self.one(("item_price", "item_price", "retail_price"))},
            "fees": {**fees, "label": self.tested("fee", ("USD 3.00", "none"))},
            "outbound_shipping": self.tested("refund", ("full", "none")),
        }
        if self.chance(0.4):
            bound = self.one(("retail_price", "USD 100.00"))
            found["limits"] = {"size": {"adds": "item_price", "at_most": bound, "if_over": "ask"}}
            found["goods"] = self.tested("do", ("ship_back", "keep"), ("size", "size.left"))
        return json.dumps({**HEADER, "groups": self.groups, **found})

    def tested(
        self, key: str, values: tuple[str, ...], names: tuple[str, ...] = ("fees.first", "base")
    ) -> dict[str, object]:
        """A table whose first row tests a figure, or the state of a limit."""
        name = self.one(names)
        sizes: tuple[object, ...] = ({"over": "USD 6.00"}, {"at_most": "USD 50.00"}, None)
        states = ("inside", "over", {"not": "inside"}, ["open", "inside"])
        row = {"id": self.id(), "when": {name: self.one(states if name == "size" else sizes)}}
        return {"rows": [{**row, key: self.one(values)}, self.otherwise({key: self.one(values)})]}


class OpeningMaker(Maker):
    """Policies of clocks that open on a day of their own, some with rows or two readings."""

    def text(self) -> str:
        part, other = self.random.sample(("request", "claim"), 2)
        clock = self.opening()
        if self.chance(0.4):
            readings = [{"id": name, **self.opening()} for name in ("A", "B")]
            clock = {"readings": readings, "we_take": self.one(("none", "none", "A"))}
        elif self.chance(0.4):
            rows = [{"id": self.id(), "when": self.tests(1), **clock}]
            decide = self.one(("first", "longest", "shortest"))
            clock = {"decide": decide, "rows": [*rows, self.otherwise(self.opening())]}
        elif self.chance(0.7):
            clock["if_late"] = "go_on"
            ways = self.one(("accept", "refuse", "go_on"))
            clock |= self.one(({}, {"event": "received_back", "by": "supplier", "if_silent": ways}))
        deadlines = {part: clock, other: {"no_limit": True}}
        return json.dumps({**HEADER, "deadlines": deadlines})

    def opening(self) -> dict[str, object]:
        """A clock that mostly opens late."""
        within = self.one(("3 days", "30 days", "48 hours"))
        start, other = self.random.sample(("delivered", "shipped", "expires"), 2)
        clock: dict[str, object] = {"within": within, "counted_from": start}
        opens = {self.one(("after", "ahead")): "1 month", "counted_from": other}
        clock |= {"opens": opens} if self.chance(0.7) else {}
        return {**clock, **self.one(({}, {}, {"event": "received_back"}))}


class StateMaker(OpeningMaker):
    """Policies whose rows tell the states of clocks apart, of which most open on a day of their
    own, and compare them."""

    def text(self) -> str:
        parts = self.random.sample(("request", "claim", "arrival"), self.random.randint(1, 2))
        deadlines = {part: self.compared() for part in parts}
        found: dict[str, object] = {"deadlines": deadlines}
        self.parts = parts
        found["eligibility"] = {"rows": [*self.some(3, self.verdict), self.of_deadlines()]}
        if self.chance(0.4):
            must = {"must": self.of_a_clock(), "if_not": self.one(("ask", "refuse", "go_on"))}
            found["demands"] = {"rows": [{"id": "D", "when": self.tests(1), **must}]}
            self.failing = {"failed": {"has": "D"}}
        found["fees"] = {"restocking": self.by_clock("fee", ("none", "USD 5.00"))}
        found["return_shipping"] = self.by_clock("paid_by", PARTIES[:2])
        return json.dumps({**HEADER, "groups": self.groups, **found})

    def compared(self) -> dict[str, object]:
        if self.chance(0.3):
            return self.clock()
        rows = [{"id": self.id(), "when": self.tests(1), **self.clock()} for _ in range(2)]
        decide = self.one(("longest", "longest", "shortest", "first"))
        return {"decide": decide, "rows": [*rows, self.otherwise(self.clock())]}

    def clock(self) -> dict[str, object]:
        found = self.opening()
        if self.chance(0.2):
            found = {"opens": found["opens"]} if "opens" in found else {}
            found |= {self.one(("until", "no_limit")): True}
            found |= {"until": self.one(LATER)} if "until" in found else {}
        elif not str(found["within"]).endswith("hours"):
            found |= self.counting_of(on_clock=False)
        found |= {"if_early": self.one(("go_on", "claim_late"))} if self.chance(0.3) else {}
        if "no_limit" not in found and self.chance(0.3):
            found["if_late"] = self.one(("go_on", "claim_late"))
        if self.chance(0.2) and found.get("event"):
            found |= {"by": "supplier", "if_silent": self.one(("accept", "refuse", "go_on"))}
        return found

    def of_a_clock(self) -> dict[str, object]:
        """What a row asks of the clocks."""
        part, kind = self.one(self.parts), self.random.random()
        if kind < 0.5:
            states = ("early", "late", "in_time", "silent", "not_started", "pending")
            return {part: self.one((*states, "early", "late", {"not": "late"}))}
        if kind < 0.7:
            return {"deadlines": self.one(("late", "early", "silent"))}
        if kind < 0.85:
            name = self.one(("days_left", "days_since_open", "days_allowed"))
            return {f"{part}.{name}": self.one(({"at_least": 0}, {"under": 20}, None))}
        day = self.one(("last_day", "first_day"))
        return {f"{part}.{day}": self.one((*({way: DAYS[3]} for way in SIZES), None))}

    def verdict(self) -> dict[str, object]:
        answer = self.one(("accept", "refuse", "review", "ask"))
        more = {"refuse": {"code": self.one(CODES)}, "review": {"to_settle": "whether"}}
        more["ask"] = {"missing": ["receipt"]}
        when = self.of_a_clock() | (self.tests(1) if self.chance(0.3) else {})
        return {"id": self.id(), "when": when, "answer": answer, **more.get(answer, {})}

    def of_deadlines(self) -> dict[str, object]:
        states = self.one((["early", "late", "silent"], "late", "early"))
        row = {"id": self.id(), "answer": "refuse", "code": "from_deadline"}
        return {**row, "when": {"deadlines": states}}

    def by_clock(self, key: str, values: tuple[str, ...]) -> dict[str, object]:
        when = getattr(self, "failing", None) if self.chance(0.3) else None
        row = {"id": self.id(), "when": when or self.of_a_clock(), key: self.one(values)}
        return {"rows": [row, self.otherwise({key: self.one(values)})]}


MOST_UNSENT = 3
MAKERS = (Maker, WiderMaker, WholeMaker, FailedMaker, FigureMaker, OpeningMaker, StateMaker)
MOST_POLICIES = {OpeningMaker: 80, StateMaker: 80}
"""How many policies of a maker are tried, if not `POLICIES`."""
POLICIES = 6
TODAY = ("requested", "now")


def held(policy: Policy, returns: int, seed: int) -> int:
    """Returns how many decisions were compared with the ones made after more is sent."""
    decider, random = Decider(policy, native=False), Random(seed)
    draw, more = Draw(policy, seed, missing=0.0), Draw(policy, seed + 1, missing=0.0, null=0.2)
    count = 0
    for _ in range(returns):
        given = some_left_out(draw.one(), random)
        values = [*(more.one() for _ in range(3)), *(edges(policy, given, random) for _ in "ab")]
        count += law(decider, given, values, random)
    for _ in range(returns // 6):
        lines = [some_left_out(draw.one(), random) for _ in range(random.randint(1, 3))]
        count += law_of_whole(decider, lines, [more.one() for _ in lines], random)
    return count


def some_left_out(given: Given, random: Random) -> Given:
    """Drops some facts of a return, sometimes also today's day, on which clocks depend."""
    left_out = random.sample(list(given), random.randint(1, min(MOST_UNSENT, len(given))))
    today = TODAY if random.random() < 0.3 else ()
    return {name: value for name, value in given.items() if name not in (*left_out, *today)}


def edges(policy: Policy, given: Given, random: Random) -> Given:
    """Dates from which clocks open, begin or end about the day of what was sent, or far from it."""
    dates = [value for value in given.values() if str(value)[4:5] == "-"]
    sent = [parse_day(str(value)[:10]) for value in dates]
    rows = [row.body for table in policy.deadlines for row in table.rows]
    clocks = [each for row in rows if isinstance(row, Clock) for each in (row, *_readings(row))]
    found: Given = {}
    for clock in clocks if sent else ():
        opens = [clock.opens.length] if clock.opens else []
        spans = [_days(length) for length in (clock.within, *opens) if length is not None]
        for date in clock.dates:
            steps = [
                sign * span + step for span in spans for sign in (-1, 1) for step in (-1, 0, 1)
            ]
            day = random.choice(sent) + random.choice((*steps, 2000, 0))
            found[date] = random.choice((day_text(day), day_text(day), None))
    return found


def _readings(clock: Clock) -> list[Clock]:
    return [reading.clock for reading in clock.readings]


def _days(length: Length) -> int:
    days = {Unit.HOURS: 0, Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 365}
    return length.count * days.get(length.unit, 1)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_a_shipped_policy_calls_exact_stays(path) -> None:  # type: ignore[no-untyped-def]
    policy = load(path.read_text("utf-8"), name(path), base).policy

    held(policy, 12, 1)


@pytest.mark.parametrize("maker", MAKERS)
def test_what_a_random_policy_calls_exact_stays(maker: type[Maker]) -> None:
    seeds = range(MOST_POLICIES.get(maker, POLICIES))
    assert sum(random_policy(maker, seed, 12) for seed in seeds) > 50


DATED = """
policy: test/dated
version: 1
effective: {from: 2024-01-01}
currency: USD
deadlines:
  request: {no_limit: true}
  claim:
    event: received_back
    opens: {after: 2 days, counted_from: shipped}
    within: 10 days
    counted_from: delivered
    if_late: go_on
    if_early: go_on
"""
BY_DAYS = """
fees:
  restocking: {when: {claim.FIELD: {under: 9}}, fee: USD 2.00}
goods:
  rows:
    - {id: G-NEAR, when: {claim.FIELD: {under: 9}}, do: keep}
    - {id: G-FAR, otherwise: true, do: ship_back}
"""
STARTED = {
    "ordered": "2025-03-01",
    "shipped": "2025-03-02",
    "delivered": "2025-03-05",
    "item_price": "USD 50.00",
}


@pytest.mark.parametrize("field", ["days_left", "days_since_open"])
@pytest.mark.parametrize("event", [{}, {"received_back": None}])
@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ({}, "requested"),
        ({"now": None}, "requested"),
        ({"requested": None}, "now"),
        ({"requested": None, "now": None}, "now"),
    ],
)
def test_a_day_that_nobody_has_said_is_not_taken_for_none(
    field: str, event: Given, day: Given, asked: str
) -> None:
    policy = load(DATED + BY_DAYS.replace("FIELD", field), "dated.yaml").policy
    decider, given = Decider(policy, native=False), {**STARTED, **event, **day}

    found = decider.decide(given)
    dated = [decider.decide({**given, asked: on}).net for on in ("2025-03-06", "2025-03-14")]

    assert dated[0] != dated[1]
    assert (found.answer, found.missing, found.net, found.goods) == ("ask", (asked,), None, None)


BY_STATE = """
fees:
  restocking: {when: {claim: STATE}, fee: USD 2.00}
"""


@pytest.mark.parametrize("state", ["late", "early", "pending"])
@pytest.mark.parametrize(
    "request_", ["{no_limit: true}", "{within: 30 days, counted_from: delivered}"]
)
def test_a_question_for_the_day_shows_no_net_that_hangs_on_it(state: str, request_: str) -> None:
    text = DATED.replace("{no_limit: true}", request_) + BY_STATE.replace("STATE", state)
    decider = Decider(load(text, "dated.yaml").policy, native=False)

    given = {**STARTED, "received_back": None}
    found = decider.decide(given)
    dated = [decider.decide({**given, "requested": f"2025-03-{day}"}) for day in ("03", "06", "20")]

    assert len({each.net for each in dated}) == 2
    assert (found.answer, found.missing, found.net) == ("ask", ("requested",), None)
    assert found.net_certainty == "open"


BY_REMEDY = """
remedies:
  retailer:
    from: supplier
    rows:
      - id: R-REPAIR
        otherwise: true
        first: [repair]
        then: refund
        after: {claim.days_left: {under: 9}}
"""


def test_a_question_for_the_day_shows_no_net_of_a_remedy_that_gives_way_by_it() -> None:
    text = DATED.replace("{no_limit: true}", "{within: 30 days, counted_from: delivered}")
    decider = Decider(load(text + BY_REMEDY, "dated.yaml").policy, native=False)
    given = {**STARTED, "received_back": None}

    found = decider.decide(given)
    dated = [decider.decide({**given, "requested": f"2025-03-{day}"}) for day in ("05", "20")]

    assert [each.remedy for each in dated] == ["repair", "refund"]
    assert (found.answer, found.missing) == ("ask", ("requested",))
    assert (found.net, found.net_certainty) == (None, "open")


TWO_DEMANDS = """
policy: test/demands
version: 1
effective: {from: 2024-01-01}
currency: USD
facts: {deposit: {type: money}}
demands:
  rows:
    - {id: D-A, when: {deposit: {over: USD 1.00}}, must: {category: toys}, if_not: refuse}
    - {id: D-B, need: [photos], if_not: refuse}
"""


def test_the_code_of_a_refusal_is_open_if_an_earlier_demand_may_apply() -> None:
    decider = Decider(load(TWO_DEMANDS, "demands.yaml").policy, native=False)
    given = {
        "requested": "2025-03-01",
        "category": "food",
        "evidence": [],
        "item_price": "USD 5.00",
    }

    found = decider.decide(given)
    later = [decider.decide({**given, "deposit": f"USD {sum_}.00"}) for sum_ in (0, 5)]

    assert [each.code for each in later] == ["missing_evidence", "condition_breached"]
    assert found.answer == "refuse"
    assert [(each.name, each.waits_for) for each in found.open] == [("code", "deposit")]
    assert decider.outcome(given).code == found.code


def random_policy(maker: type[Maker], seed: int, returns: int) -> int:
    try:
        policy = load(maker(Random(seed)).text(), "random.yaml").policy
    except PolicyFaults:
        return 0
    return held(policy, returns, seed)


def at_length(count: int) -> None:
    for path in FILES:
        policy = load(path.read_text("utf-8"), name(path), base).policy
        print(name(path), held(policy, count, 2), flush=True)  # noqa: T201
    for maker in MAKERS:
        total = sum(random_policy(maker, seed, 40) for seed in range(count // 4))
        print(maker.__name__, total, flush=True)  # noqa: T201


if __name__ == "__main__":
    at_length(int(sys.argv[1]))
