"""What a decision calls exact does not change, whatever missing fact is sent that intake accepts.

`python -m tests.properties.meaning.test_exactness 2000` does it at length.
"""

from __future__ import annotations

import json
import sys
from random import Random
from typing import Any

import pytest

from engine.decision.decide import Decider
from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import FailedMaker, WiderMaker
from tests.properties.making import HEADER, Maker
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


MOST_UNSENT = 3
MAKERS = (Maker, WiderMaker, WholeMaker, FailedMaker, FigureMaker, OpeningMaker)
MOST_POLICIES = {OpeningMaker: 80}
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
        count += law(decider, given, [more.one() for _ in range(3)], random)
    for _ in range(returns // 6):
        lines = [some_left_out(draw.one(), random) for _ in range(random.randint(1, 3))]
        count += law_of_whole(decider, lines, [more.one() for _ in lines], random)
    return count


def some_left_out(given: Given, random: Random) -> Given:
    """Drops some facts of a return, sometimes also today's day, on which clocks depend."""
    left_out = random.sample(list(given), random.randint(1, min(MOST_UNSENT, len(given))))
    today = TODAY if random.random() < 0.3 else ()
    return {name: value for name, value in given.items() if name not in (*left_out, *today)}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_a_shipped_policy_calls_exact_stays(path) -> None:  # type: ignore[no-untyped-def]
    policy = load(path.read_text("utf-8"), name(path), base).policy

    held(policy, 12, 1)


@pytest.mark.parametrize("maker", MAKERS)
def test_what_a_random_policy_calls_exact_stays(maker: type[Maker]) -> None:
    seeds = range(MOST_POLICIES.get(maker, POLICIES))
    assert sum(random_policy(maker, seed, 12) for seed in seeds) > 50


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
