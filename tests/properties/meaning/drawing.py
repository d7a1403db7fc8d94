"""Draws returns near everything that a policy tests, with every fact sent, or some left out.

It reads only the policy, so that the same seed draws the same returns however the engine changes;
what was decided of them is frozen in `records.json`.
"""

from __future__ import annotations

from datetime import date
from random import Random

from engine.dates import Unit, day_text
from engine.money import Money, percent_text
from engine.policy.conditions import inside_of, leaves
from engine.policy.model import Clock, Condition, Leaf, Policy, Remedy, Row
from engine.policy.vocabulary import Fact, FactType

Given = dict[str, object]

_LENGTHS = (0, 1, 2, 3, 5, 7, 10, 14, 15, 21, 30, 45, 48, 60, 61, 75, 90, 91, 120, 180, 365)
_ALWAYS = ("ordered", "delivered", "requested", "item_price")
_MONEY = ("label_cost", "outbound_paid", "outbound_standard", "retail_price", "core_charge")


class Draw:
    """Draws returns; a fact is left out by the chance `missing`, and null by the chance `null`."""

    def __init__(self, policy: Policy, seed: int, *, missing: float, null: float = 0.02) -> None:
        self.policy = policy
        self.random = Random(seed)
        self.missing = missing
        self.null = null
        rows = [row for table in policy.tables() for row in table.rows]
        self.tests: dict[str, list[Leaf]] = {}
        for leaf in (leaf for each in _conditions(policy, rows) for leaf in leaves(each)):
            self.tests.setdefault(leaf.fact.removeprefix("days_since."), []).append(leaf)
        text = repr(policy.tables()) + repr(policy.must)
        named = [name for name in policy.facts if f"'{name}'" in text]
        self.names = list(dict.fromkeys([*_ALWAYS, *named]))
        if any(isinstance(row.body, Remedy) and row.body.choice for row in rows):
            self.names = list(dict.fromkeys([*self.names, "wanted"]))
        self.lengths = [*_LENGTHS, *_spans(rows)]
        self.offered = [w for r in rows if isinstance(r.body, Remedy) for w in r.body.choice]
        first, last = policy.effective.first, policy.effective.last
        self.first = max(first, date(2020, 1, 1).toordinal())
        self.last = max(self.first, min(last or 10**9, date(2026, 6, 30).toordinal()))

    def one(self) -> Given:
        """One return, whether or not intake takes it."""
        days = self._days()
        found: Given = {}
        for name in self.names:
            fact = self.policy.facts[name]
            if self.random.random() < (0.8 if name == "now" else self.missing):
                continue
            if self.random.random() < self.null and name not in ("ordered", "requested"):
                found[name] = None if fact.type is not FactType.SET else []
            else:
                found[name] = self._value(fact, days)
        return found

    def _days(self) -> dict[str, int]:
        chance = self.random
        ordered = chance.randint(self.first, self.last)
        delivered = ordered + chance.randint(0, 8)
        requested = ordered + chance.randint(0, 400)
        if chance.random() < 0.8:
            since = delivered if chance.random() < 0.7 else ordered
            requested = max(ordered, since + chance.choice(self.lengths) + chance.randint(-1, 1))
        return {"ordered": ordered, "delivered": delivered, "requested": requested}

    def _value(self, fact: Fact, days: dict[str, int]) -> object:
        if fact.type is FactType.DATE:
            return self._date(fact.name, days)
        if fact.type is FactType.SET:
            words = dict.fromkeys(w for leaf in self.tests.get(fact.name, ()) for w in leaf.words)
            return [word for word in words if self.random.random() < 0.4]
        if fact.type is FactType.WORD:
            return self._word(fact)
        if fact.type is FactType.YES_NO:
            return self.random.random() < 0.5
        return self._size(fact)

    def _date(self, name: str, days: dict[str, int]) -> str:
        chance, tested = self.random, [leaf.number for leaf in self.tests.get(name, ())]
        tested = [number for number in tested if number > 600_000]
        day = days.get(name)
        if day is None:
            day = chance.choice(list(days.values())) + chance.choice(self.lengths[:12])
        if tested and chance.random() < 0.3:
            day = chance.choice(tested) + chance.randint(-1, 1)
        days[name] = day
        text = day_text(day)
        if chance.random() < 0.1:
            return f"{text}T{chance.randint(0, 23):02d}:{chance.choice(('00', '30'))}:00Z"
        return text

    def _word(self, fact: Fact) -> str:
        named = [word for leaf in self.tests.get(fact.name, ()) for word in leaf.words]
        named += self.offered if fact.name == "wanted" else []
        others = list(fact.words or ()) if fact.words and not fact.open else ["another"]
        return self.random.choice(list(dict.fromkeys([*named, *others[-3:]])))

    def _size(self, fact: Fact) -> object:
        chance = self.random
        near = [leaf.number + step for leaf in self.tests.get(fact.name, ()) for step in (-1, 0, 1)]
        least = 1 if fact.name == "quantity" else 0
        wide = 200_000 if fact.type is FactType.MONEY else 12
        if fact.type in (FactType.NUMBER, FactType.PERCENT):
            wide = 1_000_000
        number = chance.choice(near) if near and chance.random() < 0.5 else chance.randint(0, wide)
        number = max(least, number)
        if fact.type is FactType.MONEY:
            return str(Money(number, self.policy.currency))
        if fact.type is FactType.PERCENT:
            return percent_text(number)
        return f"{number / 1_000_000:.6f}" if fact.type is FactType.NUMBER else number


def _conditions(policy: Policy, rows: list[Row]) -> list[Condition]:
    inside = [each for row in rows if (each := inside_of(row)) is not None]
    return [*(row.when for row in rows), *inside, *(promise.when for promise in policy.must)]


def _spans(rows: list[Row]) -> list[int]:
    """Days around the lengths of the clocks."""
    days = {Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 365}
    clocks = [row.body for row in rows if isinstance(row.body, Clock)]
    clocks += [each.clock for clock in clocks for each in clock.readings]
    found = [c.within.count * days.get(c.within.unit, 1) for c in clocks if c.within is not None]
    return [span + step for span in found if span < 5000 for step in (-1, 0, 1)] * 2
