"""Facts at the edges of a policy: each left out, null, or next to a value that the policy tests.

They come in families that differ in one or two facts, since such relatives are what a cache of
outcomes could confuse.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

from engine.dates import Unit, day_text, parse_day
from engine.decision.compiled import compile_policy
from engine.decision.rules.explained_test import number_text
from engine.money import parse_money
from engine.policy.conditions import leaves
from engine.policy.model import Clock, Policy, Remedy
from engine.policy.text import to_data
from engine.policy.vocabulary import Fact, FactType
from engine.publishing.suite import NOT_SENT

Given = dict[str, object]
Whole = tuple[Given, list[Given]]
"""What the lines of a return share, and the lines."""

FAMILY = 6
USUAL_DAY = "2024-03-11"
_ALWAYS = (
    "requested",
    "now",
    "evidence",
    "lacking",
    "wanted",
    "ordered",
    "delivered",
    "item_price",
    "unit_price",
    "quantity",
    "order_lines",
    "returned_lines",
    "outbound_paid",
    "label_cost",
)
_SPANS = (0, 1, 7, 14, 30, 31, 60, 90)


class Edges:
    """Draws the facts of one policy; `bases` are the givens that its tests start from."""

    def __init__(self, policy: Policy, random: Random, bases: list[Given] | None = None) -> None:
        self.policy = policy
        self.random = random
        self._bases = bases or _bases(policy) or [{}]
        self._numbers: dict[str, list[int]] = {}
        self._words: dict[str, dict[str, None]] = {}
        self._learn()
        names = {**dict.fromkeys(_ALWAYS), **dict.fromkeys(self._numbers)}
        names |= dict.fromkeys(self._words)
        self._names = [name for name in names if name in policy.facts]
        self._spans = [span + off for span in _spans(policy) for off in (-1, 0, 1)]

    def lines(self, count: int) -> list[Given]:
        """Single lines in families, shuffled."""
        found: list[Given] = []
        while len(found) < count:
            found += self._family()
        self.random.shuffle(found)
        return found[:count]

    def wholes(self, count: int) -> list[Whole]:
        """Whole returns of lines that are related."""
        return [self._whole() for _ in range(count)]

    def _whole(self) -> Whole:
        lines = self.random.sample(self._family(), self.random.randint(1, 3))
        shared = self.random.sample([*lines[0]], len(lines[0]) // 2)
        given = {name: lines[0][name] for name in shared}
        return given, [
            {name: value for name, value in line.items() if name not in shared} for line in lines
        ]

    def _family(self) -> list[Given]:
        parent = dict(self.random.choice(self._bases))
        for _ in range(self.random.choice((0, 0, 1, 2, 4))):
            self._change(parent)
        found = [parent]
        for _ in range(FAMILY - 1):
            child = dict(self.random.choice(found))
            for _ in range(self.random.choice((1, 1, 1, 2))):
                self._change(child)
            found.append(child)
        return found

    def _change(self, given: Given) -> None:
        """Leaves one fact out, makes it null, or gives it a value at an edge."""
        name = self.random.choice([*given, *self._names])
        way = self.random.random()
        if way < 0.3:
            given.pop(name, None)
        elif way < 0.4:
            given[name] = None
        elif way < 0.5:
            for date_ in ("requested", "now"):
                given.pop(date_, None)
            if self.random.random() < 0.5:
                given[self.random.choice(("requested", "now"))] = self._day(given)
        else:
            given[name] = self._value(self.policy.facts[name], given)

    def _value(self, fact: Fact, given: Given) -> object:
        made = {
            FactType.DATE: lambda: self._day(given),
            FactType.SET: lambda: self._some(fact),
            FactType.WORD: lambda: self._word(fact),
            FactType.YES_NO: lambda: self.random.random() < 0.5,
        }.get(fact.type)
        return made() if made else self._size(fact)

    def _day(self, given: Given) -> object:
        """Draws a date one clock's length from another date of the line; sometimes a moment."""
        there = [str(value)[:10] for name, value in given.items() if self._is_day(name, value)]
        start = parse_day(self.random.choice(there or [USUAL_DAY]))
        found = day_text(start + self.random.choice(self._spans) * self.random.choice((1, 1, -1)))
        way = self.random.random()
        if way < 0.2:
            return f"{found}T{self.random.choice(('00:00:00', '12:30:00', '23:59:59'))}Z"
        return date.fromisoformat(found) if way < 0.25 else found

    def _is_day(self, name: str, value: object) -> bool:
        return value is not None and self.policy.facts[name].type is FactType.DATE

    def _some(self, fact: Fact) -> object:
        words = [*self._words.get(fact.name, self._words.get("evidence", {})), *self._odd(fact)]
        return self.random.sample(words, self.random.randint(0, min(3, len(words))))

    def _word(self, fact: Fact) -> str:
        return self.random.choice([*self._words.get(fact.name, ()), *self._odd(fact)])

    def _odd(self, fact: Fact) -> tuple[str, ...]:
        """Words that no row names, and of an open fact one that nobody does."""
        closed = fact.words is not None and not fact.open
        return (fact.words or ())[-2:] if closed else ("another", "yet_another")

    def _size(self, fact: Fact) -> object:
        near = [number + off for number in self._numbers.get(fact.name, [1]) for off in (-1, 0, 1)]
        number = max(int(fact.type is FactType.COUNT), self.random.choice([*near, 0]))
        if fact.type is FactType.COUNT:
            return number if self.random.random() < 0.8 else str(number)
        text = number_text(fact.type, number, self.policy.currency)
        if self.random.random() < 0.9:
            return text
        if fact.type is FactType.MONEY:
            return parse_money(text)
        return Decimal(text) if fact.type is FactType.NUMBER else text

    def _learn(self) -> None:
        """The numbers and the words that rows test."""
        rows = [row for table in self.policy.tables() for row in table.rows]
        for asked in compile_policy(self.policy).asked:
            for leaf in leaves(asked.condition):
                if leaf.words:
                    self._words.setdefault(leaf.fact, {}).update(dict.fromkeys(leaf.words))
                else:
                    self._numbers.setdefault(leaf.fact, []).append(leaf.number)
        choices = [word for row in rows if isinstance(row.body, Remedy) for word in row.body.choice]
        self._words.setdefault("wanted", {}).update(dict.fromkeys(choices))


def _bases(policy: Policy) -> list[Given]:
    return [given for case in policy.cases for given in _givens(case.given, case.lines)]


def _givens(shared: object, lines: tuple[object, ...]) -> Iterator[Given]:
    for line in lines or ({},):
        found = {**_data(shared), **_data(line)}
        yield {name: value for name, value in found.items() if value != NOT_SENT}


def _data(node: object) -> Given:
    found = node if isinstance(node, dict) else to_data(node)  # type: ignore[arg-type]
    assert isinstance(found, dict)
    return found


def _spans(policy: Policy) -> list[int]:
    """The days that the clocks of a policy allow, as far as they count days."""
    clocks = [row.body for table in policy.deadlines for row in table.rows]
    clocks += [
        each.clock for clock in clocks if isinstance(clock, Clock) for each in clock.readings
    ]
    days = {Unit.DAYS: 1, Unit.CLOCK_DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 365}
    found = {
        clock.within.count * days.get(clock.within.unit, 1)
        for clock in clocks
        if isinstance(clock, Clock) and clock.within is not None
    }
    return sorted({*found, *_SPANS})
