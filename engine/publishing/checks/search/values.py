"""Values at which a policy's outcome may change: around every bound, every word, every set.

They are values as a request sends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Final

from engine.comparing.returns import another
from engine.dates import day_text, parse_day
from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.policy.conditions import leaves
from engine.policy.model import PRESENCE, Fixed, Leaf, Op, Percent, words_in
from engine.policy.vocabulary import Fact, FactType, as_sent
from engine.policy.words import USUAL_WORDS

Given = dict[str, object]

GONE: Final = object()
"""Removes a fact from a return, as if it was not sent."""
USUAL_PRICE: Final = 10_000
MOST_WORDS: Final = 60
"""The most words of one fact that are tried; further ones are skipped."""

_SIZED: Final = (Op.OVER, Op.AT_LEAST, Op.UNDER, Op.AT_MOST)
_LAST_DAY: Final = 3_652_059


def sent_facts(compiled: CompiledPolicy) -> list[Fact]:
    """Returns the facts that a request may send and that any part of the policy uses."""
    chosen = any(row.body.choice for table in compiled.remedies for row in table.rows)
    used = compiled.used | set(words_in(compiled.policy.must)) | ({"wanted"} if chosen else set())
    return [fact for name, fact in compiled.policy.facts.items() if name in used]


def tests_of(compiled: CompiledPolicy) -> dict[str, list[Leaf]]:
    """Returns every test of the policy by the fact that it tests."""
    found: dict[str, list[Leaf]] = {}
    for asked in compiled.asked:
        for leaf in leaves(asked.condition):
            found.setdefault(leaf.fact, []).append(leaf)
    return found


class Values:
    """The values of each fact that distinguish the rows and amounts of a policy."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        self.compiled = compiled
        self.tests = tests_of(compiled)
        bodies = [row.body for row in compiled.policy.rows]
        numbers = list(numbers_in([*bodies, compiled.policy.must]))
        self._money = {number for kind, number in numbers if kind == "money"}
        self._counts = {number for kind, number in numbers if kind == "count"}
        shares = {number for kind, number in numbers if kind == "share" and number > 0}
        self._money |= {each * 10**6 // share for each in self._money for share in shares}

    def of(self, fact: Fact) -> list[object]:
        """Returns every value of a fact worth trying, in order; sets are tried word by word."""
        tests = self.tests.get(fact.name, [])
        found = [self.sent(fact.name, number) for number in self._numbers(fact, tests)]
        ops = {leaf.op for leaf in tests}
        null = [None] if ops & {Op.ABSENT, Op.PRESENT, *PRESENCE} else []
        return [*found, *null, *([GONE] if ops & {*PRESENCE} else [])]

    def _numbers(self, fact: Fact, tests: list[Leaf]) -> list[int]:
        near = {leaf.number + step for leaf in tests if leaf.op in _SIZED for step in (-1, 0, 1)}
        if fact.type is FactType.YES_NO:
            return [0, 1]
        if fact.type is FactType.WORD:
            return self._words(fact, tests, near)
        if fact.type is FactType.DATE:
            return sorted(day for day in near if 0 < day <= _LAST_DAY)
        low, most = fact.ends
        sizes, usual = {
            FactType.MONEY: (self._money, {0, 1, USUAL_PRICE}),
            FactType.COUNT: (self._counts, {low, 2}),
        }.get(fact.type, (set(), {0, 10**6}))
        near |= usual | {each + step for each in sizes for step in (-1, 0, 1)}
        return sorted(number for number in near if low <= number <= most)

    def _words(self, fact: Fact, tests: list[Leaf], near: set[int]) -> list[int]:
        codes = self.compiled.slots.codes(fact.name)
        closed = fact.words is not None and not fact.open
        named = {codes[word] for leaf in tests for word in leaf.words}
        named |= set(codes.values()) if fact.name == "wanted" else near & set(codes.values())
        others = [code for code in codes.values() if code not in named]
        usual = [codes[word] for word in USUAL_WORDS if word in codes and codes[word] in others]
        other = [*usual, *others][:1] if closed else [0]
        return [*sorted(named)[:MOST_WORDS], *other]

    def sent(self, name: str, number: int) -> object:
        """Returns a value as a request sends it; `GONE` if it is not sent."""
        if number in (ABSENT, UNKNOWN):
            return None if number == ABSENT else GONE
        fact = self.compiled.policy.facts[name]
        if fact.type is FactType.WORD:
            codes = self.compiled.slots.codes(name)
            return next((word for word, each in codes.items() if each == number), another(codes))
        return as_sent(fact.type, number, self.compiled.policy.currency)


def numbers_in(value: object) -> Iterator[tuple[str, int]]:
    """Yields the amounts (minor units), shares (millionths) and counts in bodies of rows."""
    if isinstance(value, Fixed):
        yield "money", value.money.minor
    elif isinstance(value, Percent):
        yield "share", value.millionths
        yield from numbers_in(value.of)
    elif type(value) is int and 0 <= value < 10**6:
        yield "count", value
    elif is_dataclass(value) and not isinstance(value, type | Leaf):
        for each in fields(value):
            yield from numbers_in(getattr(value, each.name))
    elif isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        for item in value:
            yield from numbers_in(item)


# --- days -----------------------------------------------------------------------------------------


def day_of(value: object) -> int | None:
    """Returns the ordinal of a date as it was sent."""
    if not isinstance(value, str):
        return None
    try:
        return parse_day(value[:10])
    except ValueError:
        return None


def shifted(given: Mapping[str, object], dates: Iterable[str], days: int) -> Given:
    """Returns the changes that move dates by some days; a time of day stays."""
    found: Given = {}
    for name in dates:
        day, value = day_of(given.get(name)), given.get(name)
        if day is not None and isinstance(value, str) and 0 < day + days <= _LAST_DAY:
            found[name] = day_text(day + days) + value[10:]
    return found


# --- a usual return -------------------------------------------------------------------------------

_LIMITING: Final = ("quantity_ordered", "unit_price")
"""Facts that limit others, and so would get in the way."""
_DAYS: Final = {"ordered": 0, "delivered": 4, "requested": 9}


def usual_return(facts: Sequence[Fact], values: Values, members: Mapping[str, list[str]]) -> Given:
    """Returns an order early in the policy's days, with every fact that the policy uses."""
    effective = values.compiled.policy.effective
    last = effective.last or effective.first + 400
    start = effective.first + min(60, max(0, last - effective.first) // 2)
    found: Given = {name: day_text(start + days) for name, days in _DAYS.items()}
    for fact in facts:
        asked = fact.name in values.tests or fact.name in members
        if fact.type is not FactType.DATE and (asked or fact.type is FactType.MONEY):
            found[fact.name] = _value(fact, values, members.get("evidence", ()))
    return {name: value for name, value in found.items() if value is not GONE}


def _value(fact: Fact, values: Values, evidence: Sequence[str]) -> object:
    if fact.if_not_sent is not None or fact.name in _LIMITING:
        return GONE
    if fact.type is FactType.SET:
        return [*evidence] if fact.name == "evidence" else GONE
    if fact.type is FactType.WORD:
        usual = (word for word in USUAL_WORDS if word in (fact.words or ()))
        return next(usual, None) or values.of(fact)[-1]
    numbers = {FactType.MONEY: USUAL_PRICE, FactType.COUNT: 1, FactType.YES_NO: 0}
    return values.sent(fact.name, numbers.get(fact.type, 10**5))
