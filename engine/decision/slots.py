"""A numbered slot for every fact, and a number for every word: a policy's facts as integers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.policy.model import PRESENCE, Leaf, Op, Policy
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType

AHEAD: Final = "ahead."
"""Before the name of a counter: what earlier lines of the same return add to it."""

EARLY: Final = "eligibility."
"""Before `answer` and `code`: what limits and demands see of them."""

NOW_CAME: Final = "now!"
"""Known where `now` itself was sent, and does not follow from the request."""

_SINCE: Final = "days_since."
_FOLLOWS: Final = {
    "now": ("requested",),
    "request_sent": ("requested",),
    "item_price": ("unit_price",),
    "return_value": ("item_price", "unit_price"),
    "loose_units": ("case_pack",),
    "whole_order_back": ("order_lines",),
}
"""Facts that follow from others where they are not sent themselves."""


@dataclass(slots=True)
class Slots:
    """The slots of one policy. The moment of a date stands one slot after its day, as `NAME@`;
    each word of a set has a slot of its own, `tags#clearance`. What a row tests for being known has
    another, `?category`: it stays as it came while values are supposed for what was not sent."""

    policy: Policy
    numbers: dict[str, int] = field(default_factory=dict)
    presence: dict[str, int] = field(default_factory=dict)
    words: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, fact in self.policy.facts.items():
            self.slot(name)
            if fact.type is FactType.DATE:
                self.slot(f"{name}@")
            if fact.own_counter is not None:
                self.slot(AHEAD + name)
        for name in (
            NOW_CAME,
            "base",
            "fee_total",
            *(f"fees.{table.part}" for table in self.policy.fees),
        ):
            self.slot(name)

    def slot(self, name: str) -> int:
        """The number of a slot; made when first asked for."""
        return self.numbers.setdefault(name, len(self.numbers))

    def named(self, slot: int) -> str:
        """The name of a slot."""
        return next(name for name, number in self.numbers.items() if number == slot)

    def of_leaf(self, leaf: Leaf) -> int:
        """The slot that a leaf looks at: the fact's own, of its presence, or of a word of a set."""
        if leaf.op in (Op.HAS, Op.LACKS):
            return self.slot(f"{leaf.fact}#{leaf.words[0]}")
        own = self.slot(leaf.fact)
        if leaf.op not in PRESENCE or not self.can_be_sent(leaf.fact):
            return own
        return self.presence.setdefault(leaf.fact, self.slot(f"?{leaf.fact}"))

    def leaf(self, leaf: Leaf) -> tuple[int, tuple[int, ...]]:
        """The slot of a leaf, and the numbers of its words."""
        words = leaf.words if leaf.op in (Op.IN, Op.NOT_IN) else ()
        return self.of_leaf(leaf), tuple(self.code(leaf.fact, word) for word in words)

    def can_be_sent(self, fact: str) -> bool:
        """Whether a request tells it, and no topic."""
        return fact in self.policy.facts or fact.startswith(_SINCE)

    def noticed(self) -> Iterator[str]:
        """Facts of which rows ask whether they are known: to send them may change an outcome."""
        for name in self.presence:
            date = name.removeprefix(_SINCE)
            yield from (date, *_FOLLOWS.get(date, ()))
            if date != name:
                yield "requested"

    def codes(self, fact: str) -> dict[str, int]:
        """The numbers of a fact's words, from 1, declared words in their order."""
        known = self.words.get(fact)
        if known is None:
            declared = self.fact(fact).words or ()
            known = self.words[fact] = {word: index + 1 for index, word in enumerate(declared)}
        return known

    def code(self, fact: str, word: str) -> int:
        """The number of a word; 0 is any word that the policy does not name."""
        known = self.codes(fact)
        return known.setdefault(word, len(known) + 1)

    def word(self, fact: str, code: int) -> str:
        """The word of a number; for explanations."""
        found = (word for word, each in self.codes(fact).items() if each == code)
        return next(found, "another word")

    def fact(self, name: str) -> Fact:
        """The definition of a sent or derived fact."""
        name = name.removeprefix(EARLY)
        if name in self.policy.facts:
            return self.policy.facts[name]
        if name in DERIVED:
            return DERIVED[name]
        part, _, tail = name.partition(".")
        if part == "fees":
            return Fact(name=name, type=FactType.MONEY)
        known = DEADLINE_FACTS.get(tail)
        if known is not None and any(table.part == part for table in self.policy.deadlines):
            return Fact(name=name, type=known.type, words=known.words)
        return Fact(name=name, type=FactType.WORD if tail == "state" else FactType.COUNT)

    def starting(self, prefix: str) -> tuple[tuple[str, int], ...]:
        """The slots whose names start so, with the rest of their names."""
        size = len(prefix)
        return tuple(
            (name[size:], slot) for name, slot in self.numbers.items() if name.startswith(prefix)
        )
