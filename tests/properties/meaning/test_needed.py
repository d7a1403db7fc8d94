"""What is asked for, and what an open field waits for, is exactly what it depends on.

The oracle sends every combination of the facts that were left out: a fact matters to a field if two
of its values, with the same values of all others, give different fields. Every value is tried that
the rows of these policies tell apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load
from tests.properties.making import HEADER, PARTIES
from tests.properties.meaning.drawing import Given

VALUES: dict[str, tuple[object, ...]] = {
    "first": ("p", "q", "r", "other", None),
    "second": (True, False, None),
    "third": ("p", "q", "other", None),
    "fourth": (True, False, None),
}
FACTS = {name: {"type": "word" if "p" in values else "yes_no"} for name, values in VALUES.items()}
HEAD = {key: HEADER[key] for key in ("policy", "version", "effective", "currency")}
GIVEN: Given = {
    "ordered": "2024-03-01",
    "delivered": "2024-03-05",
    "item_price": "USD 40.00",
    "requested": "2024-03-20",
}
SHOWN = {
    "goods": ("goods", "goods_to"),
    "goods_to": ("goods_to",),
    "return_paid_by": ("return_paid_by",),
    "label_by": ("label_by",),
    "code": ("code",),
    "fee_total": ("fee_total", "fees"),
    "deadlines.request": ("deadlines",),
    "remedies.retailer": ("remedies",),
    "after_refusal": ("goods", "return_paid_by", "remedies"),
    "return_shipping": ("return_paid_by", "label_by"),
}
DECIDING = ("answer", "code", "net", "fee_total", "fees", "net_certainty")


class NeedMaker:
    """Makes policies whose rows test few facts, often two of them together."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows = 0

    def text(self) -> str:
        one, found = self.random.choice, dict[str, object]()
        codes = ("final_sale", "not_entitled")
        if one((True, False)):
            rows = self.some(lambda: {"answer": "refuse", "code": one(codes)}, otherwise=False)
            late = {"id": "L", "when": {"deadlines": "late"}, "answer": "refuse"}
            found["eligibility"] = {"rows": [*rows, {**late, "code": "from_deadline"}]}
        if one((True, False)):
            days = ("10 days", "20 days", "20 days")
            clocks = self.some(lambda: {"within": one(days), "counted_from": "delivered"})
            found["deadlines"] = {"request": {"rows": clocks}}
        found["goods"] = {"rows": self.some(lambda: {"do": one(("ship_back", "keep"))})}
        found["return_shipping"] = {"rows": self.some(lambda: {"paid_by": one(PARTIES)})}
        if one((True, False)):
            fee = ("none", "USD 5.00", "USD 5.00")
            found["fees"] = {"restocking": {"rows": self.some(lambda: {"fee": one(fee)})}}
        if one((True, False)):
            rows = self.some(lambda: {"do": one(("keep", "sent_back_to_sender"))}, otherwise=False)
            found["after_refusal"] = {"rows": rows}
        return json.dumps({**HEAD, "facts": FACTS, **found})

    def some(self, body, *, otherwise: bool = True) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
        rows = [{"id": self.id(), "when": self.tests(), **body()} for _ in range(2)]
        return [*rows, {"id": self.id(), "otherwise": True, **body()}] if otherwise else rows

    def id(self) -> str:
        self.rows += 1
        return f"R-{self.rows}"

    def tests(self) -> dict[str, object]:
        names = self.random.sample(list(VALUES), self.random.randint(1, 2))
        if len(names) > 1 and self.random.random() < 0.5:
            one, other = ([self.test(name) for _ in range(2)] for name in names)
            parts = [dict(zip(names, pair, strict=True)) for pair in zip(one, other, strict=True)]
            return {"any_of": parts}
        return {name: self.test(name) for name in names}

    def test(self, name: str) -> object:
        word = FACTS[name]["type"] == "word"
        return self.random.choice(("p", "q", {"not": "p"}, ["p", "q"]) if word else (True, False))


def combinations(unsent: list[str]) -> Iterator[tuple[object, ...]]:
    return product(*[VALUES[name] for name in unsent])


def matters(
    decisions: dict[tuple[object, ...], Decision], unsent: list[str], fields: tuple[str, ...]
) -> set[str]:
    """Returns the facts of which two values alone give different fields."""
    found = set()
    for place, name in enumerate(unsent):
        seen: dict[tuple[object, ...], object] = {}
        for values, decision in decisions.items():
            rest = values[:place] + values[place + 1 :]
            shown = read(decision, fields)
            if seen.setdefault(rest, shown) != shown:
                found.add(name)
    return found


def read(decision: Decision, fields: tuple[str, ...]) -> object:
    if fields == DECIDING and decision.answer == "refuse":
        return "refuse"
    if fields == ("deadlines",):
        return [(each.name, each.row, each.last_day) for each in decision.deadlines]
    if "fees" in fields:
        fees = [(fee.kind, fee.amount) for fee in decision.fees]
        return [fees, *(getattr(decision, name) for name in fields if name != "fees")]
    return [getattr(decision, name) for name in fields]


def held(seed: int) -> int:
    random, count = Random(seed), 0
    decider = Decider(load(NeedMaker(random).text(), "needed.yaml").policy, native=False)
    for _ in range(8):
        unsent = sorted(random.sample(list(VALUES), random.randint(1, 4)))
        given = GIVEN | {n: random.choice(VALUES[n]) for n in VALUES if n not in unsent}
        decision = decider.decide(given)
        decisions = {
            values: decider.decide({**given, **dict(zip(unsent, values, strict=True))})
            for values in combinations(unsent)
        }
        count += needed(decision, decisions, unsent)
    return count


def needed(
    decision: Decision, decisions: dict[tuple[object, ...], Decision], unsent: list[str]
) -> int:
    deciding = matters(decisions, unsent, DECIDING)
    assert set(decision.missing) == deciding, (decision.missing, deciding)
    named = set(decision.missing)
    for each in decision.open:
        waits = set(each.waits_for.split(", "))
        named |= waits
        if decision.answer != "ask":
            hangs = matters(decisions, unsent, SHOWN[each.name])
            assert waits == hangs, (each, hangs)
    if decision.answer == "ask":
        assert not decision.not_needed
        return len(decision.missing)
    others = set(unsent) - named
    every = tuple(dict.fromkeys(field for fields in SHOWN.values() for field in fields))
    for name in others:
        for fields in {*SHOWN.values(), every} - {("deadlines",)}:
            assert name not in matters(decisions, unsent, fields), (name, fields)
    assert set(decision.not_needed) <= others
    return len(decision.open) + len(decision.not_needed)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_asked_for_is_what_the_outcome_depends_on(seed: int) -> None:
    assert sum(held(4 * seed + part) for part in range(4))
